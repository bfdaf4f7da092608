import { InjectionToken } from '@angular/core';
import type { Observable } from 'rxjs';
import {
  LabSession,
  Race,
  echo,
  labState,
  reachesLab,
  type DuplexReport,
  type DuplexWay,
  type LabState,
  type RaceOptions,
} from '@telewire/lab';

/** What the page uses of a session. */
export type Session = Pick<LabSession, 'events' | 'url' | 'series' | 'port' | 'set' | 'act' | 'close'>;
/** What the page uses of a race. */
export type Running = Pick<Race, 'lanes' | 'change' | 'restart'>;

/** Whether there is a lab for a page. */
export type LabPlace = LabState | 'remote';

/** Where sessions, races and sockets come from; a spec has its own. */
export interface LabTools {
  /** Whether this page has a lab; `remote` where there is one that it cannot reach from its address. */
  place(): Promise<LabPlace>;
  open(): Promise<Session>;
  race(options: RaceOptions): Running;
  socket(url: string): WebSocket;
  /** Echoes over one way, through the session at `url`. */
  echo(way: DuplexWay, url: string): Observable<DuplexReport>;
}

/** The lab of the gateway that served this page. */
export const LAB_TOOLS = new InjectionToken<LabTools>('LabTools', {
  providedIn: 'root',
  factory: () => ({
    place: async () => {
      const state = await labState({ url: location.origin });
      return state === 'on' && !reachesLab(location) ? 'remote' : state;
    },
    open: () => LabSession.open({ url: location.origin }),
    race: (options) => new Race(options),
    socket: (url) => new WebSocket(url),
    echo: (way, url) => echo(way, { url }),
  }),
});

import { InjectionToken } from '@angular/core';
import type { Observable } from 'rxjs';
import { LabSession, Race, echo, isLabOn, type DuplexReport, type DuplexWay, type RaceOptions } from '@telewire/lab';

/** What the page uses of a session. */
export type Session = Pick<LabSession, 'events' | 'url' | 'series' | 'port' | 'set' | 'act' | 'close'>;
/** What the page uses of a race. */
export type Running = Pick<Race, 'lanes' | 'change' | 'restart'>;

/** Where sessions, races and sockets come from; a spec has its own. */
export interface LabTools {
  isOn(): Promise<boolean>;
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
    isOn: () => isLabOn({ url: location.origin }),
    open: () => LabSession.open({ url: location.origin }),
    race: (options) => new Race(options),
    socket: (url) => new WebSocket(url),
    echo: (way, url) => echo(way, { url }),
  }),
});

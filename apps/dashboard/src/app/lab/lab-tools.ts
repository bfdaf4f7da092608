import { InjectionToken } from '@angular/core';
import { LabSession, Race, isLabOn, type RaceOptions } from '@telewire/lab';

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
}

/** The lab of the gateway that served this page. */
export const LAB_TOOLS = new InjectionToken<LabTools>('LabTools', {
  providedIn: 'root',
  factory: () => ({
    isOn: () => isLabOn({ url: location.origin }),
    open: () => LabSession.open({ url: location.origin }),
    race: (options) => new Race(options),
    socket: (url) => new WebSocket(url),
  }),
});

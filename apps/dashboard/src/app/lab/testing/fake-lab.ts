import { BehaviorSubject, NEVER, Subject, type Observable } from 'rxjs';
import type { DuplexReport, LaneReport, RaceOptions } from '@telewire/lab';
import type { LabAct, LabEvent, LabSettings } from '@telewire/protocol';
import type { LabPlace, LabTools, Session } from '../lab-tools.js';

/** A session that a spec speaks through, and that remembers what it was told. */
export class FakeSession implements Session {
  readonly happened = new Subject<LabEvent>();
  readonly events: Observable<LabEvent> = this.happened;
  readonly url = 'http://127.0.0.1:4100';
  readonly port = 4100;
  readonly series = 'telewire/lab-1';
  readonly settings: LabSettings[] = [];
  readonly acts: LabAct[] = [];
  /** Why what is set from now on is refused. */
  refusal: Error | undefined;
  closed = false;

  set(settings: LabSettings): Promise<void> {
    this.settings.push(settings);
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(this.refusal);
  }
  act(act: LabAct): Promise<void> {
    this.acts.push(act);
    return Promise.resolve();
  }
  close(): void {
    this.closed = true;
    this.happened.complete();
  }
}

/** A race whose reports a spec sets. */
export class FakeRace {
  readonly reports = new BehaviorSubject<readonly LaneReport[]>([]);
  readonly changes: unknown[] = [];
  restarts = 0;
  constructor(readonly options: RaceOptions) {}
  get lanes(): Observable<readonly LaneReport[]> {
    return this.reports;
  }
  get running(): boolean {
    return this.reports.observed;
  }
  change(terms: unknown): void {
    this.changes.push(terms);
  }
  restart(): void {
    this.restarts++;
  }
}

/** A socket that a spec opens and closes. */
export class FakeSocket {
  readonly sent: string[] = [];
  readonly closes: unknown[][] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onclose: ((event: Pick<CloseEvent, 'code' | 'wasClean'>) => void) | null = null;
  constructor(readonly url: string) {}
  send(text: string): void {
    this.sent.push(text);
  }
  close(...how: unknown[]): void {
    this.closes.push(how);
  }
}

/** A lab that is not there. */
export class FakeLab implements LabTools {
  at: LabPlace = 'on';
  /** Why a session cannot be had. */
  refusal: Error | undefined;
  readonly sessions: FakeSession[] = [];
  readonly races: FakeRace[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly echoes = new Subject<DuplexReport>();

  place(): Promise<LabPlace> {
    return Promise.resolve(this.at);
  }
  open(): Promise<Session> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const session = new FakeSession();
    this.sessions.push(session);
    return Promise.resolve(session);
  }
  race(options: RaceOptions): FakeRace {
    const race = new FakeRace(options);
    this.races.push(race);
    return race;
  }
  socket(url: string): WebSocket {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  }
  echo(): Observable<DuplexReport> {
    return this.echoes;
  }
}

/** What the page needs of the client, and no more. */
export const SILENT_CLIENT = { clock: NEVER, inventory: () => new Promise<never>(() => undefined) };

import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import { filter, firstValueFrom, take, type Subscription } from 'rxjs';
import { DUPLEX_WAYS, type DuplexWay, type EchoRun } from '@telewire/lab';
import type { LabBytes, LabEvent, LabWeather } from '@telewire/protocol';
import { LAB_TOOLS, type Session } from './lab-tools.js';
import { RaceRun } from './race-run.js';

type Tally = Extract<LabEvent, { type: 'tally' }>;

/** What echoes over one way have taken. */
export interface WayReport extends EchoRun {
  /** Bytes both ways on the sockets, once all are counted. */
  readonly cost?: LabBytes;
}

const NONE: readonly WayReport[] = DUPLEX_WAYS.map((way) => ({ way, sent: 0, returned: 0, requests: 0 }));

const isTally = (event: LabEvent): event is Tally => event.type === 'tally';

/** Everything that has passed through a session: it carries nothing but echoes. */
export function allBytes({ lanes }: Tally): LabBytes {
  const sum = { header: 0, body: 0 };
  for (const { up, down } of Object.values(lanes))
    for (const bytes of [up, down]) {
      sum.header += bytes.header;
      sum.body += bytes.body;
    }
  return sum;
}

/** Echoes that are sent from one start on. */
interface Attempt {
  readonly session: Session;
  readonly weather: LabWeather;
  readonly attempt: number;
}

/** The same echo both ways at once, and one way down with a request for every word up; each has a session's line for itself. */
@Injectable()
export class DuplexRun {
  private readonly tools = inject(LAB_TOOLS);
  private readonly race = inject(RaceRun);
  private readonly reported = signal(NONE);
  private readonly busy = signal(false);
  private readonly why = signal('');
  private session: Session | undefined;
  private listening: Subscription | undefined;
  // What comes late of a run that was stopped must not get into the next.
  private attempt = 0;

  readonly reports = this.reported.asReadonly();
  readonly running = this.busy.asReadonly();
  readonly failure = this.why.asReadonly();

  constructor() {
    inject(DestroyRef).onDestroy(() => this.end());
  }

  async start(): Promise<void> {
    if (this.busy()) return;
    const attempt = ++this.attempt;
    this.busy.set(true);
    this.why.set('');
    this.reported.set(NONE);
    try {
      const session = await this.tools.open();
      if (attempt !== this.attempt) return session.close();
      this.session = session;
      const { weather } = this.race.plan();
      await session.set({ weather, rateHz: 0 });
      for (const way of DUPLEX_WAYS) await this.echo(way, { session, weather, attempt });
    } catch (error) {
      if (attempt === this.attempt) this.why.set(error instanceof Error ? error.message : String(error));
    }
    if (attempt === this.attempt) this.end();
  }

  stop(): void {
    this.end();
  }

  private async echo(way: DuplexWay, { session, weather, attempt }: Attempt): Promise<void> {
    const before = await this.counted(session);
    if (attempt !== this.attempt) return;
    await new Promise<void>((resolve, reject) => {
      this.listening = this.tools.echo(way, session.url).subscribe({
        next: (report) => this.tell({ ...report, weather }),
        error: reject,
        complete: resolve,
      });
    });
    // The tally that is told next may have been counted before the last bytes.
    await this.counted(session);
    const after = await this.counted(session);
    if (attempt !== this.attempt) return;
    const cost = { header: after.header - before.header, body: after.body - before.body };
    this.reported.update((reports) => reports.map((each) => (each.way === way ? { ...each, cost } : each)));
  }

  private async counted(session: Session): Promise<LabBytes> {
    let at = 0;
    // A session repeats its last tally to who comes; what is wanted is one that is newer.
    const fresh = session.events.pipe(
      filter(isTally),
      filter((tally) => {
        const first = at === 0;
        at = tally.at;
        return !first;
      }),
      take(1),
    );
    return allBytes(await firstValueFrom(fresh));
  }

  private tell(report: EchoRun): void {
    this.reported.update((reports) => reports.map((each) => (each.way === report.way ? report : each)));
  }

  private end(): void {
    this.attempt++;
    this.busy.set(false);
    this.listening?.unsubscribe();
    this.session?.close();
    this.listening = this.session = undefined;
  }
}

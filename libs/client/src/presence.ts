import { BASE_MS, CAP_MS } from './backoff.js';
import { Fact } from './fact.js';
import type { Scheduler } from './scheduler.js';
import type { TransportName } from './telewire.js';

/** What the parts of one client tell each other of the gateway: that it answers again, and how far to spread returns. */
export class Presence {
  #heardAt = -Infinity;

  /** `reconnectSpreadMs` of the last `hello` on any channel. */
  spreadMs = BASE_MS;

  #sought: { readonly transport: TransportName; readonly at: number } | undefined;

  /** By which transport first feeds on `auto` look for the gateway, while they do: each says so at least once in a window. */
  get sought(): TransportName | undefined {
    const agoMs = this.scheduler.now() - (this.#sought?.at ?? 0);
    return Math.abs(agoMs) < 2 * Math.max(CAP_MS, this.spreadMs) ? this.#sought?.transport : undefined;
  }

  set sought(transport: TransportName | undefined) {
    this.#sought = transport && { transport, at: this.scheduler.now() };
  }

  /** The gateway answers after it has been silent to all: whoever waits in a pause need not wait for all of it. */
  readonly answers = new Fact();

  constructor(private readonly scheduler: Pick<Scheduler, 'now'>) {}

  /** Data has come on a channel that had it before: that is no news to those who wait. */
  heard(): void {
    this.#heardAt = this.scheduler.now();
    this.sought = undefined;
  }

  /** The program was asleep, or without a network: whoever waits may do so for a reason that is gone. */
  woke(): void {
    this.answers.tell();
  }

  /** A connection has brought its first data, or a request its answer. */
  answered(): void {
    const quietMs = this.scheduler.now() - this.#heardAt;
    this.heard();
    // Where others have been hearing it all the time, who waits does so for a reason of its own.
    if (quietMs > this.spreadMs) this.answers.tell();
  }
}

import type { Arrival } from './arrival.js';
import type { Scheduler, Timer } from './scheduler.js';

/** What has been taken in is told this often … */
export const ACKNOWLEDGE_MS = 100;
/** … and each time that so much has come: well below the 64 KiB that may be under way (PROTOCOL R26). */
export const ACKNOWLEDGE_BYTES = 16 * 1024;

/** Tells the gateway how far each subscription of a line has been taken in, many frames at a time. */
export class Acknowledgement {
  readonly #cursors = new Map<string, string>();
  #bytes = 0;
  #toldAt = -Infinity;
  /** So much has been told of: at first the window is narrow, and grows by that. */
  #told = 0;
  #timer: Timer | undefined;

  /** @param say sends the cursors, by the ids of the line */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly say: (cursors: Record<string, string>) => void,
  ) {}

  /** Says that it will acknowledge, so that never more comes than it can take in. */
  begin(): void {
    this.say({});
  }

  /** Notes that `arrival`, which took `bytes` on the wire, has been handed over. */
  taken(arrival: Arrival | undefined, bytes: number): void {
    const cursor = arrival && cursorOf(arrival);
    this.#bytes += bytes;
    if (cursor) this.#cursors.set(...cursor);
    if (this.#cursors.size === 0) return;
    // By the clock too: the timers of a hidden page come late.
    const isDue = Math.abs(this.scheduler.now() - this.#toldAt) >= ACKNOWLEDGE_MS;
    if (isDue || this.#bytes >= Math.min(ACKNOWLEDGE_BYTES, this.#told)) this.#tell();
    else this.#timer ??= this.scheduler.schedule(() => this.#tell(), ACKNOWLEDGE_MS);
  }

  /** Says nothing more. */
  stop(): void {
    this.#timer?.unsubscribe();
    this.#cursors.clear();
  }

  #tell(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    this.#toldAt = this.scheduler.now();
    this.#told += this.#bytes;
    this.#bytes = 0;
    const cursors = Object.fromEntries(this.#cursors);
    this.#cursors.clear();
    this.say(cursors);
  }
}

/** The subscription that a frame belongs to, and the cursor that stands for it. A heartbeat belongs to none. */
function cursorOf(arrival: Arrival): [id: string, cursor: string] | undefined {
  switch (arrival.type) {
    case 'subscribed':
    case 'degraded':
      return arrival.id === undefined ? undefined : [arrival.id, arrival.cursor];
    case 'snapshot':
    case 'readings':
    case 'gap':
      return arrival.id === undefined ? undefined : [arrival.id, arrival.to];
    default:
      return undefined;
  }
}

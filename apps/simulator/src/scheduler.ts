import type { Device, Measurement, Task } from './device.js';
import { encodePack } from './senml.js';

/** The clock and the timers of the scheduler, so that a spec can bring its own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, call: () => void): () => void;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** After a stall everything missed up to this long ago is said with its own time; what is older is left out. */
export const MAX_CATCH_UP_MS = 60_000;
// Below this a timer costs more than the punctuality is worth.
const MIN_WAIT_MS = 5;
// A clock that was set back by more than this is followed at once instead of falling silent until it has caught up.
const MAX_STEP_BACK_MS = 1_000;

/**
 * Takes what a device says: as a pack, and as it was measured.
 * @param originAt epoch milliseconds of elapsed zero
 */
export type Send = (device: string, pack: string, said: readonly Measurement[], originAt: number) => void;

/** Lets every device say what is due, by the wall clock. */
export class Scheduler {
  readonly #entries: readonly Entry[];
  readonly #send: Send;
  readonly #clock: Clock;
  #originAt: number;
  #elapsedMs = 0;
  #cancel: (() => void) | undefined;

  /** @param originAt epoch milliseconds of elapsed zero */
  constructor(devices: readonly Device[], originAt: number, send: Send, clock: Clock = systemClock) {
    this.#entries = devices.flatMap(({ info, tasks }) => tasks.map((task) => ({ device: info.device, task })));
    this.#originAt = originAt;
    this.#send = send;
    this.#clock = clock;
  }

  start(): void {
    const elapsedMs = this.#elapse();
    this.#play(elapsedMs);
    const nextMs = this.#entries.reduce((least, { task }) => Math.min(least, task.dueMs), Infinity);
    if (nextMs === Infinity) return;
    const waitMs = Math.max(MIN_WAIT_MS, this.#originAt + nextMs - this.#clock.now());
    this.#cancel = this.#clock.after(waitMs, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #elapse(): number {
    const elapsedMs = this.#clock.now() - this.#originAt;
    // The models only go forward: when the clock was set back, the origin goes back with it.
    if (elapsedMs < this.#elapsedMs - MAX_STEP_BACK_MS) this.#originAt -= this.#elapsedMs - elapsedMs;
    else this.#elapsedMs = Math.max(this.#elapsedMs, elapsedMs);
    return this.#elapsedMs;
  }

  /** Says what is due, in the order of time over all devices: stations share one road, which only goes forward. */
  #play(elapsedMs: number): void {
    const earliestMs = elapsedMs - MAX_CATCH_UP_MS;
    let due = this.#entries.filter(({ task }) => task.dueMs <= elapsedMs);
    for (const { task } of due) if (task.dueMs < earliestMs) task.skipTo(earliestMs);
    while (due.length > 0) {
      const { device, task } = due.reduce((first, each) => (each.task.dueMs < first.task.dueMs ? each : first));
      const measurements = task.run();
      if (measurements.length > 0)
        this.#send(device, encodePack(device, this.#originAt, measurements), measurements, this.#originAt);
      if (task.dueMs > elapsedMs) due = due.filter((each) => each.task !== task);
    }
  }
}

interface Entry {
  readonly device: string;
  readonly task: Task;
}

/** A timer that is under way. */
export interface Timer {
  /** It does not fire any more. */
  unsubscribe(): void;
}

/** Clock and timers. The schedulers of RxJS are such. */
export interface Scheduler {
  /** Epoch milliseconds. */
  now(): number;
  /** Does `work` once, after `delayMs`. */
  schedule(work: () => void, delayMs?: number): Timer;
}

/** The platform's own. */
export const platformScheduler: Scheduler = {
  now: () => Date.now(),
  schedule: (work, delayMs) => {
    const timer = setTimeout(work, delayMs);
    return { unsubscribe: () => clearTimeout(timer) };
  },
};

/** How often something may be done: a burst at once, and so many a second in the long run (a token bucket). */
export class Allowance {
  #left: number;
  #at: number;

  /** @param now epoch milliseconds */
  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly now: () => number,
  ) {
    this.#left = burst;
    this.#at = now();
  }

  /** True when it may be done once more; takes it then. */
  take(): boolean {
    const now = this.now();
    // A clock that is set back gives nothing and takes nothing.
    this.#left = Math.min(this.burst, this.#left + (Math.max(0, now - this.#at) / 1000) * this.perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

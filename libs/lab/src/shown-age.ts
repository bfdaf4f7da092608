/** The age of the newest reading at hand, as it grows until a newer one comes: its mean over time. Instants are epoch ms. */
export class ShownAge {
  #newestAt: number | undefined;
  #since = 0;
  #areaMs2 = 0;
  #elapsedMs = 0;

  /** A reading of device time `at` has come at `now`, by the same clock. One that is older than what is shown changes nothing. */
  show(at: number, now: number): void {
    this.#pass(now);
    this.#newestAt = Math.max(at, this.#newestAt ?? at);
  }

  /** Mean until `now`, milliseconds; `undefined` until something is shown. */
  mean(now: number): number | undefined {
    this.#pass(now);
    if (this.#newestAt === undefined) return undefined;
    return this.#elapsedMs > 0 ? this.#areaMs2 / this.#elapsedMs : this.at(now);
  }

  /** The age at `now`. */
  at(now: number): number | undefined {
    return this.#newestAt === undefined ? undefined : Math.max(0, now - this.#newestAt);
  }

  /** Forgets the time that has passed, not what is shown. */
  restart(now: number): void {
    this.#since = now;
    this.#areaMs2 = this.#elapsedMs = 0;
  }

  #pass(now: number): void {
    // A clock that was set back has passed no time.
    const passedMs = this.#newestAt === undefined ? 0 : Math.max(0, now - this.#since);
    if (this.#newestAt !== undefined) {
      this.#areaMs2 += passedMs * Math.max(0, (this.#since + now) / 2 - this.#newestAt);
      this.#elapsedMs += passedMs;
    }
    this.#since = now;
  }
}

/** The first pause is at most this long where the gateway has not said how far returns are to be spread. */
export const BASE_MS = 500;
/** No pause of our own is longer than this. */
export const CAP_MS = 15_000;
/** Even a lucky draw waits this long: a loop without a pause is how clients become a storm. */
export const FLOOR_MS = 100;
/** Data must have flowed for this long before a connection counts as one that works. */
export const STEADY_MS = 10_000;
// A proxy may say `Retry-After: 86400`; a page that seems dead for a day helps nobody.
const LONGEST_RETRY_AFTER_MS = 600_000;

/** How long to wait before the next attempt: full jitter, growing, and the gateway's own word. */
export class Backoff {
  #failures = 0;
  #flowingSince: number | undefined;
  #shortenedAt: number | undefined;
  /** The pause that {@link next} gave last, and the part of it that the gateway asked for. */
  #pauseMs = 0;
  #askedMs = 0;

  /** `reconnectSpreadMs` of the last `hello`: attempts are spread at least this far (PROTOCOL R22). */
  spreadMs = BASE_MS;

  /** @param random 0 to 1 */
  constructor(private readonly random: () => number) {}

  /**
   * Data has come at `now`. Only when it has kept coming for {@link STEADY_MS} are the failures forgotten: a connection
   * that opens, says something and dies at once would otherwise be tried at full speed for ever.
   */
  flowed(now: number): void {
    this.#flowingSince ??= now;
    if (now - this.#flowingSince >= STEADY_MS) this.#failures = 0;
  }

  /** The pause in milliseconds before the next attempt; `retryAfterMs` is the least that the gateway asked for. */
  next(retryAfterMs = 0): number {
    // A second attempt that is drawn from less than the spread would bring the storm that the spread avoided.
    const ceiling = Math.max(this.spreadMs, Math.min(CAP_MS, BASE_MS * 2 ** this.#failures));
    this.#failures += 1;
    this.#flowingSince = undefined;
    // Everybody was told the same retryAfterMs: the jitter is added, so that they do not all come back at once.
    this.#askedMs = Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
    this.#pauseMs = this.#askedMs + Math.max(FLOOR_MS, this.random() * ceiling);
    return this.#pauseMs;
  }

  /**
   * What is left of the pause, of which there were `leftMs`, now that the gateway is known to answer elsewhere: drawn from
   * within the spread, behind what it asked for. Failures are not forgotten by it, and only one pause in {@link CAP_MS}
   * is cut short: this way may be blocked however well the others work.
   */
  sooner(leftMs: number, now: number): number {
    const leastMs = Math.max(0, this.#askedMs - Math.max(0, this.#pauseMs - leftMs));
    // Where it is due within the spread anyway, the favour is kept for later.
    if (leftMs <= leastMs + Math.max(FLOOR_MS, this.spreadMs)) return leftMs;
    if (this.#shortenedAt !== undefined && Math.abs(now - this.#shortenedAt) < CAP_MS) return leftMs;
    this.#shortenedAt = now;
    return leastMs + Math.max(FLOOR_MS, this.random() * this.spreadMs);
  }
}

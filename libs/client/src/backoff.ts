/** The first pause is at most this long where the gateway has not said how far returns are to be spread. */
export const BASE_MS = 500;
/** No window of our own is longer than this, unless the gateway's spread is. */
export const CAP_MS = 15_000;
/** Even a lucky draw waits this long: a loop without a pause is how clients become a storm. */
export const FLOOR_MS = 100;
/** Data must have flowed for this long before a connection counts as one that works. */
export const STEADY_MS = 10_000;
// A proxy may say `Retry-After: 86400`; a page that seems dead for a day helps nobody.
const LONGEST_RETRY_AFTER_MS = 600_000;

/** What the gateway has said of returns. */
export interface Word {
  /** `reconnectSpreadMs` of the last `hello`: attempts are spread at least this far (PROTOCOL R22). */
  readonly spreadMs: number;
}

/**
 * How long to wait before the next attempt. Time is parted into windows, of the gateway's spread at first and then growing, and
 * each has one attempt, at the place that the client has drawn: however many clients lose the gateway at one moment, and however
 * often they find nobody, no more of them come in a second than if they came once, spread over all of the first window. (With a
 * pause that is drawn anew each time it would be up to e times as many, and in the long run twice as many.)
 */
export class Backoff {
  #place: number;
  #failures = 0;
  #flowingSince: number | undefined;
  #shortenedAt: number | undefined;
  /** The window that the last attempt was given, and when it ends. */
  #windowMs = 0;
  #endsAt = 0;
  /** No attempt before that, where the gateway has asked for it. */
  #notBefore = 0;

  /** @param random 0 to 1, first for the place in each window */
  constructor(
    private readonly random: () => number,
    private readonly word: Word = { spreadMs: BASE_MS },
  ) {
    this.#place = random();
  }

  /** Another that goes on from where this one is. */
  copy(): Backoff {
    const copy = new Backoff(this.random, this.word);
    copy.#place = this.#place;
    copy.#failures = this.#failures;
    copy.#windowMs = this.#windowMs;
    copy.#endsAt = this.#endsAt;
    copy.#notBefore = this.#notBefore;
    return copy;
  }

  /**
   * Data has come at `now`. Only when it has kept coming for {@link STEADY_MS} are the failures forgotten: a connection
   * that opens, says something and dies at once would otherwise be tried at full speed for ever.
   */
  flowed(now: number): void {
    this.#flowingSince ??= now;
    if (now - this.#flowingSince >= STEADY_MS) this.#failures = 0;
  }

  /** The pause in milliseconds from `now` to the next attempt; `retryAfterMs` is the least that the gateway asked for. */
  next(now: number, retryAfterMs = 0): number {
    // By a wall clock that was set back it must not be hours.
    const leftMs = Math.min(this.#windowMs, this.#endsAt - now);
    this.#windowMs = Math.max(this.word.spreadMs, Math.min(CAP_MS, BASE_MS * 2 ** this.#failures));
    const beginsInMs = leftMs < 0 ? this.#catchUpMs(leftMs) : leftMs;
    this.#failures += 1;
    this.#flowingSince = undefined;
    // Everybody was told the same retryAfterMs: the window comes behind it, so that they do not all come back at once.
    const askedMs = Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
    const windowInMs = askedMs > 0 ? Math.max(beginsInMs, askedMs) : beginsInMs;
    this.#notBefore = askedMs && now + askedMs;
    this.#endsAt = now + windowInMs + this.#windowMs;
    return Math.max(askedMs + FLOOR_MS, windowInMs + this.#place * this.#windowMs);
  }

  /**
   * What is left of the pause, of which there were `leftMs`, now that the gateway is known to answer elsewhere: drawn from
   * within the spread, behind what it asked for. Failures are not forgotten by it, and only one pause in {@link CAP_MS}
   * is cut short: this way may be blocked however well the others work.
   */
  sooner(leftMs: number, now: number): number {
    const { spreadMs } = this.word;
    const leastMs = Math.max(0, this.#notBefore - now);
    // Where it is due within the spread anyway, the favour is kept for later.
    if (leftMs <= leastMs + Math.max(FLOOR_MS, spreadMs)) return leftMs;
    if (this.#shortenedAt !== undefined && Math.abs(now - this.#shortenedAt) < CAP_MS) return leftMs;
    this.#shortenedAt = now;
    this.#endsAt = now + leastMs + spreadMs;
    return leastMs + Math.max(FLOOR_MS, this.random() * spreadMs);
  }

  /**
   * In how many milliseconds the window begins whose place comes next, where the last one ended `leftMs` (less than none) ago: an
   * attempt may take longer to fail than its window lasts, and who then began anew would come with those of the next.
   */
  #catchUpMs(leftMs: number): number {
    if (this.#failures === 0 || this.#flowingSince !== undefined) return 0;
    const leastMs = Math.max(FLOOR_MS, this.#place * BASE_MS);
    const windows = Math.ceil((leastMs - leftMs) / this.#windowMs - this.#place);
    return leftMs + Math.max(0, windows) * this.#windowMs;
  }
}

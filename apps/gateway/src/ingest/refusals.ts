const LOG_INTERVAL_MS = 10_000;

/** Counts what is refused, by reason, and lets a sample of each into the log. */
export class Refusals {
  readonly #counts = new Map<string, number>();
  readonly #loggedAt = new Map<string, number>();

  /**
   * @param warn takes a log line
   * @param now epoch milliseconds
   */
  constructor(
    private readonly warn: (line: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Every reason so far with its count. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Counts one refusal; the first of a reason and then one in 10 s is logged, with where it came from. */
  add(reason: string, topic: string, detail: string): void {
    const count = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, count);
    const now = this.now();
    const sinceMs = now - (this.#loggedAt.get(reason) ?? -Infinity);
    // Negative when the clock was set back.
    if (sinceMs >= 0 && sinceMs < LOG_INTERVAL_MS) return;
    this.#loggedAt.set(reason, now);
    this.warn(`refused (${reason}, ${count} so far) on ${printable(topic)}: ${printable(detail)}`);
  }
}

// What a device sends must not write lines or escape sequences of its own into the log, nor turn its direction.
const printable = (text: string): string => text.slice(0, 160).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');

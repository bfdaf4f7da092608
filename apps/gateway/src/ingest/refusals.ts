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
    if (now - (this.#loggedAt.get(reason) ?? -Infinity) < 10_000) return;
    this.#loggedAt.set(reason, now);
    this.warn(`refused (${reason}, ${count} so far) on ${printable(topic)}: ${printable(detail)}`);
  }
}

// What a device sends must not write lines or escape sequences of its own into the log.
const printable = (text: string): string => text.slice(0, 160).replace(/[\p{Cc}\u2028\u2029]/gu, '?');

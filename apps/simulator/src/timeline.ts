/**
 * A sequence of events that is made as far as somebody looks ahead, and forgotten behind: heart beats, breaths.
 * Times are elapsed seconds and rise.
 */
export class Timeline<T extends { readonly atS: number }> {
  readonly #next: (previous: T) => T;
  readonly #events: T[];

  /** @param next makes the event that follows another */
  constructor(first: T, next: (previous: T) => T) {
    this.#events = [first];
    this.#next = next;
  }

  /** Events from `fromS` to `toS`, both included; only the {@link KEPT} latest that were ever made can be found. */
  between(fromS: number, toS: number): T[] {
    const end = this.#endAfter(toS);
    let begin = end;
    while (begin > 0 && this.#events[begin - 1]!.atS >= fromS) begin -= 1;
    return this.#events.slice(begin, end);
  }

  /** The last `count` events at or before `atS`, oldest first; fewer where there were not so many. */
  last(atS: number, count: number): T[] {
    const end = this.#endAfter(atS);
    return this.#events.slice(Math.max(0, end - count), end);
  }

  #endAfter(toS: number): number {
    while (this.#events.at(-1)!.atS <= toS) {
      this.#events.push(this.#next(this.#events.at(-1)!));
      if (this.#events.length > 2 * KEPT) this.#events.splice(0, KEPT);
    }
    let end = this.#events.length;
    while (end > 0 && this.#events[end - 1]!.atS > toS) end -= 1;
    return end;
  }
}

/** How many events stay findable: at 200 beats a minute still more than half a minute. */
export const KEPT = 128;

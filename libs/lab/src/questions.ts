/** How far back the rate of questions looks. */
const WINDOW_MS = 5_000;

/** The questions of a poll or a long-poll: how many, how long each was held, and how long until the next. */
export class Questions {
  asked = 0;
  /** When the question that is out was asked; `undefined` while none is. */
  outSince: number | undefined;
  /** When the next is due, where that is known. */
  nextAt: number | undefined;
  #answeredAt: number | undefined;
  #held = { ms: 0, count: 0 };
  #rest = { ms: 0, count: 0 };
  /** When the questions of the last seconds were asked. */
  #recent: number[] = [];
  #countsSince: number | undefined;

  /** A question goes out. */
  ask(now: number): void {
    this.asked += 1;
    this.#countsSince ??= now;
    if (this.#answeredAt !== undefined) this.#rest = plus(this.#rest, now - this.#answeredAt);
    this.#answeredAt = this.nextAt = undefined;
    this.outSince = now;
    this.#recent.push(now);
  }

  /** Its answer is there, whole. `nextAt`: when the next is due. */
  answer(now: number, nextAt?: number): void {
    if (this.outSince !== undefined) this.#held = plus(this.#held, now - this.outSince);
    this.outSince = undefined;
    this.#answeredAt = now;
    this.nextAt = nextAt;
  }

  /** There will be no answer; the time until the next question is no rest. */
  fail(): void {
    this.outSince = this.#answeredAt = this.nextAt = undefined;
  }

  /** Questions a second, over the last five. */
  hz(now: number): number | undefined {
    if (this.#countsSince === undefined) return undefined;
    this.#forget(now);
    const overMs = Math.min(WINDOW_MS, now - this.#countsSince);
    return overMs > 0 ? (this.#recent.length * 1000) / overMs : undefined;
  }

  get heldMs(): number | undefined {
    return mean(this.#held);
  }

  get restMs(): number | undefined {
    return mean(this.#rest);
  }

  /** Counts from zero. */
  restart(now: number): void {
    this.asked = 0;
    this.#held = this.#rest = { ms: 0, count: 0 };
    this.#recent = [];
    if (this.#countsSince !== undefined) this.#countsSince = now;
  }

  #forget(now: number): void {
    this.#recent = this.#recent.filter((at) => at > now - WINDOW_MS);
  }
}

interface Sum {
  readonly ms: number;
  readonly count: number;
}
const plus = ({ ms, count }: Sum, more: number): Sum => ({ ms: ms + Math.max(0, more), count: count + 1 });
const mean = ({ ms, count }: Sum): number | undefined => (count === 0 ? undefined : ms / count);

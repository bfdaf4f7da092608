/** A program that has not looked at the clock for so long was asleep: a hidden page still does each second, or each minute. */
export const ASLEEP_MS = 4_000;

/**
 * Knows when this program was asleep last: a page that was frozen or whose machine slept, and whose readings are old for no
 * fault of anybody. It is to be asked to look at the clock as often as something is drawn, at least once a second.
 * @example
 * ```ts
 * import { Wakefulness } from '@telewire/client';
 *
 * const awake = new Wakefulness();
 * for (const now of [0, 250, 60_000]) awake.look(now);
 * console.log(awake.wokeAt); // 60000
 * ```
 */
export class Wakefulness {
  #lookedAt: number | undefined;
  #wokeAt: number | undefined;

  /** Local clock: until when it was asleep last; `undefined` where it was not. */
  get wokeAt(): number | undefined {
    return this.#wokeAt;
  }

  /** Looks at the local clock. */
  look(localNow: number): void {
    if (this.#lookedAt !== undefined && localNow - this.#lookedAt > ASLEEP_MS) this.#wokeAt = localNow;
    this.#lookedAt = localNow;
  }
}

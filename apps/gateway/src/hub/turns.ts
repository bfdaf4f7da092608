import type { SchedulerLike, Subscription as Timer } from 'rxjs';

/** What a frame of catching up costs that another has had read a moment ago, in parts of a turn. */
export const SENDING = 1;
const READING = 4;
const THINNING = 32;
// Where there is no more to be read than this, nothing is thinned much.
const SHORT = 2_500;

/**
 * … and what one costs that is read and encoded first.
 * @param ahead how many entries of the journal may be looked at
 */
export const costOf = (ahead: number, thins: boolean): number => (thins && ahead > SHORT ? THINNING : READING);
// Some three milliseconds of work.
const PARTS_OF_A_TURN = 64;
// So soon that nobody notices, and not before sockets and timers have had their turn.
const BETWEEN_TURNS_MS = 1;

/**
 * Lets streams that are behind read the journal a few at a time. A socket takes megabytes without a pause: whoever came back
 * would read all that it has missed in one turn of the event loop, while the live ones wait.
 */
export class Turns {
  readonly #waiting = new Set<() => void>();
  #left = PARTS_OF_A_TURN;
  #timer: Timer | undefined;

  constructor(private readonly scheduler: SchedulerLike) {}

  /**
   * True when one may go on now; otherwise `again` is called, once, when another turn has come.
   * @param parts what it costs
   */
  take(parts: number, again: () => void): boolean {
    this.#timer ??= this.scheduler.schedule(() => this.#begin(), BETWEEN_TURNS_MS);
    if (this.#left > 0) {
      this.#left -= parts;
      return true;
    }
    this.#waiting.add(again);
    return false;
  }

  /** Calls nobody any more. */
  close(): void {
    this.#timer?.unsubscribe();
    this.#waiting.clear();
  }

  #begin(): void {
    this.#timer = undefined;
    this.#left = PARTS_OF_A_TURN;
    for (const again of this.#waiting) {
      if (this.#left <= 0) break;
      this.#waiting.delete(again);
      again();
    }
    // Who was called and has gone meanwhile has not asked for the next turn.
    if (this.#waiting.size > 0) this.#timer ??= this.scheduler.schedule(() => this.#begin(), BETWEEN_TURNS_MS);
  }
}

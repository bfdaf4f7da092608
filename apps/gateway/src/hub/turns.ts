import type { SchedulerLike, Subscription as Timer } from 'rxjs';

// Some three milliseconds of work (what a step costs: hub/catch-up).
const PARTS_OF_A_TURN = 64;
// So soon that nobody notices, and not before sockets and timers have had their turn.
const BETWEEN_TURNS_MS = 1;

/** Who waits for a turn. */
export interface InTurn {
  /** Another turn has come. */
  turnCame(): void;
}

/**
 * Lets streams that are behind read the journal a few at a time. A socket takes megabytes without a pause: whoever came back
 * would read all that it has missed in one turn of the event loop, while the live ones wait.
 */
export class Turns {
  readonly #waiting = new Set<InTurn>();
  #left = PARTS_OF_A_TURN;
  #timer: Timer | undefined;

  constructor(private readonly scheduler: SchedulerLike) {}

  /**
   * True when one may go on now; otherwise `who` is told, once, when another turn has come.
   * @param parts what it costs
   */
  take(parts: number, who: InTurn): boolean {
    this.#timer ??= this.scheduler.schedule(() => this.#begin(), BETWEEN_TURNS_MS);
    if (this.#left > 0) {
      this.#left -= parts;
      return true;
    }
    this.#waiting.add(who);
    return false;
  }

  /** Tells nobody any more. */
  close(): void {
    this.#timer?.unsubscribe();
    this.#waiting.clear();
  }

  #begin(): void {
    this.#timer = undefined;
    this.#left = PARTS_OF_A_TURN;
    for (const who of this.#waiting) {
      if (this.#left <= 0) break;
      this.#waiting.delete(who);
      who.turnCame();
    }
    // Who was told and has gone meanwhile has not asked for the next turn.
    if (this.#waiting.size > 0) this.#timer ??= this.scheduler.schedule(() => this.#begin(), BETWEEN_TURNS_MS);
  }
}

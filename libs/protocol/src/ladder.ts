import type { Policy } from './policy.js';

/** How a subscription is served at a time: as it was asked for, or thinned further because its client cannot keep up. */
export type Service = Policy | 'paused';

/** The ladder, from the fullest service down (PROTOCOL R32). */
export const LADDER = ['every', 'extremes', 'latest', 'paused'] as const satisfies readonly Service[];

/** A ladder is told this often how its client fares, in milliseconds. */
export const LADDER_TICK_MS = 500;
/** Ticks behind after which the service steps down: two seconds. */
const DOWN_AFTER = 4;
/** Ticks of keeping up after which it steps up: five seconds at first, at most a minute. */
const UP_AFTER = 10;
const UP_AFTER_MOST = 120;

/**
 * How far down a slow client has been taken. It steps down a rung for each two seconds behind, and up again after five of
 * keeping up; a step up that does not last makes the next one wait for twice as long. It counts ticks and not time: a machine
 * that stood still for a while is one tick late, and nobody's client slow.
 */
export class Ladder {
  readonly #top: number;
  readonly #lowest: number;
  #rung: number;
  #behind = 0;
  #keptUp = 0;
  #upAfter = UP_AFTER;
  /** The service has been stepped up, and has not proved to last yet. */
  #onTrial = false;

  /**
   * @param asked the contract's policy: the top
   * @param lowest the rung below which it does not step
   */
  constructor(asked: Policy, lowest: Service = 'paused') {
    this.#rung = this.#top = LADDER.indexOf(asked);
    this.#lowest = LADDER.indexOf(lowest);
  }

  /** What is served now. */
  get service(): Service {
    return LADDER[this.#rung]!;
  }

  /** True while less is served than was asked for. */
  get degraded(): boolean {
    return this.#rung > this.#top;
  }

  /**
   * Notes how the client has fared since the last tick.
   * @returns true when the service has changed
   */
  tick(isBehind: boolean): boolean {
    return isBehind ? this.#fellBehind() : this.#keepsUp();
  }

  #fellBehind(): boolean {
    this.#keptUp = 0;
    this.#behind += 1;
    if (this.#behind < DOWN_AFTER || this.#rung >= this.#lowest) return false;
    if (this.#onTrial) this.#upAfter = Math.min(2 * this.#upAfter, UP_AFTER_MOST);
    this.#onTrial = false;
    this.#behind = 0;
    this.#rung += 1;
    return true;
  }

  #keepsUp(): boolean {
    this.#behind = 0;
    this.#keptUp += 1;
    if (this.#keptUp < this.#upAfter) return false;
    if (this.#onTrial) this.#upAfter = UP_AFTER;
    this.#onTrial = false;
    this.#keptUp = 0;
    if (!this.degraded) return false;
    this.#rung -= 1;
    this.#onTrial = true;
    return true;
  }
}

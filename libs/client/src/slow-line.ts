import { LADDER_TICK_MS, Ladder } from '@telewire/protocol';

/** What comes may be so much older than the freshest that has come on the line, in milliseconds. */
export const LAG_BOUND_MS = 3_000;
/** Frames a second that are asked for on a line that is too slow: columns of a waveform too. */
export const SLOW_LINE_HZ = 4;

/**
 * Judges a line that is only read: what was sent and has not come lies in buffers of kernels and proxies, where a gateway
 * cannot see it, so its age must tell. Behind is who gets older and older things; what is older and gets fresher is catching up.
 */
export class SlowLine {
  // Below, waveforms could not be had.
  readonly #ladder = new Ladder('every', 'extremes');
  /** The smallest difference of our clock and the gateway's that has been seen. */
  #freshest = Infinity;
  #lagMs = 0;
  #lagBeforeMs = 0;
  #heardAt = 0;

  /** Begins anew on another connection, in whose buffers nothing lies yet, or the clock of another gateway. */
  opened(): void {
    this.#freshest = Infinity;
    this.#lagMs = this.#lagBeforeMs = 0;
  }

  /** True while less is to be asked for. */
  get degraded(): boolean {
    return this.#ladder.degraded;
  }

  /**
   * Notes that something has come.
   * @param at when the gateway had it, by its clock
   * @param now by ours
   */
  heard(at: number, now: number): void {
    const difference = now - at;
    this.#freshest = Math.min(this.#freshest, difference);
    this.#lagMs = difference - this.#freshest;
    this.#heardAt = now;
  }

  /**
   * Judges, once in each `LADDER_TICK_MS`.
   * @param heartbeatMs how long a line that keeps up may be quiet
   * @returns true when more, or less, is to be asked for from now on
   */
  tick(now: number, heartbeatMs: number): boolean {
    // Behind a frame that takes long nothing is heard, no heartbeat either.
    const overdueMs = Math.max(0, now - this.#heardAt - heartbeatMs);
    const lagMs = this.#lagMs > LAG_BOUND_MS ? this.#lagMs + overdueMs : this.#lagMs;
    const grows = lagMs - this.#lagBeforeMs > LADDER_TICK_MS / 10;
    this.#lagBeforeMs = lagMs;
    return this.#ladder.tick(lagMs > LAG_BOUND_MS && grows);
  }
}

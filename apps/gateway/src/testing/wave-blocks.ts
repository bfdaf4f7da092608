import { durationMs, type Samples } from '@telewire/telemetry';
import type { SeededRandom } from './seeded-random.js';

/** Sends waveforms: blocks that follow one another, and some that come late, out of order, after a hole or by another clock. */
export class WaveBlocks {
  readonly #due = new Map<string, number>();
  #periodMs = 4;

  constructor(private readonly random: SeededRandom) {}

  /** The next block of a series: its name, the block, and its device time. */
  next(series: string): readonly [series: string, value: Samples, at: number] {
    const { random } = this;
    if (random.chance(0.1)) this.#periodMs = random.pick([4, 3.9, 20, 700]);
    const sample = () => (random.chance(0.1) ? null : random.upTo(1000));
    const value = { periodMs: this.#periodMs, values: Array.from({ length: random.upTo(12) }, sample) };
    const due = this.#due.get(series) ?? 1_790_000_000_000 + random.upTo(1000);
    const at = random.chance(0.8) ? due : due + random.pick([-1, 1, -30, 30, 150, -4000, 4000, 40_000]);
    if (at >= due || random.chance(0.1)) this.#due.set(series, at + durationMs(value));
    return [series, value, at];
  }
}

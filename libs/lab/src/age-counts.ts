import type { AgeHistogram } from './lane-report.js';

/** Sixteen octaves: from 1 ms to 65 s. */
const OCTAVES = 16;
/** Steps of an octave that are counted, fine enough for percentiles, and those that are shown. */
const FINE = 32;
const SHOWN = 4;

/** Counts ages in logarithmic steps, and tells their percentiles within a step (2.2 %), exactly where ages in it are equal. */
export class AgeCounts {
  readonly #counts = new Float64Array(OCTAVES * FINE);
  readonly #sums = new Float64Array(OCTAVES * FINE);
  #total = 0;

  /** @param fromMs lower edge of the first step */
  constructor(private readonly fromMs = 1) {}

  /** How many there are. */
  get total(): number {
    return this.#total;
  }

  /** Counts one; an age below zero (a clock that is not quite known) is none. */
  add(ageMs: number): void {
    const age = Math.max(0, ageMs);
    const step = age <= this.fromMs ? 0 : Math.min(OCTAVES * FINE - 1, Math.floor(Math.log2(age / this.fromMs) * FINE));
    this.#counts[step]! += 1;
    this.#sums[step]! += age;
    this.#total += 1;
  }

  /** The least age that `share` (0 to 1) of all do not exceed: nearest rank, as the mean of the step it lies in. */
  percentile(share: number): number | undefined {
    if (this.#total === 0) return undefined;
    // Rounded, as 0.07 × 100 is a little more than 7.
    const rank = Math.max(1, Math.ceil(Number((share * this.#total).toFixed(6))));
    let seen = 0;
    for (let step = 0; step < this.#counts.length; step++) {
      seen += this.#counts[step]!;
      if (seen >= rank) return this.#sums[step]! / this.#counts[step]!;
    }
    return undefined;
  }

  /** All of them, in steps of a quarter of an octave. */
  histogram(): AgeHistogram {
    const width = FINE / SHOWN;
    const counts = Array.from({ length: OCTAVES * SHOWN }, (_, i) =>
      this.#counts.subarray(i * width, (i + 1) * width).reduce((sum, count) => sum + count, 0),
    );
    return { fromMs: this.fromMs, factor: 2 ** (1 / SHOWN), counts };
  }
}

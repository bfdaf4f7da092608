/**
 * A small seeded generator: the same seed and stream name give the same numbers on every machine. Every model draws
 * from a stream of its own, so that adding a draw in one of them leaves all others as they were.
 */
export class Random {
  #state: number;
  #spare: number | undefined;

  /** @param stream what the numbers are for, such as `icu/bed-01/beats` */
  constructor(seed: number, stream = '') {
    this.#state = hash(`${seed}/${stream}`);
  }

  /** A number in [low, high). Source: mulberry32 by Tommy Ettinger, public domain. */
  uniform(low = 0, high = 1): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return low + (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (high - low);
  }

  /** A whole number from low to high, both included. */
  integer(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1));
  }

  /** A normally distributed number (Box and Muller 1958: two at a time). */
  gaussian(mean = 0, deviation = 1): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return mean + spare * deviation;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return mean + radius * Math.cos(angle) * deviation;
  }

  /** A Poisson count (Knuth's product of uniforms; above 30 the normal approximation, whose error is below the noise). */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 30) return Math.max(0, Math.round(this.gaussian(mean, Math.sqrt(mean))));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count += 1;
    return count;
  }
}

/**
 * White noise in [-1, 1) as a function of the sample number alone, so that a sample has the same noise however the
 * samples are cut into blocks. Source of the mixing: the 32-bit finaliser of MurmurHash3.
 */
export function noiseOf(key: number, sample: number): number {
  return mix((Math.imul(sample, 0x9e3779b1) ^ key) | 0) / 2 ** 31 - 1;
}

/** A 32-bit number from a text (FNV-1a, then mixed so that near texts come out far apart). */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return mix(state);
}

function mix(input: number): number {
  let h = input;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

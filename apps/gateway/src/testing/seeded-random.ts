/** Random choices that come out the same for the same seed. */
export interface SeededRandom {
  /** 0 to 1, without 1. */
  next(): number;
  /** 0 to `limit`, without `limit`. */
  upTo(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32, Tommy Ettinger, public domain. */
export function randomOf(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (limit: number) => Math.floor(next() * limit);
  return { next, upTo, chance: (probability) => next() < probability, pick: (from) => from[upTo(from.length)]! };
}

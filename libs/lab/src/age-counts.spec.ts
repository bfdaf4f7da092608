import { describe, expect, it } from '@jest/globals';
import { AgeCounts } from './age-counts.js';

/** The nearest rank of a sorted list, by its definition. */
const nearestRank = (sorted: readonly number[], share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;

/** Numbers from 0 to 1 that are the same each time (a linear congruential generator, Numerical Recipes). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) / 2 ** 32;
}

const counted = (ages: readonly number[]) => {
  const counts = new AgeCounts();
  for (const age of ages) counts.add(age);
  return counts;
};

describe('ages', () => {
  it('have no percentile until one came', () => {
    expect(new AgeCounts().percentile(0.5)).toBeUndefined();
    expect(new AgeCounts().histogram().counts.every((count) => count === 0)).toBe(true);
  });

  it('give the exact percentile where all ages of a step are equal', () => {
    const ages = Array.from({ length: 20 }, (_, i) => i + 1);
    const counts = counted(ages);
    expect([0.05, 0.5, 0.95, 0.99, 1].map((share) => counts.percentile(share))).toEqual([1, 10, 19, 20, 20]);
  });

  it('take the nearest rank, also where a product is not exact in binary', () => {
    const counts = counted(Array.from({ length: 100 }, (_, i) => (i < 7 ? 2 : 500)));
    expect(counts.percentile(0.07)).toBe(2);
    expect(counts.percentile(0.08)).toBe(500);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('agree with the sorted list within a step, whatever came (seed %d)', (seed) => {
    const random = seeded(seed);
    const ages = Array.from({ length: 1 + Math.floor(random() * 5000) }, () => 60_000 ** random());
    const counts = counted(ages);
    const sorted = [...ages].sort((a, b) => a - b);
    for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
      const exact = nearestRank(sorted, share);
      expect(Math.abs(counts.percentile(share)! / exact - 1)).toBeLessThan(2 ** (1 / 32) - 1);
    }
  });

  it.each([1, 2, 3])('are all in the histogram, each in the step that its edges name (seed %d)', (seed) => {
    const random = seeded(seed);
    const ages = Array.from({ length: 500 }, () => 60_000 ** random());
    const { fromMs, factor, counts } = counted(ages).histogram();
    expect(counts).toHaveLength(64);
    const within = counts.map(
      (_, i) => ages.filter((age) => age >= fromMs * factor ** i && age < fromMs * factor ** (i + 1)).length,
    );
    expect(counts).toEqual(within);
  });

  it('put what lies outside into the first or the last step, and nothing below zero', () => {
    const counts = counted([-5, 0, 0.2, 1e9]);
    const { counts: steps } = counts.histogram();
    expect([steps[0], steps.at(-1)]).toEqual([3, 1]);
    expect(counted([-5]).percentile(1)).toBe(0);
  });
});

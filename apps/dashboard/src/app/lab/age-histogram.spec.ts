import { describe, expect, it } from '@jest/globals';
import { ageShare, barsOf } from './age-histogram.js';

describe('the histogram of ages', () => {
  it('has a log axis from a millisecond to half a minute, and keeps what lies beyond at its ends', () => {
    expect(ageShare(0.2)).toBe(0);
    expect(ageShare(90_000)).toBe(1);
    expect(ageShare(100) - ageShare(10)).toBeCloseTo(ageShare(1_000) - ageShare(100));
  });

  it('lays steps that are too narrow to be seen together', () => {
    const ages = { fromMs: 1, factor: 1.1, counts: [0, 1, 3, 0, 0, 2] };
    const step = Math.log10(1.1) / Math.log10(30_000);
    expect(barsOf(ages, step / 2).map(({ height }) => height)).toEqual([1 / 3, 1, 2 / 3]);
    expect(barsOf(ages, step * 2).map(({ height }) => height)).toEqual([1 / 3, 1, 2 / 3]);
    expect(barsOf(ages, step * 6)).toHaveLength(1);
  });

  it('leaves out what is empty', () => {
    expect(barsOf({ fromMs: 1, factor: 2, counts: [0, 0, 0] }, 0.01)).toEqual([]);
  });
});

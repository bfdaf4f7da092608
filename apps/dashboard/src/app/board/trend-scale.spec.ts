import { describe, expect, it } from '@jest/globals';
import { scaleOf } from './trend-scale.js';

describe('the scale of a trend', () => {
  it('has the limits on it, and what lies beyond them', () => {
    const limits = { low: 50, high: 100 };
    expect(scaleOf({ limits }, { low: 70, high: 75 })).toEqual({ low: 46, high: 104 });
    expect(scaleOf({ limits }, { low: 70, high: 150 }).high).toBeCloseTo(158);
  });

  it('is the range of the series where there are no limits, grown by what was measured beyond it', () => {
    const range = { low: 0, high: 130 };
    expect(scaleOf({ range }, { low: 60, high: 70 })).toEqual(range);
    expect(scaleOf({ range }, { low: 60, high: 170 }).high).toBeGreaterThan(170);
  });

  it('is made from what was measured where nothing else is known', () => {
    expect(scaleOf(undefined, { low: 10, high: 20 })).toEqual({ low: 9.2, high: 20.8 });
    expect(scaleOf(undefined, { low: 5, high: 5 })).toEqual({ low: 4, high: 6 });
    expect(scaleOf(undefined, undefined)).toEqual({ low: 0, high: 1 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { TrendRing } from './trend-ring.js';

const filled = (capacity: number, ...readings: [at: number, value: number | null, paceMs?: number][]): TrendRing => {
  const ring = new TrendRing(capacity);
  for (const [at, value, paceMs] of readings) ring.push(at, value, paceMs);
  return ring;
};

describe('the ring of a trend', () => {
  it('keeps the newest', () => {
    const ring = filled(2, [1, 10], [2, 20], [3, 30]);
    expect(ring.columns(0, null)).toEqual({ times: [2, 3], values: [20, 30] });
  });

  it('joins readings up to three intervals apart, and breaks the line beyond', () => {
    expect(filled(8, [0, 1], [3_000, 2]).columns(0, 1_000).values).toEqual([1, 2]);
    expect(filled(8, [0, 1], [3_001, 2]).columns(0, 1_000).values).toEqual([1, null, 2]);
  });

  it('joins what was kept of a quick series by its slower pace, and breaks the line where nothing was measured', () => {
    const kept = filled(8, [0, 1, 2_000], [2_000, 2, 2_000], [4_000, 3, 2_000], [10_100, 4, 2_000]);
    expect(kept.columns(0, 100).values).toEqual([1, 2, 3, null, 4]);
  });

  it('breaks nothing of what came at a slower pace when the pace goes up, nor where two paces meet', () => {
    const before: [number, number, number][] = [
      [0, 1, 2_000],
      [2_000, 2, 2_000],
    ];
    expect(filled(8, ...before, [4_000, 3], [4_100, 4]).columns(0, 100).values).toEqual([1, 2, 3, 4]);
    expect(filled(8, ...before, [4_000, 3], [4_500, 4]).columns(0, 100).values).toEqual([1, 2, 3, null, 4]);
    expect(filled(8, [0, 1], [2_000, 2, 2_000]).columns(0, 100).values).toEqual([1, 2]);
  });

  it('knows the pace of each although one comes late, and when it is full', () => {
    const late = filled(8, [0, 1], [2_000, 3, 2_000], [2_100, 4], [2_600, 5], [1_000, 2]);
    expect(late.columns(0, 100).values).toEqual([1, null, 2, 3, 4, null, 5]);
    expect(filled(2, [0, 1], [100, 2], [200, 3, 2_000], [2_200, 4, 2_000]).columns(0, 100).values).toEqual([3, 4]);
    const stretch = filled(3, [0, 1, 2_000], [2_000, 2, 2_000], [4_000, 3], [4_500, 4]);
    expect(stretch.columns(0, 100).values).toEqual([2, 3, null, 4]);
  });

  it('lets go of what lies ahead, and goes on from there', () => {
    const ring = filled(3, [1, 1], [2, 2], [3, 3], [4, 4]);
    ring.forgetFrom(3);
    expect(ring.columns(0, null).times).toEqual([2]);
    ring.push(3, 7);
    expect(ring.columns(0, null)).toEqual({ times: [2, 3], values: [2, 7] });
  });

  it('keeps holes as holes', () => {
    expect(filled(8, [0, 1], [1_000, null], [2_000, 3]).columns(0, 1_000).values).toEqual([1, null, 3]);
  });

  it('joins everything of a series that is sent on change', () => {
    expect(filled(8, [0, 1], [90_000, 2]).columns(0, null).values).toEqual([1, 2]);
  });

  it('puts what comes late in its place, and takes a second reading of one time for a correction', () => {
    const ring = filled(8, [0, 1], [2_000, 3], [1_000, 2], [2_000, 4]);
    expect(ring.columns(0, 1_000)).toEqual({ times: [0, 1_000, 2_000], values: [1, 2, 4] });
  });

  it('puts late readings in their place when it is full, and leaves out what is older than all', () => {
    expect(filled(3, [1, 1], [2, 2], [5, 5], [4, 4]).columns(0, null).times).toEqual([2, 4, 5]);
    expect(filled(2, [4, 4], [5, 5], [1, 1]).columns(0, null).times).toEqual([4, 5]);
  });

  it('gives one reading before the window, so that the line enters from the edge', () => {
    expect(filled(8, [0, 1], [1_000, 2], [2_000, 3], [3_000, 4]).columns(1_500, 1_000).times).toEqual([
      1_000, 2_000, 3_000,
    ]);
  });

  it('knows lowest and highest in the window', () => {
    const ring = filled(8, [0, 99], [1_000, 2], [2_000, null], [3_000, 4]);
    expect(ring.extent(500)).toEqual({ low: 2, high: 4 });
    expect(ring.extent(5_000)).toBeUndefined();
  });
});

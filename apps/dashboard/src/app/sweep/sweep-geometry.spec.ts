import { describe, expect, it } from '@jest/globals';
import { isJoined, oldestVisible, wrapped, xAt } from './sweep-geometry.js';

describe('the geometry of a sweep', () => {
  it('goes from left to right and begins again', () => {
    expect(xAt(0, 100, 50)).toBe(0);
    expect(xAt(1_000, 100, 50)).toBe(50);
    expect(xAt(2_500, 100, 50)).toBe(25);
    expect(xAt(-500, 100, 50)).toBe(75);
  });

  it('shows what lies between the bar and the pen', () => {
    expect(oldestVisible(10_000, 118, 100)).toBe(9_000);
  });

  it('parts a stretch at the edge', () => {
    expect(wrapped(10, 20, 100)).toEqual([[10, 20]]);
    expect(wrapped(90, 20, 100)).toEqual([
      [90, 10],
      [0, 10],
    ]);
    expect(wrapped(30, 500, 100)).toEqual([
      [30, 70],
      [0, 30],
    ]);
  });

  it('joins neighbours and never bridges a missing block', () => {
    expect(isJoined(0, 4, 4)).toBe(true);
    expect(isJoined(0, 5, 4)).toBe(true);
    expect(isJoined(0, 254, 4)).toBe(false);
  });
});

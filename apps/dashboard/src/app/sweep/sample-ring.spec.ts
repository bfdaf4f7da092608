import { describe, expect, it } from '@jest/globals';
import type { RowValue } from '@telewire/protocol';
import { SampleRing } from './sample-ring.js';

const times = (ring: SampleRing) =>
  Array.from({ length: ring.end - ring.start }, (_, i) => ring.timeAt(ring.start + i));
const block = (...values: (number | null)[]) => ({ periodMs: 4, values });

describe('the ring of samples', () => {
  it('keeps samples in order of time', () => {
    const ring = new SampleRing(8);
    ring.push(0, block(1, 2));
    ring.push(8, block(3));
    expect(times(ring)).toEqual([0, 4, 8]);
    expect(ring.newestAt).toBe(8);
  });

  it('drops the oldest when it is full, and positions go on', () => {
    const ring = new SampleRing(4);
    ring.push(0, block(1, 2, 3));
    ring.push(12, block(4, 5, 6));
    expect([ring.start, ring.end]).toEqual([2, 6]);
    expect(ring.lowAt(5)).toBe(6);
    expect(times(ring)).toEqual([8, 12, 16, 20]);
  });

  it('keeps what could not be measured as a hole', () => {
    const ring = new SampleRing(4);
    ring.push(0, block(1, null));
    expect(ring.lowAt(1)).toBeNaN();
  });

  it('leaves out a block that came before', () => {
    const ring = new SampleRing(8);
    ring.push(0, block(1, 2));
    ring.push(0, block(1, 2));
    expect(times(ring)).toEqual([0, 4]);
    expect(ring.revision).toBe(0);
  });

  it('puts a late block into the hole that it left', () => {
    const ring = new SampleRing(8);
    ring.push(0, block(1, 2));
    ring.push(16, block(5, 6));
    ring.push(8, block(3, 4));
    expect(times(ring)).toEqual([0, 4, 8, 12, 16, 20]);
    expect(ring.revision).toBe(1);
  });

  it('lets go of what lies ahead, says that all is to be drawn anew, and goes on from there', () => {
    const ring = new SampleRing(4);
    ring.push(0, block(1, 2, 3, 4, 5));
    ring.forgetFrom(12);
    expect([ring.revision, ring.revisedFrom]).toEqual([1, -Infinity]);
    ring.push(12, block(6));
    expect([times(ring), ring.lowAt(ring.end - 1), ring.revision]).toEqual([[4, 8, 12], 6, 1]);
  });

  it('finds the first sample after an instant', () => {
    const ring = new SampleRing(4);
    ring.push(0, block(1, 2, 3, 4, 5));
    expect(ring.timeAt(ring.after(4))).toBe(8);
    expect(ring.after(-1)).toBe(ring.start);
    expect(ring.after(99)).toBe(ring.end);
  });

  describe('of a wave that comes thinned', () => {
    const reading = (at: number, value: RowValue, quality: 'good' | 'bad' = 'good') => ({
      series: 'ecg',
      at,
      value,
      quality,
      n: 1,
      receivedAt: at,
    });
    const envelope = (min: (number | null)[], max: (number | null)[]) => ({ columnMs: 100, min, max });
    const kept = (ring: SampleRing) =>
      Array.from({ length: ring.end - ring.start }, (_, i) => {
        const at = ring.start + i;
        return [ring.timeAt(at), ring.lowAt(at), ring.highAt(at)];
      });

    it('keeps columns at their middle, by device time', () => {
      const ring = new SampleRing(8);
      ring.take(reading(1_070, envelope([1, 2], [3, 4])), 1_070);
      ring.take(reading(1_200, envelope([5], [6])), 1_200);
      expect(kept(ring)).toEqual([
        [1_050, 1, 3],
        [1_150, 2, 4],
        [1_250, 5, 6],
      ]);
      expect([ring.spanAt(ring.start), ring.revision]).toEqual([100, 0]);
    });

    it('joins the parts of a column by the smaller and the larger, and says from where on it is another', () => {
      const ring = new SampleRing(8);
      ring.take(reading(1_000, envelope([1, 2], [3, 4])), 1_000);
      ring.take(reading(1_160, envelope([3, 0], [9, 0])), 1_160);
      expect(kept(ring)).toEqual([
        [1_050, 1, 3],
        [1_150, 2, 9],
        [1_250, 0, 0],
      ]);
      expect([ring.revision, ring.revisedFrom]).toEqual([1, ring.start + 1]);
      ring.take(reading(1_030, envelope([-1], [2])), 1_030);
      expect(kept(ring)[0]).toEqual([1_050, -1, 3]);
    });

    it('joins the parts of a column where device and sweep have different clocks, or roundings', () => {
      const ring = new SampleRing(8);
      const columnMs = 1000 / 60;
      ring.take(reading(1_070, { columnMs, min: [1], max: [3] }), 71_070.0001);
      ring.take(reading(1_075, { columnMs, min: [0], max: [1] }), 71_075);
      expect(kept(ring).map(([, ...extent]) => extent)).toEqual([[0, 3]]);
      expect(ring.timeAt(ring.start)).toBeCloseTo(70_000 + 64.5 * columnMs, 3);
    });

    it('keeps a column of which nothing was measured, or nothing must be used, as a hole until a part of it comes', () => {
      const ring = new SampleRing(8);
      ring.take(reading(1_000, envelope([null, 1], [null, 1])), 1_000);
      ring.take(reading(1_200, envelope([7], [9]), 'bad'), 1_200);
      expect(kept(ring)).toEqual([
        [1_050, NaN, NaN],
        [1_150, 1, 1],
        [1_250, NaN, NaN],
      ]);
      ring.take(reading(1_050, envelope([4], [5])), 1_050);
      ring.take(reading(1_210, envelope([null], [null])), 1_210);
      ring.take(reading(1_150, envelope([null], [null])), 1_150);
      expect(kept(ring)).toEqual([
        [1_050, 4, 5],
        [1_150, 1, 1],
        [1_250, NaN, NaN],
      ]);
    });

    it('puts late columns into the hole that they left, at once', () => {
      const ring = new SampleRing(8);
      ring.take(reading(1_000, envelope([1], [1])), 1_000);
      ring.take(reading(1_300, envelope([4], [4])), 1_300);
      ring.take(reading(1_100, envelope([2, 3, 0], [2, 3, 5])), 1_100);
      expect(kept(ring)).toEqual([
        [1_050, 1, 1],
        [1_150, 2, 2],
        [1_250, 3, 3],
        [1_350, 0, 5],
      ]);
      expect(ring.revision).toBe(2);
      expect(ring.revisedFrom).toBe(-Infinity);
    });

    it('goes on from samples with columns and back, and leaves out nothing', () => {
      const ring = new SampleRing(32);
      ring.take(reading(1_000, { periodMs: 20, values: [1, 1, 1, 1] }), 1_000);
      ring.take(reading(1_080, envelope([2, 3], [2, 3])), 1_080);
      ring.take(reading(1_120, { periodMs: 20, values: [4, 4, 4] }), 1_120);
      expect(kept(ring).map(([at, low]) => [at, low])).toEqual([
        [1_000, 1],
        [1_020, 1],
        [1_040, 1],
        [1_050, 2],
        [1_060, 1],
        [1_120, 4],
        [1_140, 4],
        [1_150, 3],
        [1_160, 4],
      ]);
      ring.take(reading(1_120, { periodMs: 20, values: [4, 4, 4] }), 1_120);
      expect(kept(ring)).toHaveLength(9);
    });
  });
});

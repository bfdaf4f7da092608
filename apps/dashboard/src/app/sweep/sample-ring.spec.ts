import { describe, expect, it } from '@jest/globals';
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
    expect(ring.valueAt(5)).toBe(6);
    expect(times(ring)).toEqual([8, 12, 16, 20]);
  });

  it('keeps what could not be measured as a hole', () => {
    const ring = new SampleRing(4);
    ring.push(0, block(1, null));
    expect(ring.valueAt(1)).toBeNaN();
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

  it('finds the first sample after an instant', () => {
    const ring = new SampleRing(4);
    ring.push(0, block(1, 2, 3, 4, 5));
    expect(ring.timeAt(ring.after(4))).toBe(8);
    expect(ring.after(-1)).toBe(ring.start);
    expect(ring.after(99)).toBe(ring.end);
  });
});

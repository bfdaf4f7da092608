import { describe, expect, it } from '@jest/globals';
import type { LabMark } from '@telewire/protocol';
import { barOf, columnsOf } from './lane-marks.js';

describe('the marks of a lane', () => {
  const marks: LabMark[] = [
    [10_000, 'sse', 'down', 10, 90],
    [10_005, 'sse', 'down', 10, 190],
    [12_000, 'sse', 'up', 300, 0],
    [12_000, 'poll', 'down', 300, 900],
    [13_900, 'sse', 'down', 10, 90],
  ];

  it('become bars of their lane, and those that are close together one bar', () => {
    const columns = columnsOf(marks, 'sse', 14_000 - 1, 600);
    expect(columns.map(({ up, down }) => [up.header + up.body, down.header + down.body])).toEqual([
      [0, 300],
      [300, 0],
      [0, 100],
    ]);
    expect(columns[0]?.x).toBeLessThanOrEqual(0);
    expect(columns[2]?.x).toBeGreaterThan(570);
  });

  it('leave the picture after four seconds', () => {
    expect(columnsOf(marks, 'sse', 16_500, 600)).toHaveLength(1);
    expect(columnsOf(marks, 'sse', 19_000, 600)).toHaveLength(0);
  });

  it('do not change their bar while they wander', () => {
    const sums = [14_000, 14_003, 14_250].map((to) =>
      columnsOf(marks, 'sse', to, 600)
        .filter(({ x }) => x > 30)
        .map(({ down }) => down.body),
    );
    expect(sums[1]).toEqual(sums[0]);
    expect(sums[2]).toEqual(sums[0]);
  });
});

describe('a bar', () => {
  it('is as high as all bytes on a log scale, and hatched by the part of the overhead', () => {
    const [height, overhead] = barOf({ header: 500, body: 500 }, 100);
    expect(overhead).toBeCloseTo(height / 2);
    expect(barOf({ header: 0, body: 10_000 }, 100)[0]).toBeGreaterThan(height);
    expect(barOf({ header: 412, body: 0 }, 100)[1]).toBe(barOf({ header: 412, body: 0 }, 100)[0]);
  });

  it('shows no overhead that could not be seen, and never outgrows its room', () => {
    expect(barOf({ header: 4, body: 1_000 }, 100)[1]).toBe(0);
    expect(barOf({ header: 0, body: 10_000_000 }, 100)[0]).toBe(100);
    expect(barOf({ header: 0, body: 0 }, 100)).toEqual([0, 0]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { StoredReading } from '@telewire/protocol';
import { Arrivals } from './arrivals.js';
import type { Heard } from './device-clock.js';

const MINUTE = 60_000;
const reading = (at: number, receivedAt = at + 40, series = 'icu/bed-01/hr'): StoredReading => ({
  series,
  at,
  value: 72,
  quality: 'good',
  n: 1,
  receivedAt,
});

/** Takes readings one after another; tells which of them are history, and how many came late. */
function take(readings: readonly StoredReading[]) {
  const arrivals = new Arrivals();
  const newest = new Map<string, Heard>();
  const history = readings.map((each) => {
    const heard = { until: each.at, receivedAt: each.receivedAt };
    const past = arrivals.isHistory(each, heard, newest.get(each.series));
    if (!past) newest.set(each.series, heard);
    return past;
  });
  return { history, late: arrivals.late };
}

describe('what comes', () => {
  it('is history when a device sends what it has kept, however long after the present', () => {
    const kept = [0, 1, 2].map((i) => reading(i * 1000, 10 * MINUTE + 5_000 + i));
    expect(take([reading(10 * MINUTE), ...kept])).toEqual({
      history: [false, true, true, true],
      late: { count: 3, receivedAt: 10 * MINUTE + 5_002 },
    });
  });

  it('is history, and not late, when it was received before what is known already', () => {
    expect(take([reading(10 * MINUTE), reading(0), reading(1_000), reading(10 * MINUTE + 1_000)])).toEqual({
      history: [false, true, true, false],
      late: undefined,
    });
    // Nor is it a measure for what comes late.
    const kept = reading(5 * MINUTE, 10 * MINUTE + 5_000);
    expect(take([reading(10 * MINUTE), reading(0), reading(1_000), kept])).toMatchObject({
      history: [false, true, true, true],
      late: { count: 1 },
    });
  });

  it('is history when two have changed places on the way, and not late', () => {
    expect(take([reading(1_050, 1_090), reading(1_000, 1_091)])).toEqual({ history: [false, true], late: undefined });
  });

  it('is judged for each series alone, and counted together until a minute has passed', () => {
    const other = 'icu/bed-01/rr';
    const first = [reading(MINUTE), reading(0, MINUTE + 100), reading(0, MINUTE + 100, other)];
    expect(take(first)).toMatchObject({ history: [false, true, false], late: { count: 1 } });
    const second = [reading(2 * MINUTE), reading(1, 2 * MINUTE + 99)];
    expect(take([...first, ...second])).toMatchObject({ late: { count: 2 } });
    const third = [reading(3 * MINUTE), reading(2, 3 * MINUTE + 99)];
    expect(take([...first, ...third])).toMatchObject({ late: { count: 1 } });
  });
});

import type { Newest } from '@telewire/client';
import { describe, expect, it } from '@jest/globals';
import type { StoredReading } from '@telewire/protocol';
import { Arrivals } from './arrivals.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const reading = (at: number, receivedAt = at + 40, series = 'icu/bed-01/hr'): StoredReading => ({
  series,
  at,
  value: 72,
  quality: 'good',
  n: 1,
  receivedAt,
});

/** The same readings with ordinals from `n` on. */
const numbered = (n: number, readings: readonly StoredReading[]) => readings.map((each, i) => ({ ...each, n: n + i }));

/** Takes readings one after another; tells which of them are history, and how many came late. */
function take(readings: readonly StoredReading[]) {
  const arrivals = new Arrivals();
  const newest = new Map<string, Newest>();
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

  it('is history, and not late, when its ordinal is behind what is known already', () => {
    const known = { ...reading(10 * MINUTE), n: 7 };
    const past = numbered(1, [reading(0), reading(1_000)]);
    expect(take([known, ...past, { ...reading(10 * MINUTE + 1_000), n: 8 }])).toEqual({
      history: [false, true, true, false],
      late: undefined,
    });
    // Nor is it a measure for what comes late.
    const kept = { ...reading(5 * MINUTE, 10 * MINUTE + 5_000), n: 8 };
    expect(take([known, ...past, kept])).toMatchObject({ history: [false, true, true, true], late: { count: 1 } });
  });

  it('is the present when ordinals begin anew', () => {
    const anew = numbered(1, [reading(MINUTE + 1_000), reading(MINUTE + 2_000)]);
    expect(take([{ ...reading(MINUTE), n: 7 }, ...anew]).history).toEqual([false, false, false]);
  });

  it('is the present when its ordinal is next though it was received before: the clock of the gateway was set back', () => {
    const back = [1_000, 2_000].map((ms) => reading(2 * HOUR + ms, HOUR + ms));
    expect(take(numbered(1, [reading(2 * HOUR), ...back]))).toEqual({
      history: [false, false, false],
      late: undefined,
    });
    // Also behind what the device has kept for longer than that.
    expect(take(numbered(1, [reading(2 * HOUR), reading(HOUR / 2, HOUR), ...back]))).toMatchObject({
      history: [false, true, false, false],
      late: { count: 1 },
    });
  });

  it('is history when another series of the same thing was received later', () => {
    const arrivals = new Arrivals();
    const newest = { until: 10 * MINUTE, receivedAt: 10 * MINUTE };
    expect(arrivals.isHistory(reading(MINUTE), { until: MINUTE, receivedAt: MINUTE }, newest)).toBe(true);
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

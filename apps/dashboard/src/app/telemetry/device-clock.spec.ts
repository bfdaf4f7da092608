import { describe, expect, it } from '@jest/globals';
import type { DeliveredReading } from '@telewire/protocol';
import { DeviceClock, isHistory, newestIn, oldestIn } from './device-clock.js';

const HOUR = 3_600_000;
const reading = (at: number, receivedAt: number): DeliveredReading => ({
  series: 'icu/bed-01/hr',
  at,
  value: 72,
  quality: 'good',
  n: 1,
  receivedAt,
});
/** A reading a second from `from`, on a clock that leads by `lead`; tells where the last one was placed. */
const run = (clock: DeviceClock, lead: number, from: number, seconds = 4): number => {
  let placed = NaN;
  for (let i = 0; i < seconds; i++) placed = clock.place(reading(from + i * 1000 + lead, from + i * 1000 + 40));
  return placed;
};

describe('what a reading holds', () => {
  const of = (at: number, receivedAt: number, columns: number) => {
    const list = Array<number>(columns).fill(0);
    const value = { columnMs: 1_000, min: list, max: list };
    return { ...reading(at, receivedAt), value };
  };
  const both = (each: DeliveredReading) => [oldestIn(each), newestIn(each)];

  it('is of its time, or as long as its block', () => {
    expect(both(reading(1_000, 1_040))).toEqual([1_000, 1_000]);
    expect(both({ ...reading(1_000, 1_300), value: { periodMs: 4, values: [1, 2, 3] } })).toEqual([1_000, 1_012]);
  });

  it('is of an envelope from the begin of the first column to when it was received, if that is in the last', () => {
    expect(both(of(10_400, 12_700, 3))).toEqual([10_000, 12_700]);
    expect(both(of(10_400, 20_000, 3))).toEqual([10_000, 13_000]);
    expect(both(of(10_400, 5_000, 3))).toEqual([10_000, 12_000]);
    expect(both(of(10_400, 5_000, 1))).toEqual([10_000, 10_400]);
  });

  it('is no reason to take a clock that is right for a wrong one, however long a column is', () => {
    const clock = new DeviceClock();
    const value = { columnMs: 10_000, min: [0], max: [0] };
    for (let at = 0; at < 90_000; at += 9_000)
      expect(clock.place({ ...reading(at, at + 9_100), value: { ...value, min: [0, 0], max: [0, 0] } })).toBe(at);
    expect(clock.skewMs).toBe(0);
  });
});

describe('the clock of a device', () => {
  it('is taken as it is while readings are received soon after they were measured', () => {
    const clock = new DeviceClock();
    expect(run(clock, -800, 10_000)).toBe(12_200);
    expect(clock.skewMs).toBe(0);
  });

  it('has a skew when it is an hour ahead, and what it measures is placed in gateway time', () => {
    const clock = new DeviceClock();
    expect(clock.place(reading(HOUR + 10_000, 10_040))).toBe(10_040);
    expect(run(clock, HOUR, 11_000)).toBe(14_040);
    expect(clock.skewMs).toBe(HOUR - 40);
  });

  it('has a skew when it is an hour behind', () => {
    const clock = new DeviceClock();
    expect(run(clock, -HOUR, 10_000)).toBe(13_040);
    expect(clock.skewMs).toBe(-HOUR - 40);
  });

  it('may be set back: the skew is learnt anew', () => {
    const clock = new DeviceClock();
    run(clock, HOUR, 10_000);
    expect(run(clock, 0, 20_000)).toBe(23_000);
    expect(clock.skewMs).toBe(0);
  });

  it('is learnt anew when the clock of the gateway is set back', () => {
    const clock = new DeviceClock();
    run(clock, 0, HOUR);
    expect(run(clock, HOUR, 10_000)).toBe(13_040);
    expect(clock.skewMs).toBe(HOUR - 40);
  });

  it('is not blamed for readings that waited in the device and come at once', () => {
    const clock = new DeviceClock();
    run(clock, 0, 10_000);
    for (let i = 0; i < 200; i++) clock.place(reading(14_000 + i * 250, 64_000 + i));
    expect(clock.skewMs).toBe(0);
  });
});

describe('history', () => {
  it('is what was received before, and what was measured before but comes with newer things', () => {
    const newest = { until: 10_000, receivedAt: 10_040 };
    expect(isHistory({ until: 11_000, receivedAt: 9_000 }, newest)).toBe(true);
    expect(isHistory({ until: 9_000, receivedAt: 10_050 }, newest)).toBe(true);
    expect(isHistory({ until: 11_000, receivedAt: 11_040 }, newest)).toBe(false);
  });

  it('is not what a device goes on to send after its clock was set back', () => {
    expect(isHistory({ until: -HOUR, receivedAt: 12_100 }, { until: 10_000, receivedAt: 10_040 })).toBe(false);
  });
});

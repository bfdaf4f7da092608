import { describe, expect, it } from '@jest/globals';
import type { DeliveredReading } from '@telewire/protocol';
import type { Value } from '@telewire/telemetry';
import { placesOf } from './ring-barrier.js';
import { SignalReadings } from './signal-readings.js';

const reading = (series: string, seconds: number, value: Value): DeliveredReading => ({
  series: `a9/signal-214/${series}`,
  at: seconds * 1000,
  value,
  quality: 'good',
  n: 1,
  receivedAt: seconds * 1000,
});

/** Two cycles of 100 s; phase 2 is green from 20 to 50 and red from 55. */
function twoCycles(): SignalReadings {
  const signal = new SignalReadings();
  for (const begin of [0, 100]) {
    signal.take([reading('cycle', begin, 0), reading('phase-1/indication', begin - 0.1, 'green')]);
    signal.take([reading('phase-1/indication', begin + 18, 'red')]);
    signal.take([reading('phase-2/indication', begin + 20, 'green')]);
    signal.take([
      reading('phase-2/indication', begin + 50, 'yellow'),
      reading('phase-2/indication', begin + 55, 'red'),
    ]);
    signal.take([reading('cycle', begin + 60, 60)]);
  }
  return signal;
}

describe('the readings of a signal controller', () => {
  it('learn the length of the cycle from two of them', () => {
    const signal = new SignalReadings();
    signal.take([reading('cycle', 10, 10)]);
    expect(signal.lengthS).toBeUndefined();
    expect(signal.second(12_000)).toBe(12);
    expect(twoCycles().lengthS).toBe(100);
    expect(twoCycles().second(175_000)).toBe(75);
  });

  it('know what each phase shows since when, and its newest turn', () => {
    expect(twoCycles().phases[1]).toEqual({
      phase: 2,
      shows: 'red',
      since: 155_000,
      turn: { from: 20, greenTo: 50, to: 55, beforeS: 35 },
    });
  });

  it('take a green just before the cycle for its first', () => {
    expect(twoCycles().phases[0]?.turn?.from).toBe(0);
  });

  it('leave places in a ring that do not overlap', () => {
    const signal = twoCycles();
    const picture = { phases: signal.phases, second: 75, lengthS: 100, lengthKnown: true, now: 175_000 };
    const places = placesOf(picture, [1, 2, 3, 4]);
    expect([...places.keys()]).toEqual([1, 2]);
    expect(places.get(2)).toEqual([20, 55]);
  });

  it('give a turn under way the place that the one before had', () => {
    const signal = twoCycles();
    signal.take([reading('cycle', 200, 0), reading('phase-2/indication', 222, 'green')]);
    const picture = { phases: signal.phases, second: 24, lengthS: 100, lengthKnown: true, now: 224_000 };
    expect(placesOf(picture, [1, 2]).get(2)).toEqual([22, 57]);
  });

  it('are counted in gateway time when the clock of the controller is an hour ahead', () => {
    const signal = new SignalReadings();
    for (let second = 0; second < 10; second++)
      signal.take([{ ...reading('cycle', second, second), at: (3600 + second) * 1000 }]);
    expect(signal.second(12_000)).toBe(12);
    expect(signal.heard?.receivedAt).toBe(9_000);
    expect(signal.lengthS).toBeUndefined();
  });

  it('do not go back to a second that the controller has kept', () => {
    const signal = new SignalReadings();
    signal.take([reading('cycle', 60, 20), { ...reading('cycle', 30, 90), receivedAt: 64_000 }]);
    expect(signal.second(64_000)).toBe(24);
    expect(signal.heard?.receivedAt).toBe(60_000);
  });

  it('do not take a clock that was found to be wrong for a cycle that has ended', () => {
    const signal = new SignalReadings();
    for (let second = 0; second < 10; second++)
      signal.take([{ ...reading('cycle', second, second), at: (second - 3600) * 1000 }]);
    expect(signal.second(12_000)).toBe(12);
    expect(signal.lengthS).toBeUndefined();
  });
});

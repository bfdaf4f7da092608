import { describe, expect, it } from '@jest/globals';
import { TRAFFIC, describeMetric } from '@telewire/telemetry';
import { rowsOf } from './table-rows.js';
import type { NewestReading } from './widget-readings.js';

const speed = (lane: string) => describeMetric(`a9/${lane}`, TRAFFIC.speed, 10_000);
const newest = (at: number, part: Partial<NewestReading> = {}): NewestReading => ({
  until: at,
  receivedAt: at,
  value: 67.4,
  quality: 'good',
  ...part,
});

describe('the rows of a table', () => {
  it('are in the order of names, each with its own age', () => {
    const series = new Map([speed('s10'), speed('s9')].map((info) => [info.series, info]));
    const rows = rowsOf(
      new Map([
        ['a9/s10/speed', newest(0)],
        ['a9/s9/speed', newest(99_000)],
      ]),
      series,
      [],
      100_000,
    );
    expect(rows.map(({ series, value, unit, age, freshness }) => [series, value, unit, age, freshness])).toEqual([
      ['a9/s9/speed', '67', 'km/h', '1.0 s', 'fresh'],
      ['a9/s10/speed', '67', 'km/h', '2 min', 'stale'],
    ]);
  });

  it('are not late for waiting for their frame', () => {
    const series = new Map([speed('s9')].map((info) => [info.series, info]));
    const age = (frameMs: number) =>
      rowsOf(new Map([['a9/s9/speed', newest(0)]]), series, [], 16_000, frameMs)[0]?.freshness;
    expect([age(10_000), age(10_001)]).toEqual(['late', 'fresh']);
  });

  it('say of a wave that it is one, whole or thinned', () => {
    const envelope = { columnMs: 250, min: [0], max: [1] };
    for (const value of [{ periodMs: 4, values: [1] }, envelope])
      expect(rowsOf(new Map([['a/b', newest(0, { value })]]), new Map(), [], 0)[0]?.value).toBe('wave');
  });

  it('say what must not be used and what is estimated', () => {
    const value = (part: Partial<NewestReading>) =>
      rowsOf(new Map([['a/b', newest(0, part)]]), new Map(), [], 0)[0]?.value;
    expect([value({ quality: 'bad' }), value({ quality: 'uncertain', value: 3 }), value({ value: 'green' })]).toEqual([
      '---',
      '~3',
      'green',
    ]);
  });
});

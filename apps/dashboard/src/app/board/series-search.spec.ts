import { describe, expect, it } from '@jest/globals';
import type { DeviceEntry, SeriesEntry } from '@telewire/protocol';
import { MEDICAL, TRAFFIC, describeMetric, type Metric } from '@telewire/telemetry';
import { searchSeries, valueText, whereOf } from './series-search.js';
import type { WidgetKind } from './board-layout.js';

const device = (name: string, label: string, type: string): DeviceEntry => ({
  device: name,
  label,
  type,
  simulated: true,
  online: true,
});
const devices = [device('icu/bed-01', '01', 'patient-monitor'), device('a9/s09', 'S09', 'detector-station')];
const entry = (parent: string, metric: Metric, of: string, value: unknown): SeriesEntry => ({
  ...describeMetric(parent, metric, 1000),
  device: of,
  latest: value === undefined ? null : { at: 0, value, quality: 'good', n: 1, receivedAt: 0 },
});
const series = [
  entry('icu/bed-01', MEDICAL.heartRate, 'icu/bed-01', 72),
  entry('icu/bed-01', MEDICAL.temperature, 'icu/bed-01', 36.84),
  entry('icu/bed-01', MEDICAL.pleth, 'icu/bed-01', { periodMs: 8, values: [] }),
  entry('a9/s09/lane-1', TRAFFIC.speed, 'a9/s09', 67),
  entry('a9/s09/lane-2', TRAFFIC.speed, 'a9/s09', undefined),
];
const search = (typed: string, kind: WidgetKind = 'number') =>
  searchSeries(typed, kind, series, devices).map(({ shows, value }) => [shows, value]);

describe('the search for series', () => {
  it('finds by name, label and device, whatever the order of the words', () => {
    expect(search('hr bed 01')).toEqual([['icu/bed-01/hr', '72 /min']]);
    expect(search('lane-1 s09')).toEqual([['a9/s09/lane-1/speed', '67 km/h']]);
    expect(search('temp')).toEqual([['icu/bed-01/temp', '36.8 °C']]);
  });

  it('lists only what the kind of widget can draw', () => {
    expect(search('', 'wave')).toEqual([['icu/bed-01/pleth', '125 Hz']]);
    expect(search('', 'log')).toEqual([]);
  });

  it('says that nothing has come yet', () => {
    expect(search('lane 2')).toEqual([['a9/s09/lane-2/speed', 'nothing yet']]);
  });

  it('takes a filter for a table and says how much it matches now', () => {
    expect(search('a9/+/+/speed', 'table')[0]).toEqual(['a9/+/+/speed', '2 series now']);
    expect(search('a9/+/+/speed', 'number')).toEqual([]);
  });

  it('offers a name that does not exist yet', () => {
    expect(search('icu/bed-09/hr')).toEqual([['icu/bed-09/hr', 'appears by itself']]);
    expect(search('icu/bed-01/hr')).toHaveLength(1);
  });
});

describe('words for series and values', () => {
  it('says where a series is measured', () => {
    expect(whereOf('icu/bed-01/hr', devices)).toBe('bed 01');
    expect(whereOf('a9/s09/lane-2/speed', devices)).toBe('S09, lane 2');
    expect(whereOf('x/y/z', devices)).toBe('x/y');
  });

  it('gives a number the decimals that its scale deserves', () => {
    expect(valueText(4380.4, { kind: 'number', range: { low: 0, high: 8000 } })).toBe('4\u202f380');
    expect(valueText(36.84, { kind: 'number', range: { low: 33, high: 42 } })).toBe('36.8');
    expect(valueText(-0.456, { kind: 'number' })).toBe('−0.46');
    expect(valueText(null, undefined)).toBe('---');
    expect(valueText('green', undefined)).toBe('green');
  });
});

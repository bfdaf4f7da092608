import { describe, expect, it } from '@jest/globals';
import { parseDeviceInfo } from './series.js';
import { ADULT_LIMITS, describeMetric, MEDICAL, type Metric, TRAFFIC } from './vocabulary.js';

const hr = { series: 'icu/bed-04/hr', label: 'HR', kind: 'number', unit: '/min', intervalMs: 1000 };
const bed = (more: object = {}) => ({
  device: 'icu/bed-04',
  label: '04',
  type: 'patient-monitor',
  series: [hr],
  ...more,
});

describe('a DeviceInfo', () => {
  it('reads back what a device says of itself, and is not simulated unless it says so', () => {
    const info = bed({ site: 'ICU 3', detail: 'Curie', km: 12.5, series: [{ ...hr, limits: { low: 50 } }] });
    expect(parseDeviceInfo(JSON.parse(JSON.stringify(info)))).toEqual({ ...info, simulated: false });
  });

  it('leaves out what it does not know', () => {
    expect(parseDeviceInfo(bed({ colour: 'red' }))).not.toHaveProperty('colour');
  });

  it.each([
    ['a series of another device', { series: [{ ...hr, series: 'icu/bed-05/hr' }] }],
    ['a series of a device whose name begins the same', { series: [{ ...hr, series: 'icu/bed-041/hr' }] }],
    ['a series that is the device', { series: [{ ...hr, series: 'icu/bed-04' }] }],
    ['a series that is no name', { series: [{ ...hr, series: 'icu/bed-04//hr' }] }],
    ['a device that is no name', { device: 'icu/bed 04', series: [] }],
    ['an unknown kind', { series: [{ ...hr, kind: 'video' }] }],
    ['no interval', { series: [{ ...hr, intervalMs: undefined }] }],
    ['an interval of nothing', { series: [{ ...hr, intervalMs: 0 }] }],
    ['a limit that is not finite', { series: [{ ...hr, limits: { low: Infinity } }] }],
    ['a label that fills the screen', { label: 'x'.repeat(201) }],
    ['no series', { series: undefined }],
    [
      'more than 1000 series',
      { series: Array.from({ length: 1001 }, (_, i) => ({ ...hr, series: `icu/bed-04/${i}` })) },
    ],
    ['words beyond number', { series: [{ ...hr, kind: 'state', states: Array(65).fill('x') }] }],
  ])('is refused with %s', (_what, more) => {
    expect(() => parseDeviceInfo(bed(more))).toThrow();
  });

  it.each([null, undefined, 1, 'bed', [], {}])('is not %j', (input) => {
    expect(() => parseDeviceInfo(input)).toThrow();
  });

  it('says which of its rules was broken', () => {
    expect(() => parseDeviceInfo(bed({ device: 'other' }))).toThrow('every series must be named below its device');
    expect(() => parseDeviceInfo(bed({ device: 'a b' }))).toThrow('must be levels of letters');
  });

  it('is not harmed by a __proto__ key', () => {
    const text = JSON.stringify(bed()).replace('{', '{"__proto__":{"simulated":true,"admin":true},');
    const info = parseDeviceInfo(JSON.parse(text));
    expect(info.simulated).toBe(false);
    expect(Object.getPrototypeOf(info)).toBe(Object.prototype);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('a metric', () => {
  it('describes a series at its parent', () => {
    expect(describeMetric('icu/bed-04', MEDICAL.heartRate, 1000)).toEqual({
      series: 'icu/bed-04/hr',
      label: 'HR',
      kind: 'number',
      unit: '/min',
      code: 'MDC:147842',
      range: { low: 0, high: 240 },
      intervalMs: 1000,
    });
  });

  it('may be described in more or other words', () => {
    const more = { label: 'Phase 2', states: ['red', 'green'] };
    expect(describeMetric('a9/x1', TRAFFIC.indication, null, more)).toMatchObject({ ...more, intervalMs: null });
  });

  it('of the vocabulary is one that the schema takes, each under a name of its own', () => {
    const metrics = [...Object.values(MEDICAL), ...Object.values(TRAFFIC)];
    const series = metrics.map((each) => describeMetric('a/b', each, 1000));
    expect(parseDeviceInfo({ device: 'a/b', label: 'b', type: 'test', series }).series).toEqual(series);
    expect(new Set(series.map((each) => each.series)).size).toBe(metrics.length);
  });

  it('of every adult limit exists, and its limits lie within its scale', () => {
    for (const [name, { low, high }] of Object.entries(ADULT_LIMITS)) {
      const range = Object.values<Metric>(MEDICAL).find((each) => each.metric === name)!.range!;
      expect(range.low).toBeLessThanOrEqual(low);
      expect(high).toBeLessThanOrEqual(range.high);
    }
  });
});

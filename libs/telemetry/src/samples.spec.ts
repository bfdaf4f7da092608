import { describe, expect, it } from '@jest/globals';
import { encodeSampledData, MAX_SAMPLES, parseSampledData } from './sampled-data.js';
import { durationMs, isSamples } from './samples.js';

const sampled = (data: string, more: object = {}) => ({
  origin: { value: 0 },
  period: 4,
  dimensions: 1,
  data,
  ...more,
});
const valuesOf = (data: string, more?: object) => parseSampledData(sampled(data, more)).values;

describe('SampledData', () => {
  it('survives the way out and in on the grid of its factor', () => {
    const samples = { periodMs: 4, values: [0.12, -0.005, null, 1.3, 0] };
    const wire = encodeSampledData(samples, 0.005);
    expect(wire.data).toBe('24 -1 E 260 0');
    expect(parseSampledData(JSON.parse(JSON.stringify(wire)))).toEqual(samples);
  });

  it('rounds to the grid of its factor', () => {
    expect(encodeSampledData({ periodMs: 1, values: [0.0124, 0.0126] }, 0.005).data).toBe('2 3');
  });

  it('is item × factor + origin, without binary dust', () => {
    expect(valuesOf('1 2 3', { factor: 0.1, origin: { value: 10 } })).toEqual([10.1, 10.2, 10.3]);
    expect(valuesOf('3', { factor: 0.1 })).toEqual([0.3]);
  });

  it('takes decimals and exponents as items', () => {
    expect(valuesOf('1.5 -2 1e3')).toEqual([1.5, -2, 1000]);
  });

  it('reads E as a sample that could not be measured', () => {
    expect(valuesOf('1 E 3')).toEqual([1, null, 3]);
  });

  it('reads L and U as the limits, and as nothing where there are none', () => {
    expect(valuesOf('L 0 U', { lowerLimit: -5, upperLimit: 5 })).toEqual([-5, 0, 5]);
    expect(valuesOf('L 0 U')).toEqual([null, 0, null]);
  });

  it('has null where a sample overflows', () => {
    expect(valuesOf('1e300 1', { factor: 1e10 })).toEqual([null, 1e10]);
  });

  it.each(['x', '1  2', ' 1', '1 ', '1,5', 'NaN', 'Infinity', 'e', '1 null'])('refuses the items %j', (data) => {
    expect(() => valuesOf(data)).toThrow(RangeError);
  });

  it('refuses more samples than any device sends', () => {
    expect(valuesOf(Array(MAX_SAMPLES).fill('1').join(' '))).toHaveLength(MAX_SAMPLES);
    expect(() =>
      valuesOf(
        Array(MAX_SAMPLES + 1)
          .fill('1')
          .join(' '),
      ),
    ).toThrow(RangeError);
  });

  it.each([
    ['no origin', { origin: undefined }],
    ['an origin that is a number', { origin: 1 }],
    ['no period', { period: undefined }],
    ['a period of nothing', { period: 0 }],
    ['a period that is a text', { period: '4' }],
    ['two dimensions', { dimensions: 2 }],
    ['a factor that is none', { factor: null }],
    ['no data', { data: '' }],
    ['data that is a list', { data: [1, 2] }],
  ])('refuses %s', (_what, more) => {
    expect(() => valuesOf('1 2', more)).toThrow();
  });

  it.each([null, undefined, 7, 'data', [], {}])('refuses %j in its place', (input) => {
    expect(() => parseSampledData(input)).toThrow();
  });

  it('covers the time up to where the next block begins', () => {
    expect(durationMs({ periodMs: 4, values: [1, 2, 3] })).toBe(12);
  });

  it('is told from every other value', () => {
    expect(isSamples({ periodMs: 4, values: [] })).toBe(true);
    for (const other of [null, undefined, 1, 'text', true, [], {}, { values: [] }])
      expect(isSamples(other)).toBe(false);
  });
});

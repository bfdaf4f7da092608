import { describe, expect, it } from '@jest/globals';
import { factorTo, ucumOf } from './units.js';

describe('a unit', () => {
  it('of % is a ratio in SenML, and /100 is the percentage (RFC 8428 §12.1)', () => {
    expect(ucumOf('%')).toEqual({ unit: '1', factor: 1 });
    expect(ucumOf('/')).toEqual({ unit: '1', factor: 1 });
    expect(ucumOf('/100')).toEqual({ unit: '%', factor: 1 });
    expect(factorTo('%', '%')).toBe(100);
    expect(factorTo('/', '%')).toBe(100);
    expect(factorTo('/100', '%')).toBe(1);
    expect(factorTo('/100', '1')).toBe(0.01);
    expect(factorTo('%RH', '%')).toBe(1);
  });

  it.each([
    ['beat/min', '/min', 72, 72],
    ['1/s', '/min', 1.2, 72],
    ['kPa', 'mm[Hg]', 16, 120.0098],
    ['Pa', 'mm[Hg]', 16_000, 120.0098],
    ['m/s', 'km/h', 10, 36],
    ['km/h', 'm/s', 36, 10],
    ['V', 'mV', 0.0012, 1.2],
    ['mV', 'V', 1.2, 0.0012],
    ['s', 'ms', 2, 2000],
    ['ms', 's', 2000, 2],
    ['m', 'km', 500, 0.5],
    ['km', 'm', 0.5, 500],
    ['Cel', 'Cel', 37.2, 37.2],
  ])('%s becomes %s where that is possible: %d is %d', (sent, unit, value, expected) => {
    expect(value * factorTo(sent, unit)!).toBeCloseTo(expected, 3);
  });

  it.each([
    ['Cel', 'K'],
    ['kPa', '%'],
    ['furlong', 'm'],
    ['toString', 'm'],
    ['__proto__', 'm'],
    ['', '1'],
    ['km', 'h'],
  ])('%s does not become %s', (sent, unit) => {
    expect(factorTo(sent, unit)).toBeUndefined();
  });

  it('that SenML does not know stands for itself', () => {
    expect(ucumOf('mm[Hg]')).toBeUndefined();
    expect(factorTo('mm[Hg]', 'mm[Hg]')).toBe(1);
    expect(factorTo('{veh}/h', '{veh}/h')).toBe(1);
  });

  it('is looked up among the known ones only', () => {
    expect(ucumOf('constructor')).toBeUndefined();
    expect(ucumOf('__proto__')).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { nextStep, typedRate } from './rate.js';

describe('a rate that is typed', () => {
  it.each([
    ['7', 7],
    [' 0,5 ', 0.5],
    ['499.999', 500],
    ['0.2', 0.2],
    ['500', 500],
    ['12.345', 12.35],
  ])('%p is taken as %p', (text, rateHz) => expect(typedRate(text)).toEqual({ rateHz, remark: '' }));

  it.each([
    ['900', 500, '500 is the most.'],
    ['Infinity', 500, '500 is the most.'],
    ['0.1', 0.2, '0.2 is the least: one reading in 5 s.'],
    ['-3', 0.2, '0.2 is the least: one reading in 5 s.'],
    ['', undefined, 'A number from 0.2 to 500.'],
    ['fast', undefined, 'A number from 0.2 to 500.'],
  ])('%p is bounded to %p, and that is said', (text, rateHz, remark) =>
    expect(typedRate(text)).toEqual({ rateHz, remark }),
  );
});

describe('a rate that is stepped', () => {
  it('goes by one, two and five, from wherever it stands', () => {
    expect([0.2, 1, 20, 37, 300, 500].map((rateHz) => nextStep(rateHz, 1))).toEqual([0.5, 2, 50, 50, 500, 500]);
    expect([500, 300, 37, 1, 0.3, 0.2].map((rateHz) => nextStep(rateHz, -1))).toEqual([200, 200, 20, 0.5, 0.2, 0.2]);
  });
});

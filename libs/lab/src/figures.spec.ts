import { describe, expect, it } from '@jest/globals';
import { inBytes, inCount, inMs, inPercent, inRecovery, short } from './index.js';

describe('figures', () => {
  it.each([
    [undefined, '–'],
    [0, '0.0 ms'],
    [0.62, '0.6 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [999.4, '999 ms'],
    [999.5, '1.00 s'],
    [1250, '1.25 s'],
    [12_345, '12.3 s'],
    [120_000, '120 s'],
  ])('say %p milliseconds as %s', (ms, text) => expect(inMs(ms)).toBe(text));

  it.each([
    [undefined, '–'],
    [0, '0 B'],
    [0.42, '0.4 B'],
    [7, '7 B'],
    [640.4, '640 B'],
    [999.6, '1.00 kB'],
    [12_345, '12.3 kB'],
    [999_600, '1.00 MB'],
    [1_250_000, '1.25 MB'],
  ])('say %p bytes as %s', (bytes, text) => expect(inBytes(bytes)).toBe(text));

  it.each([
    [undefined, '–'],
    [0, '0 %'],
    [0.0042, '0.4 %'],
    [0.0994, '9.9 %'],
    [0.0996, '10 %'],
    [0.616, '62 %'],
    [1, '100 %'],
  ])('say the share %p as %s', (share, text) => expect(inPercent(share)).toBe(text));

  it.each([
    [undefined, undefined, '–'],
    [1_520, undefined, '1.52 s'],
    [undefined, 400, 'not back for 400 ms'],
    [1_520, 4_000, '1.52 s, not back for 4 s'],
  ])('say of a recovery of %p, away for %p: %s', (longest, away, text) => expect(inRecovery(longest, away)).toBe(text));

  it('part thousands, and say no more digits than tell something', () => {
    expect([7, 999, 1000, 1_234_567].map(inCount)).toEqual(['7', '999', '1,000', '1,234,567']);
    expect([0.2, 1, 9.994, 18.34, 99.96, 500].map(short)).toEqual(['0.20', '1', '9.99', '18.3', '100', '500']);
  });
});

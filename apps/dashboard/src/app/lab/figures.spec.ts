import { describe, expect, it } from '@jest/globals';
import { bytesFigure, delayFigure, inWords, kiloFigure, rateFigure, shareFigure } from './figures.js';

describe('figures of the lab', () => {
  it('keep about three digits of a delay', () => {
    expect([1.26, 41.4, 999.4, 1_040, 12_340].map((ms) => inWords(delayFigure(ms)))).toEqual([
      '1.3 ms',
      '41 ms',
      '999 ms',
      '1.04 s',
      '12.3 s',
    ]);
  });

  it('take a kilobyte for a thousand bytes', () => {
    expect(inWords(kiloFigure(9_840))).toBe('9.8');
    expect([212, 4_380, 1_240_000].map((bytes) => inWords(bytesFigure(bytes)))).toEqual(['212 B', '4.4 kB', '1.2 MB']);
  });

  it('say a plain nought where nothing is asked', () => {
    expect([0, 0.04, 0.4, 276, 4_380].map((rate) => rateFigure(rate).value)).toEqual([
      '0',
      '0',
      '0.4',
      '276',
      '4\u202f380',
    ]);
  });

  it('stay a code where nothing has been measured', () => {
    for (const figure of [delayFigure, kiloFigure, shareFigure, rateFigure, bytesFigure])
      expect(inWords(figure(undefined))).toBe('---');
  });

  it('give a part with one decimal', () => {
    expect(inWords(shareFigure(0.2468))).toBe('24.7 %');
  });
});

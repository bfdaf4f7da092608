import { describe, expect, it } from '@jest/globals';
import { ageText, delayText, fixed, groupDigits, offsetText } from './format.js';

describe('format', () => {
  it.each([
    [-40, '0.0 s'],
    [300, '0.3 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [48_000, '48 s'],
    [28 * 60_000, '28 min'],
    [180 * 60_000, '3 h'],
  ])('writes an age of %d ms as %s', (ms, text) => expect(ageText(ms)).toBe(text));

  it('parts thousands with a narrow no-break space', () => {
    expect(groupDigits(4380)).toBe('4\u202f380');
    expect(groupDigits(720)).toBe('720');
  });

  it('uses a true minus', () => {
    expect(offsetText(-5)).toBe('−5 ms');
    expect(offsetText(38)).toBe('+38 ms');
    expect(fixed(-0.42, 1)).toBe('−0.4');
  });

  it('writes long delays in seconds', () => {
    expect(delayText(41.2)).toBe('41 ms');
    expect(delayText(1040)).toBe('1.04 s');
  });
});

import { describe, expect, it } from '@jest/globals';
import { formatCursor, parseCursor } from './cursor.js';

describe('a cursor', () => {
  it.each([0, 1, 35, 36, 1_000_000, 2 ** 31, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER])('reads back at %d', (seq) => {
    const position = { epoch: 'k3f9a2b1', seq };
    expect(parseCursor(formatCursor(position))).toEqual(position);
  });

  it.each([
    '',
    '.',
    'k3f9a2b1',
    'k3f9a2b1.',
    '.1z4',
    'short.1',
    'farTooLongForAnEpoch.1',
    'abcdefghijklmnopq.1',
    'K3F9A2B1.1',
    'k3f9a2b1.1Z4',
    'k3f9a2b1.-1',
    'k3f9a2b1.1.2',
    ' k3f9a2b1.1',
    'k3f9a2b1.1\n',
    'k3f9a2b1.01',
    'k3f9a2b1.00',
    'k3f9a2b1.2gosa7pa2gw',
    'k3f9a2b1.zzzzzzzzzzz',
    'k3f9a2b1.1zzzzzzzzzzz',
    'earliest',
    '__proto__',
    '\0x',
  ])('is not %j', (text) => {
    expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: 4400, reason: 'bad-cursor' }));
  });
});

import { describe, expect, it } from '@jest/globals';
import { columnOf, isEnvelope } from './envelope.js';
import { isSamples } from './samples.js';

describe('an envelope', () => {
  const envelope = { columnMs: 250, min: [0, null], max: [1, null] };

  it('is told from every other value', () => {
    expect([isEnvelope(envelope), isSamples(envelope)]).toEqual([true, false]);
    for (const value of [
      null,
      undefined,
      7,
      'min',
      true,
      [],
      {},
      { periodMs: 4, values: [1] },
      { min: [], max: [] },
      { columnMs: 1, min: [] },
      { columnMs: 1, max: [] },
    ])
      expect(isEnvelope(value)).toBe(false);
  });

  it('has columns that begin with their first instant and end before the next begins', () => {
    expect([499, 500, 749.999, 750].map((at) => columnOf(at, 250))).toEqual([1, 2, 2, 3]);
    expect([-1, 0].map((at) => columnOf(at, 250))).toEqual([-1, 0]);
    // The length counts that is told, which is a little more than a sixtieth of a second.
    expect(columnOf(1_790_000_000_000, 1000 / 60)).toBe(107_399_999_999);
  });
});

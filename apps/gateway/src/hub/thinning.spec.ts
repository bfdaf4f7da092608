import { describe, expect, it } from '@jest/globals';
import type { Value } from '@telewire/telemetry';
import type { JournalEntry } from '../journal/journal.js';
import { thinningOf } from './thinning.js';

let seq = 0;
const entry = (number: number, value: Value): JournalEntry => {
  seq += 1;
  return { seq, number, series: `s${number}`, n: seq, at: 0, receivedAt: 0, value, quality: 'good' };
};
const kept = (policy: Parameters<typeof thinningOf>[0], ...said: (readonly [number, Value])[]) => {
  const thinning = thinningOf(policy);
  for (const each of said) thinning.add(entry(...each));
  const taken = thinning.take();
  expect(taken.map((each) => each.seq)).toEqual(taken.map((each) => each.seq).sort((a, b) => a - b));
  expect([thinning.piled, thinning.take()]).toEqual([0, []]);
  return taken.map(({ number, value }) => [number, value]);
};
const of = (...values: Value[]) => values.map((value) => [1, value] as const);

describe('thinning', () => {
  it('by every keeps all', () => {
    expect(kept('every', [1, 5], [2, 'x'], [1, 5])).toEqual([
      [1, 5],
      [2, 'x'],
      [1, 5],
    ]);
  });

  it('by latest keeps the newest of each series', () => {
    expect(kept('latest', [2, 1], [1, 5], [2, 2])).toEqual([
      [1, 5],
      [2, 2],
    ]);
  });

  it.each([
    ['one reading', [7], [7]],
    ['a rise', [1, 2, 3, 4], [1, 4]],
    ['a spike', [1, 1, 9, 1, 1], [1, 9, 1]],
    ['a spike and a dip', [5, 9, 6, -3, 5], [5, 9, -3, 5]],
    ['equal ones: the earliest', [5, 9, 4, 9, 4, 6], [5, 9, 4, 6]],
    ['nothing but the same', [5, 5, 5], [5, 5]],
    ['what could not be measured among them', [null, 3, 1, null], [null, 3, 1, null]],
    ['states', ['a', 'b', 'c', 'b'], ['a', 'b']],
  ] as const)('by extremes keeps of %s first, smallest, largest and last', (_, values, expected) => {
    expect(kept('extremes', ...of(...values))).toEqual(of(...expected).map((each) => [...each]));
  });

  it('by extremes keeps the series apart, and what is kept in order', () => {
    expect(kept('extremes', [1, 5], [2, 50], [1, 9], [2, 10], [1, 4], [2, 90], [1, 6], [2, 60])).toEqual([
      [1, 5],
      [2, 50],
      [1, 9],
      [2, 10],
      [1, 4],
      [2, 90],
      [1, 6],
      [2, 60],
    ]);
  });

  it('counts what piles up without bound, and nothing else', () => {
    const piled = (['every', 'latest', 'extremes'] as const).map((policy) => {
      const thinning = thinningOf(policy);
      for (let i = 0; i < 10; i++) thinning.add(entry(1, i));
      return thinning.piled;
    });
    expect(piled).toEqual([10, 0, 0]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Value } from '@telewire/telemetry';
import type { JournalEntry } from '../journal/journal.js';
import { thinningOf } from './thinning.js';

let seq = 0;
const entry = (number: number, value: Value): JournalEntry => {
  seq += 1;
  return { seq, number, series: `s${number}`, n: seq, at: 10 * seq, receivedAt: 0, value, quality: 'good' };
};
const kept = (policy: Parameters<typeof thinningOf>[0], ...said: (readonly [number, Value])[]) => {
  const thinning = thinningOf(policy, 1000);
  for (const each of said) thinning.add(entry(...each));
  const taken = thinning.take();
  expect(taken.map((each) => each.seq)).toEqual(taken.map((each) => each.seq).sort((a, b) => a - b));
  expect([thinning.piled, thinning.pins, thinning.take()]).toEqual([0, false, []]);
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

  it('by extremes keeps envelopes of waveforms beside the numbers, in order of what came last', () => {
    const block = (...values: number[]) => ({ periodMs: 10 / values.length, values });
    seq = 0;
    expect(kept('extremes', [1, block(1, 9)], [2, 5], [1, block(2, 3)], [2, 6], [3, block(4, 4)], [3, 7])).toEqual([
      [2, 5],
      [1, { columnMs: 1000, min: [1], max: [9] }],
      [2, 6],
      [3, { columnMs: 1000, min: [4], max: [4] }],
      [3, 7],
    ]);
  });

  it('by extremes keeps both of a series that turns from numbers to waveforms and back', () => {
    const block = { periodMs: 5, values: [1, 2] };
    seq = 0;
    expect(kept('extremes', ...of(block, 7, 1, 9, block, 3)).map(([, value]) => value)).toEqual([
      7,
      1,
      9,
      { columnMs: 1000, min: [1], max: [2] },
      3,
    ]);
  });

  it('counts what piles up without bound, and nothing else', () => {
    const piled = (['every', 'latest', 'extremes'] as const).map((policy) => {
      const thinning = thinningOf(policy, 1000);
      for (let i = 0; i < 10; i++) thinning.add(entry(1, i));
      return [thinning.piled, thinning.pins];
    });
    expect(piled).toEqual([
      [10, true],
      [0, false],
      [0, false],
    ]);
  });

  it('counts the columns of waveforms, which keep none of their readings', () => {
    const thinning = thinningOf('extremes', 10);
    for (let i = 0; i < 50; i++) thinning.add(entry(1, { periodMs: 5, values: [1, 2] }));
    expect([thinning.piled, thinning.pins]).toEqual([50, false]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Frame } from '@telewire/protocol';
import { HubBench, takeAll } from '../testing/hub-bench.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Ordinals and values of what rows say. */
const rowsOf = (frames: readonly Frame[]) =>
  frames.flatMap((frame) => ('rows' in frame ? frame.rows.map(([, , value, , , n]) => [n, value]) : []));
const late = ({ clock }: HubBench, value: number) => [['hr', value, clock.now() - MINUTE]] as const;

describe('a late reading', () => {
  it.each(['latest', 'extremes'] as const)('is left out by %s, and shows in the next ordinal', (policy) => {
    const bench = new HubBench();
    bench.append('hr', 70);
    const reader = bench.reader({ policy });
    takeAll(reader);
    bench.clock.advance(1_000);
    bench.appendAll(late(bench, 200));
    bench.clock.advance(1_000);
    expect(takeAll(reader)).toEqual([]);
    bench.append('hr', 71);
    expect(rowsOf(takeAll(reader))).toEqual([[3, 71]]);
  });

  it.each(['latest', 'extremes'] as const)('is left out by %s of what came before, or while it was away', (policy) => {
    const bench = new HubBench();
    bench.append('hr', 70);
    bench.appendAll(late(bench, 200));
    expect(rowsOf(takeAll(bench.reader({ policy, after: 'earliest' })))).toEqual([[1, 70]]);
    const reader = bench.reader({ policy });
    expect(rowsOf(takeAll(reader))).toEqual([[1, 70]]);
    bench.append('hr', 71);
    bench.appendAll(late(bench, 200));
    expect(rowsOf(takeAll(reader))).toEqual([[3, 71]]);
  });

  it('is delivered by every, and in its snapshot comes behind the present, so that ordinals go on', () => {
    const bench = new HubBench();
    const early = bench.reader();
    bench.append('hr', 70);
    bench.appendAll(late(bench, 200));
    bench.clock.advance(1_000);
    expect(rowsOf(takeAll(early))).toEqual([
      [1, 70],
      [undefined, 200],
    ]);
    const reader = bench.reader();
    expect(rowsOf(takeAll(reader))).toEqual([
      [1, 70],
      [undefined, 200],
    ]);
    bench.append('hr', 71);
    bench.clock.advance(1_000);
    expect(rowsOf(takeAll(reader))).toEqual([[undefined, 71]]);
  });

  it.each(['latest', 'extremes'] as const)('is nothing that a device sends whose clock was set back: %s', (policy) => {
    const bench = new HubBench();
    const reader = bench.reader({ policy });
    const shown: unknown[] = [];
    for (let second = 0; second < 12; second++) {
      bench.appendAll([['hr', second, bench.clock.now() - (second < 5 ? 0 : HOUR)]]);
      shown.push(...rowsOf(takeAll(reader)).map(([, value]) => value));
      bench.clock.advance(1_000);
    }
    expect(shown).toEqual([0, 1, 2, 3, 4, 8, 9, 10, 11]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { BoardWidget } from './board-layout.js';
import { contractOf, keptEveryMs, ownHz, settledHz } from './own-pace.js';

const trend: BoardWidget = {
  id: 'a',
  kind: 'trend',
  shows: 'icu/bed-01/hr',
  policy: 'extremes',
  place: { x: 0, y: 0, w: 3, h: 4 },
};

describe('the own pace of a widget', () => {
  it('is that of its pixels, and never more than a screen shows', () => {
    expect(ownHz('wave', 700, false)).toBe(60);
    expect(ownHz('wave', 700, true)).toBe(47.25);
    expect(ownHz('trend', 610, false)).toBe(2.03);
    expect(ownHz('trend', 6, false)).toBe(0.1);
  });

  it('is that of its text where it is a number, whatever its size', () => {
    for (const width of [0, 300, 1_900]) expect(ownHz('number', width, false)).toBe(4);
  });

  it('is not there where time has no axis, and before there is a width', () => {
    for (const kind of ['log', 'table'] as const) expect(ownHz(kind, 700, false)).toBeUndefined();
    expect(ownHz('trend', 0, false)).toBeUndefined();
  });

  it('stays what it is until it differs by more than a half', () => {
    expect([settledHz(undefined, 2), settledHz(2, undefined)]).toEqual([2, 2]);
    expect([settledHz(2, 3), settledHz(3, 2)]).toEqual([2, 3]);
    expect([settledHz(2, 3.1), settledHz(3.1, 2)]).toEqual([3.1, 2]);
  });
});

describe('the contract of a widget', () => {
  it('is by extremes at its own pace, unless one was typed', () => {
    expect(contractOf(trend, 2)).toEqual({ policy: 'extremes', maxHz: 2 });
    expect(contractOf({ ...trend, maxHz: 5 }, 2)).toEqual({ policy: 'extremes', maxHz: 5 });
    expect(contractOf(trend, undefined).maxHz).toBe(60);
  });

  it('has nothing of the own pace where every one comes, or the latest', () => {
    for (const policy of ['every', 'latest'] as const)
      expect(contractOf({ ...trend, policy, onSlow: 'lag' }, 2)).toEqual({ policy, maxHz: 60, onSlow: 'lag' });
  });

  it('keeps some of an interval, or every one', () => {
    expect(keptEveryMs(contractOf(trend, 0.5))).toBe(2_000);
    expect(keptEveryMs(contractOf({ ...trend, policy: 'latest', maxHz: 4 }, 0.5))).toBe(250);
    expect(keptEveryMs(contractOf({ ...trend, policy: 'every', maxHz: 4 }, 0.5))).toBe(0);
  });
});

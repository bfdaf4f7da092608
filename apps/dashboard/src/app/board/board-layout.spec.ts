import { describe, expect, it } from '@jest/globals';
import { encodeBoard, freePlace, parseBoard, readingOrder, type BoardWidget } from './board-layout.js';

const widget = (part: Partial<BoardWidget> = {}): BoardWidget => ({
  id: 'a',
  kind: 'number',
  shows: 'icu/bed-01/hr',
  policy: 'every',
  place: { x: 0, y: 0, w: 3, h: 4 },
  ...part,
});

describe('a board as it is kept', () => {
  it('is read as it was written', () => {
    const board = [widget({ maxHz: 5 }), widget({ id: 'b', kind: 'table', shows: 'a9/+/lane-1/speed' })];
    expect(parseBoard(encodeBoard(board))).toEqual(board);
  });

  it('is read from when every widget had a pace: what is less than the most was typed, and all of extremes', () => {
    const paces = (['every', 'latest', 'extremes'] as const).flatMap((policy) =>
      [60, 2].map((maxHz) => parseBoard(encodeBoard([widget({ policy, maxHz })]))?.[0]?.maxHz),
    );
    expect(paces).toEqual([undefined, 2, undefined, 2, 60, 2]);
  });

  it.each([
    ['what is not JSON', '{"version":1,"widg'],
    ['another version', '{"version":2,"widgets":[]}'],
    ['an unknown kind', encodeBoard([widget({ kind: 'dial' as 'number' })])],
    ['a widget beyond the last column', encodeBoard([widget({ place: { x: 10, y: 0, w: 3, h: 4 } })])],
    ['two widgets of one name', encodeBoard([widget(), widget()])],
    ['what is not a filter', encodeBoard([widget({ shows: 'a/#/b' })])],
    ['nothing at all', 'null'],
  ])('is not read from %s', (_, text) => {
    expect(parseBoard(text)).toBeUndefined();
  });
});

describe('places', () => {
  it('finds the first hole that is large enough, else the end', () => {
    const taken = [
      { x: 0, y: 0, w: 6, h: 4 },
      { x: 8, y: 0, w: 4, h: 4 },
    ];
    expect(freePlace(taken, 2, 4)).toEqual({ x: 6, y: 0, w: 2, h: 4 });
    expect(freePlace(taken, 3, 4)).toEqual({ x: 0, y: 4, w: 3, h: 4 });
    expect(freePlace([], 3, 4)).toEqual({ x: 0, y: 0, w: 3, h: 4 });
  });

  it('reads from the top, then from the left', () => {
    const at = (x: number, y: number) => widget({ place: { x, y, w: 3, h: 4 } });
    expect([at(3, 4), at(6, 0), at(0, 0)].sort(readingOrder).map(({ place }) => [place.x, place.y])).toEqual([
      [0, 0],
      [6, 0],
      [3, 4],
    ]);
  });
});

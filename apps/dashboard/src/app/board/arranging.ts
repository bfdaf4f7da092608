import { COLUMNS, LEAST, type Place } from './board-layout.js';

/** The keys that move and size. */
export const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;
export type Arrow = (typeof ARROWS)[number];

const BY: Readonly<Record<Arrow, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Where a widget stands after one key: an arrow moves it a cell, with Shift it sizes it by one. */
export function step(place: Place, arrow: Arrow, size: boolean): Place {
  const [dx, dy] = BY[arrow];
  const { x, y, w, h } = place;
  return size
    ? { x, y, w: within(w + dx, LEAST.w, COLUMNS - x), h: Math.max(LEAST.h, h + dy) }
    : { x: within(x + dx, 0, COLUMNS - w), y: Math.max(0, y + dy), w, h };
}

/** A place as it is spoken and shown: `column 4, row 5, 6 × 4`. */
export const placeWords = ({ x, y, w, h }: Place): string => `column ${x + 1}, row ${y + 1}, ${w} × ${h}`;

/** The widget next to `from` in the direction of an arrow: the nearest whose middle lies that way. */
export function neighbour(places: ReadonlyMap<string, Place>, from: string, arrow: Arrow): string | undefined {
  const [dx, dy] = BY[arrow];
  const own = places.get(from);
  if (own === undefined) return undefined;
  const middle = (place: Place) => [place.x + place.w / 2, place.y + place.h / 2] as const;
  const [ownX, ownY] = middle(own);
  let best: string | undefined;
  let least = Infinity;
  for (const [id, place] of places) {
    const [x, y] = middle(place);
    const ahead = (x - ownX) * dx + (y - ownY) * dy;
    const aside = Math.abs((x - ownX) * dy) + Math.abs((y - ownY) * dx);
    // What lies straight ahead is nearer than what lies a little closer but aside.
    if (ahead > 0 && ahead + 2 * aside < least) {
      least = ahead + 2 * aside;
      best = id;
    }
  }
  return best;
}

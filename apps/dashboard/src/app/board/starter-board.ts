import type { Place, WidgetKind } from './board-layout.js';

const at = (x: number, y: number, w: number, h: number): Place => ({ x, y, w, h });

/** A board to begin with: a bed's first numbers, its waves, and speeds of a road. */
export const STARTER: readonly { readonly kind: WidgetKind; readonly shows: string; readonly place: Place }[] = [
  { kind: 'number', shows: 'icu/bed-01/hr', place: at(0, 0, 3, 4) },
  { kind: 'trend', shows: 'icu/bed-01/hr', place: at(3, 0, 6, 4) },
  { kind: 'table', shows: 'a9/+/lane-1/speed', place: at(9, 0, 3, 8) },
  { kind: 'number', shows: 'icu/bed-01/spo2', place: at(0, 4, 3, 4) },
  { kind: 'wave', shows: 'icu/bed-01/pleth', place: at(3, 4, 6, 4) },
  { kind: 'number', shows: 'icu/bed-01/rr', place: at(0, 8, 3, 4) },
  { kind: 'wave', shows: 'icu/bed-01/ecg-ii', place: at(3, 8, 6, 4) },
  { kind: 'log', shows: 'a9/+/+/indication', place: at(9, 8, 3, 4) },
];

import { pxPerSecondOf } from '../sweep/sweep-geometry.js';
import type { BoardWidget, WidgetKind } from './board-layout.js';
import { TREND_MS } from './trend.js';

const LEAST_HZ = 0.1;
const MOST_HZ = 60;

/**
 * Columns a second that a widget of `width` pixels can show apart, which is how often extremes of each are of use to it;
 * `undefined` where it has no axis of time.
 */
export function naturalHz(kind: WidgetKind, width: number, slow: boolean): number | undefined {
  const hz = kind === 'wave' ? pxPerSecondOf(slow) : kind === 'trend' ? width / (TREND_MS / 1000) : undefined;
  return hz === undefined ? undefined : Math.min(Math.max(Number(hz.toFixed(2)), LEAST_HZ), MOST_HZ);
}

/** The interval of which a contract keeps readings, in milliseconds; 0 where it delivers every one. */
export const keptEveryMs = (policy: BoardWidget['policy'], maxHz: number): number =>
  policy === 'every' ? 0 : 1000 / maxHz;

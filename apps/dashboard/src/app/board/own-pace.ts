import { pxPerSecondOf } from '../sweep/sweep-geometry.js';
import { PACE, type BoardWidget, type WidgetKind } from './board-layout.js';
import { TREND_MS } from './trend.js';

// Text is renewed so often (GatewayClock); the small trend above a number has fewer columns than that.
const TEXT_HZ = 4;
// A pace that is no further from the one in force is not worth another contract.
const NEAR = 1.5;

/**
 * The own pace of a widget of `width` pixels: how often extremes of each interval are of use to it, which is once for each
 * column of pixels that time moves on by, and for a number as often as its text is renewed. `undefined` where time has no
 * axis, and before there is a width.
 */
export function ownHz(kind: WidgetKind, width: number, slow: boolean): number | undefined {
  switch (kind) {
    case 'number':
      return TEXT_HZ;
    case 'trend':
      return width === 0 ? undefined : within(width / (TREND_MS / 1000));
    case 'wave':
      return within(pxPerSecondOf(slow));
    default:
      return undefined;
  }
}

const within = (hz: number): number => Math.min(Math.max(Number(hz.toFixed(2)), PACE.least), PACE.most);

/** The own pace to go on with: `before` as long as `now` is near it. */
export function settledHz(before: number | undefined, now: number | undefined): number | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  return Math.max(before, now) > NEAR * Math.min(before, now) ? now : before;
}

/** What a widget asks for: at the pace that was typed, else by extremes at its own, else as often as a screen shows. */
export function contractOf({ policy, maxHz, onSlow }: BoardWidget, own: number | undefined) {
  const pace = maxHz ?? (policy === 'extremes' ? own : undefined) ?? PACE.most;
  return { policy, maxHz: pace, ...(onSlow && { onSlow }) };
}

/** The interval of which a contract keeps readings, in milliseconds; 0 where it delivers every one. */
export const keptEveryMs = ({ policy, maxHz }: ReturnType<typeof contractOf>): number =>
  policy === 'every' ? 0 : 1000 / maxHz;

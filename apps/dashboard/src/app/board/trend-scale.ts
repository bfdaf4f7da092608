import type { SeriesInfo } from '@telewire/telemetry';

/** What an axis spans. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

const PADDING = 0.08;

/**
 * The scale of a trend. Limits are on the scale they have, and what was measured is never cut off; without limits it is the
 * series' own range, and only without that what was measured. A small change is not zoomed to fill the height.
 */
export function scaleOf(info: Pick<SeriesInfo, 'limits' | 'range'> | undefined, extent: Scale | undefined): Scale {
  const limits = [info?.limits?.low, info?.limits?.high].filter((each) => each !== undefined);
  const measured = extent === undefined ? [] : [extent.low, extent.high];
  const range = info?.range;
  const spanned = limits.length === 2 || range === undefined ? limits : [range.low, range.high, ...limits];
  const all = [...spanned, ...measured];
  if (all.length === 0) return { low: 0, high: 1 };
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (range !== undefined && low === range.low && high === range.high) return range;
  const padding = low === high ? Math.max(1, Math.abs(low) * PADDING) : (high - low) * PADDING;
  return { low: low - padding, high: high + padding };
}

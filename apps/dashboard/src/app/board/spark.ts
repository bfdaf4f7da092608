import type { SeriesInfo } from '@telewire/telemetry';
import { hatch, type Drawing } from '../widget/plot.js';
import type { TrendRing } from './trend-ring.js';
import { scaleOf } from './trend-scale.js';

const EDGE = 4;

/** The small trend above a number: no axis, limits dotted, hatched from `silentSince` on. */
export const drawSpark =
  (
    ring: TrendRing,
    info: SeriesInfo,
    ink: string,
    from: number,
    to: number,
    silentSince: number | undefined,
  ): Drawing =>
  (sheet) => {
    const { pen, width, height, theme } = sheet;
    const { low, high } = scaleOf(info, ring.extent(from));
    const y = (value: number) => height - EDGE - ((value - low) / (high - low)) * (height - 2 * EDGE);
    const x = (at: number) => ((at - from) / (to - from)) * width;
    if (silentSince !== undefined) hatch(sheet, Math.max(0, x(silentSince)), 0, width, height);
    pen.strokeStyle = theme.token('--line-3');
    pen.setLineDash([2, 4]);
    for (const limit of [info.limits?.low, info.limits?.high]) {
      if (limit === undefined) continue;
      pen.beginPath();
      pen.moveTo(0, Math.round(y(limit)) + 0.5);
      pen.lineTo(width, Math.round(y(limit)) + 0.5);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.strokeStyle = theme.token(ink);
    pen.lineWidth = theme.look().dense ? 1.9 : 1.5;
    pen.lineJoin = 'round';
    pen.beginPath();
    const { times, values } = ring.columns(from, info.intervalMs);
    let joined = false;
    times.forEach((at, i) => {
      const value = values[i] ?? null;
      if (value !== null) {
        if (joined) pen.lineTo(x(at), y(value));
        else pen.moveTo(x(at), y(value));
      }
      joined = value !== null;
    });
    pen.stroke();
  };

import type { AgeHistogram } from '@telewire/lab';
import { labelFont, type Drawing } from '../widget/plot.js';

const FROM_MS = 1;
const TO_MS = 30_000;
const DECADES_MS = [1, 10, 100, 1_000, 10_000];
const LEAST_BAR_PX = 3;

/** Where an age lies on the log axis that all lanes share, 0 to 1. */
export const ageShare = (ms: number): number =>
  Math.log10(Math.min(TO_MS, Math.max(FROM_MS, ms)) / FROM_MS) / Math.log10(TO_MS / FROM_MS);

/** A bar of the histogram: from where to where on the axis, and how high, all 0 to 1. */
export interface AgeBar {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

/** The steps of a histogram as bars of at least `least` (0 to 1) width; the highest reaches 1. */
export function barsOf({ fromMs, factor, counts }: AgeHistogram, least: number): AgeBar[] {
  const step = Math.log10(factor) / Math.log10(TO_MS / FROM_MS);
  const together = Math.max(1, Math.ceil(least / step));
  const bars: AgeBar[] = [];
  for (let first = 0; first < counts.length; first += together) {
    const sum = counts.slice(first, first + together).reduce((all, count) => all + count, 0);
    if (sum === 0) continue;
    const from = ageShare(fromMs * factor ** first);
    bars.push({ from, to: Math.max(from + step, ageShare(fromMs * factor ** (first + together))), height: sum });
  }
  const most = Math.max(1, ...bars.map(({ height }) => height));
  return bars.map((bar) => ({ ...bar, height: bar.height / most }));
}

/** Ages of a lane's readings, and the median as a line. */
export const drawAges =
  (ages: AgeHistogram, median: number | undefined): Drawing =>
  ({ pen, width, height, theme }) => {
    const base = height - 10;
    pen.fillStyle = theme.token('--line');
    for (const ms of DECADES_MS) pen.fillRect(Math.round(ageShare(ms) * width), 4, 1, height - 8);
    pen.fillStyle = theme.token('--line-2');
    pen.fillRect(0, base, width, 1);
    pen.fillStyle = theme.token('--t2');
    for (const bar of barsOf(ages, LEAST_BAR_PX / width)) {
      const tall = Math.max(1, bar.height * (base - 8));
      const left = Math.min(width - LEAST_BAR_PX, bar.from * width);
      pen.fillRect(left, base - tall, Math.max(2, (bar.to - bar.from) * width - 1), tall);
    }
    if (median === undefined) return;
    pen.fillStyle = theme.token('--t1');
    pen.fillRect(ageShare(median) * width - 1, 4, 2, base);
  };

/** The scale above the histograms. */
export const drawAgeScale: Drawing = ({ pen, width, height, theme }) => {
  pen.font = labelFont(theme, 11);
  pen.fillStyle = theme.token('--t3');
  pen.textBaseline = 'middle';
  const labels: readonly (readonly [number, string, CanvasTextAlign])[] = [
    [1, '1 ms', 'left'],
    [10, '10', 'center'],
    [100, '100', 'center'],
    [1_000, '1 s', 'center'],
  ];
  for (const [ms, text, align] of labels) {
    pen.textAlign = align;
    pen.fillText(text, ageShare(ms) * width, height / 2 + 1);
  }
  pen.textAlign = 'right';
  pen.fillText('age', width, height / 2 + 1);
};

import { fixed, groupDigits } from '../widget/format.js';

/** A number and its unit, apart: the unit is set smaller. */
export interface Figure {
  readonly value: string;
  readonly unit?: string;
}

/** Stands where nothing has been measured. */
export const NOTHING: Figure = { value: '---' };

const rounded = (value: number, below = 9.95): string => (value < below ? fixed(value, 1) : groupDigits(value));

/** Milliseconds as they are read: `41 ms`, `1.04 s`. */
export function delayFigure(ms: number | undefined): Figure {
  if (ms === undefined) return NOTHING;
  if (ms < 9.95) return { value: fixed(Math.max(0, ms), 1), unit: 'ms' };
  return ms < 999.5
    ? { value: String(Math.round(ms)), unit: 'ms' }
    : { value: ms < 9_995 ? fixed(ms / 1000, 2) : fixed(ms / 1000, 1), unit: 's' };
}

/** Bytes a second as kilobytes of a thousand bytes: `9.8`. */
export const kiloFigure = (bytesPerSecond: number | undefined): Figure =>
  bytesPerSecond === undefined ? NOTHING : { value: rounded(bytesPerSecond / 1000, 99.95) };

/** A part as per cent with a decimal: `0.8 %`. */
export const shareFigure = (share: number | undefined): Figure =>
  share === undefined ? NOTHING : { value: fixed(share * 100, 1), unit: '%' };

/** How often: `276`, `0.4`; nothing at all is `0`. */
export const rateFigure = (rate: number | undefined): Figure =>
  rate === undefined ? NOTHING : { value: rate < 0.05 ? '0' : rounded(rate) };

/** Bytes with the unit that fits: `212 B`, `4.4 kB`, `1.2 MB`. */
export function bytesFigure(bytes: number | undefined): Figure {
  if (bytes === undefined) return NOTHING;
  if (bytes < 1_000) return { value: String(Math.round(bytes)), unit: 'B' };
  return bytes < 999_500
    ? { value: rounded(bytes / 1000), unit: 'kB' }
    : { value: rounded(bytes / 1_000_000), unit: 'MB' };
}

/** Number and unit as one text, for sentences. */
export const inWords = ({ value, unit }: Figure): string => (unit === undefined ? value : `${value} ${unit}`);

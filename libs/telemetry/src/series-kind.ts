/**
 * What the values of a series are: numbers, one of a few words, free text, or waveform blocks.
 * @example
 * ```ts
 * import { SERIES_KINDS } from '@telewire/telemetry';
 *
 * console.log(SERIES_KINDS.join(' ')); // number state text samples
 * ```
 */
export const SERIES_KINDS = ['number', 'state', 'text', 'samples'] as const;
/** What the values of a series are. */
export type SeriesKind = (typeof SERIES_KINDS)[number];

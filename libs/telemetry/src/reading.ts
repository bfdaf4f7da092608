import type { Samples } from './samples.js';

/** How far a value can be trusted: measured well, doubtful (imputed, out of order, in test), or not to be used. */
export type Quality = 'good' | 'uncertain' | 'bad';

/**
 * All qualities; the index of each is its code on the wire.
 * @example
 * ```ts
 * import { QUALITIES } from '@telewire/telemetry';
 *
 * console.log(QUALITIES.join(' ')); // good uncertain bad
 * ```
 */
export const QUALITIES = ['good', 'uncertain', 'bad'] as const satisfies readonly Quality[];

/** What a reading can carry: a number, a waveform block, a state or text, or `null` for "measured nothing". */
export type Value = number | string | boolean | null | Samples;

/** One measurement of one series. */
export interface Reading {
  /** The series' name, a path: `icu/bed-04/hr`. */
  readonly series: string;
  /** Device time in epoch milliseconds; for {@link Samples} the time of the first sample. */
  readonly at: number;
  /** In the unit of the series. */
  readonly value: Value;
  readonly quality: Quality;
}

/**
 * What is left of a waveform under `extremes`: its smallest and largest sample by columns of device time. It is made for those
 * who watch; no device sends one, and no journal keeps one. Columns lie on one grid for everybody: column `k` holds the samples
 * from `k * columnMs` up to, and without, `(k + 1) * columnMs` of epoch time, and the first column of an envelope is the one that
 * holds the `at` of its row ({@link columnOf}). A column may come in several parts: joined, it has the smaller `min` and the
 * larger `max` of the parts.
 */
export interface Envelope {
  /** What a column covers, in milliseconds; may be fractional. */
  readonly columnMs: number;
  /** The smallest sample of each column, in the unit of the series; `null` where none was measured. */
  readonly min: readonly (number | null)[];
  /** The largest sample of each column, as many as {@link min} has. */
  readonly max: readonly (number | null)[];
}

/**
 * True when a row's value is an envelope of a waveform.
 * @example
 * ```ts
 * import { isEnvelope } from '@telewire/telemetry';
 *
 * console.log(isEnvelope({ columnMs: 25, min: [-0.1], max: [1.1] }), isEnvelope(72)); // true false
 * ```
 */
export const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && 'columnMs' in value && 'min' in value && 'max' in value;

/**
 * Number of the column of `columnMs` milliseconds that holds the instant `at` (epoch milliseconds).
 * @example
 * ```ts
 * import { columnOf } from '@telewire/telemetry';
 *
 * console.log(columnOf(1_000, 25), columnOf(1_024, 25)); // 40 40
 * ```
 */
export const columnOf = (at: number, columnMs: number): number => Math.floor(at / columnMs);

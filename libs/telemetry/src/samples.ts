/**
 * A block of a waveform as one value. The reading's `at` is the time of the first sample; sample `i` was taken at
 * `at + i * periodMs`. `null` marks a sample that could not be measured (a hole in the trace, never a zero).
 * The form follows FHIR R5 SampledData with `factor` and `origin` already applied.
 */
export interface Samples {
  /** Time between two samples in milliseconds; may be fractional (real devices are rarely exactly nominal). */
  readonly periodMs: number;
  /** Sample values in the unit of the series. */
  readonly values: readonly (number | null)[];
}

/**
 * True when a reading's value is a waveform block and not a number, text, state or null.
 * @example
 * ```ts
 * import { isSamples } from '@telewire/telemetry';
 *
 * console.log(isSamples({ periodMs: 4, values: [0.1, null] }), isSamples(72)); // true false
 * ```
 */
export const isSamples = (value: unknown): value is Samples =>
  typeof value === 'object' && value !== null && 'periodMs' in value && 'values' in value;

/**
 * Milliseconds that a block covers, from its first sample to where the next block should begin.
 * @example
 * ```ts
 * import { durationMs } from '@telewire/telemetry';
 *
 * console.log(durationMs({ periodMs: 4, values: [0, 0.1, 0.2] })); // 12
 * ```
 */
export const durationMs = (samples: Samples): number => samples.periodMs * samples.values.length;

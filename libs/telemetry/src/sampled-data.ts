import * as v from 'valibot';
import type { Samples } from './samples.js';

/**
 * FHIR SampledData as devices send it: `data` holds integers or decimals separated by single spaces, with `E` for an
 * error and `L` / `U` for below / above the measurable range. Measured value = item × factor + origin.
 * Source: HL7 FHIR R4 datatypes, SampledData (`period` in milliseconds, `dimensions` 1 only).
 */
export const SampledDataSchema = v.object({
  origin: v.object({ value: v.pipe(v.number(), v.finite()) }),
  period: v.pipe(v.number(), v.finite(), v.minValue(0.001)),
  factor: v.optional(v.pipe(v.number(), v.finite()), 1),
  lowerLimit: v.optional(v.number()),
  upperLimit: v.optional(v.number()),
  dimensions: v.literal(1),
  data: v.pipe(v.string(), v.nonEmpty()),
});
/** FHIR SampledData in its wire form. */
export type SampledData = v.InferOutput<typeof SampledDataSchema>;

/**
 * The most samples one block may hold; a longer one is refused (60 s at 1 kHz is far more than any device sends).
 * @example
 * ```ts
 * import { MAX_SAMPLES } from '@telewire/telemetry';
 *
 * console.log(MAX_SAMPLES); // 60000
 * ```
 */
export const MAX_SAMPLES = 60_000;

/**
 * Turns FHIR SampledData into {@link Samples}. `E` becomes `null`; `L` and `U` become the limit where one is given,
 * else `null`.
 * @throws RangeError when an item is not a number or there are more than {@link MAX_SAMPLES}; ValiError when a field is missing.
 * @example
 * ```ts
 * import { parseSampledData } from '@telewire/telemetry';
 *
 * const sampled = { origin: { value: 0 }, period: 4, factor: 0.005, dimensions: 1, data: '0 200 E' };
 * console.log(JSON.stringify(parseSampledData(sampled))); // {"periodMs":4,"values":[0,1,null]}
 * ```
 */
export function parseSampledData(input: unknown): Samples {
  const sampled = v.parse(SampledDataSchema, input);
  const items = sampled.data.split(' ');
  if (items.length > MAX_SAMPLES)
    throw new RangeError(`SampledData holds ${items.length} items, more than ${MAX_SAMPLES}`);
  const values = items.map((item) => {
    if (item === 'E') return null;
    if (item === 'L') return round(sampled.lowerLimit ?? NaN);
    if (item === 'U') return round(sampled.upperLimit ?? NaN);
    const number = item === '' ? NaN : Number(item);
    if (!Number.isFinite(number)) throw new RangeError(`SampledData item "${item.slice(0, 20)}" is not a number`);
    return round(number * sampled.factor + sampled.origin.value);
  });
  return { periodMs: sampled.period, values };
}

/**
 * Writes {@link Samples} as FHIR SampledData with integers on a grid of `factor` (the resolution of the converter:
 * 0.005 mV for an ECG). Values are rounded to the grid; `null` becomes `E`.
 * @example
 * ```ts
 * import { encodeSampledData } from '@telewire/telemetry';
 *
 * console.log(encodeSampledData({ periodMs: 4, values: [0, 1, null] }, 0.005).data); // 0 200 E
 * ```
 */
export function encodeSampledData(samples: Samples, factor: number): SampledData {
  const data = samples.values.map((value) => (value === null ? 'E' : String(Math.round(value / factor)))).join(' ');
  return { origin: { value: 0 }, period: samples.periodMs, factor, dimensions: 1, data };
}

// item × factor leaves binary dust (0.30000000000000004) that would be carried to every client; six decimals are finer
// than any converter in use. What overflows is a sample that could not be measured.
const round = (value: number): number | null => {
  const rounded = Math.round(value * 1e6) / 1e6;
  return Number.isFinite(rounded) ? rounded : null;
};

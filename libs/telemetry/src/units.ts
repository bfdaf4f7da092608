/** A SenML unit in UCUM terms: multiply a value by `factor` to get it in `unit`. */
export interface UcumUnit {
  readonly unit: string;
  readonly factor: number;
}

/**
 * SenML unit symbols (RFC 8428 §12.1, secondary units of RFC 8798) as UCUM. Trap: SenML `%` is the ratio 0 to 1 and so
 * the same as `/` ("NOT a percentage"); `/100` is the percentage.
 */
const SENML_TO_UCUM: Readonly<Record<string, UcumUnit>> = {
  'beat/min': { unit: '/min', factor: 1 },
  beats: { unit: '1', factor: 1 },
  '1/min': { unit: '/min', factor: 1 },
  '1/s': { unit: '/s', factor: 1 },
  '/': { unit: '1', factor: 1 },
  '%': { unit: '1', factor: 1 },
  '/100': { unit: '%', factor: 1 },
  '/1000': { unit: '[ppth]', factor: 1 },
  '%RH': { unit: '%', factor: 1 },
  '%EL': { unit: '%', factor: 1 },
  count: { unit: '1', factor: 1 },
  Cel: { unit: 'Cel', factor: 1 },
  K: { unit: 'K', factor: 1 },
  m: { unit: 'm', factor: 1 },
  km: { unit: 'km', factor: 1 },
  s: { unit: 's', factor: 1 },
  ms: { unit: 'ms', factor: 1 },
  min: { unit: 'min', factor: 1 },
  h: { unit: 'h', factor: 1 },
  'm/s': { unit: 'm/s', factor: 1 },
  'km/h': { unit: 'km/h', factor: 1 },
  Pa: { unit: 'Pa', factor: 1 },
  hPa: { unit: 'hPa', factor: 1 },
  kPa: { unit: 'kPa', factor: 1 },
  V: { unit: 'V', factor: 1 },
  mV: { unit: 'mV', factor: 1 },
  A: { unit: 'A', factor: 1 },
  mA: { unit: 'mA', factor: 1 },
  W: { unit: 'W', factor: 1 },
  kW: { unit: 'kW', factor: 1 },
  Hz: { unit: 'Hz', factor: 1 },
  Ohm: { unit: 'Ohm', factor: 1 },
};

/** Factors between UCUM units that devices mix up in practice: `FROM>TO`. */
const UCUM_FACTORS: Readonly<Record<string, number>> = {
  '1>%': 100,
  '%>1': 0.01,
  'Pa>mm[Hg]': 1 / 133.322_387_415,
  'kPa>mm[Hg]': 1 / 0.133_322_387_415,
  'm/s>km/h': 3.6,
  'km/h>m/s': 1 / 3.6,
  'V>mV': 1000,
  'mV>V': 0.001,
  's>ms': 1000,
  'ms>s': 0.001,
  'm>km': 0.001,
  'km>m': 1000,
  '/s>/min': 60,
};

/**
 * The UCUM unit of a SenML unit symbol, or `undefined` when the symbol is not known.
 * @example
 * ```ts
 * import { ucumOf } from '@telewire/telemetry';
 *
 * console.log(ucumOf('beat/min')?.unit, ucumOf('/100')?.unit); // /min %
 * ```
 */
export const ucumOf = (senmlUnit: string): UcumUnit | undefined =>
  Object.hasOwn(SENML_TO_UCUM, senmlUnit) ? SENML_TO_UCUM[senmlUnit] : undefined;

/**
 * What a value sent with SenML unit `senmlUnit` must be multiplied by to be in the UCUM unit `unit`; `undefined` when the
 * two do not measure the same thing. A symbol that SenML does not know (`mm[Hg]`, `{veh}/h`) stands for itself.
 * @example
 * ```ts
 * import { factorTo } from '@telewire/telemetry';
 *
 * console.log(factorTo('m/s', 'km/h'), factorTo('m/s', '%')); // 3.6 undefined
 * ```
 */
export function factorTo(senmlUnit: string, unit: string): number | undefined {
  const sent = ucumOf(senmlUnit);
  if (sent === undefined) return senmlUnit === unit ? 1 : undefined;
  if (sent.unit === unit) return sent.factor;
  const factor = UCUM_FACTORS[`${sent.unit}>${unit}`];
  return factor === undefined ? undefined : sent.factor * factor;
}

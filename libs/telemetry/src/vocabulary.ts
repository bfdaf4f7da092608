import type { SeriesInfo } from './series.js';
import type { SeriesKind } from './series-kind.js';

/** What is known of a metric before any device sends it. Codes are ISO/IEEE 11073-10101: partition × 65536 + term. */
export interface Metric {
  /** Last level of the series' name: `hr`. */
  readonly metric: string;
  readonly label: string;
  readonly kind: SeriesKind;
  /** UCUM. */
  readonly unit: string;
  /** `MDC:` and the code, where one is verified. */
  readonly code?: string;
  /** Scale of a plot, in `unit`. */
  readonly range?: { readonly low: number; readonly high: number };
}

const metric = (
  name: string,
  label: string,
  unit: string,
  more: Partial<Omit<Metric, 'metric' | 'label' | 'unit'>> = {},
): Metric => ({ metric: name, label, unit, kind: 'number', ...more });

/**
 * Vital signs and waveforms; codes and units as in ISO/IEEE 11073-10101 and the FHIR device-metric list.
 * @example
 * ```ts
 * import { MEDICAL } from '@telewire/telemetry';
 *
 * console.log(MEDICAL.spo2.label, MEDICAL.spo2.unit, MEDICAL.spo2.code); // SpO2 % MDC:150456
 * ```
 */
export const MEDICAL = {
  heartRate: metric('hr', 'HR', '/min', { code: 'MDC:147842', range: { low: 0, high: 240 } }),
  spo2: metric('spo2', 'SpO2', '%', { code: 'MDC:150456', range: { low: 60, high: 100 } }),
  respirationRate: metric('rr', 'RR', '/min', { code: 'MDC:151578', range: { low: 0, high: 60 } }),
  temperature: metric('temp', 'Temp', 'Cel', { code: 'MDC:150364', range: { low: 33, high: 42 } }),
  nibpSystolic: metric('nibp-sys', 'NIBP sys', 'mm[Hg]', { code: 'MDC:150021', range: { low: 0, high: 250 } }),
  nibpDiastolic: metric('nibp-dia', 'NIBP dia', 'mm[Hg]', { code: 'MDC:150022', range: { low: 0, high: 250 } }),
  nibpMean: metric('nibp-mean', 'NIBP mean', 'mm[Hg]', { code: 'MDC:150023', range: { low: 0, high: 250 } }),
  ecgII: metric('ecg-ii', 'II', 'mV', { code: 'MDC:131330', kind: 'samples', range: { low: -0.5, high: 1.3 } }),
  pleth: metric('pleth', 'Pleth', '1', { code: 'MDC:150452', kind: 'samples', range: { low: -0.1, high: 1.2 } }),
  respiration: metric('resp', 'Resp', '1', { kind: 'samples', range: { low: -0.1, high: 1.2 } }),
} as const satisfies Record<string, Metric>;

/**
 * Adult default alarm limits, in the units of {@link MEDICAL} (Edan M3A, Contec CMS8000 manuals for HR and SpO2).
 * @example
 * ```ts
 * import { ADULT_LIMITS } from '@telewire/telemetry';
 *
 * console.log(ADULT_LIMITS.hr.low, ADULT_LIMITS.hr.high); // 50 120
 * ```
 */
export const ADULT_LIMITS = {
  hr: { low: 50, high: 120 },
  spo2: { low: 90, high: 100 },
  rr: { low: 8, high: 30 },
  temp: { low: 36, high: 39 },
  'nibp-sys': { low: 90, high: 160 },
  'nibp-dia': { low: 50, high: 90 },
  'nibp-mean': { low: 60, high: 110 },
} as const satisfies Record<string, { low: number; high: number }>;

/**
 * Measures of one lane at a detector station, and the state of a signal controller's phases.
 * @example
 * ```ts
 * import { TRAFFIC } from '@telewire/telemetry';
 *
 * console.log(TRAFFIC.speed.metric, TRAFFIC.speed.unit); // speed km/h
 * ```
 */
export const TRAFFIC = {
  flow: metric('flow', 'Flow', '{veh}/h', { range: { low: 0, high: 2400 } }),
  occupancy: metric('occupancy', 'Occupancy', '%', { range: { low: 0, high: 100 } }),
  speed: metric('speed', 'Speed', 'km/h', { range: { low: 0, high: 130 } }),
  /** What a signal head shows to one phase: `green`, `yellow` or `red`; sent on change. */
  indication: metric('indication', 'Indication', '1', { kind: 'state' }),
  /** Seconds since the controller's cycle began; once a second, and so the controller's proof of life. */
  cycle: metric('cycle', 'Cycle', 's', { range: { low: 0, high: 150 } }),
} as const satisfies Record<string, Metric>;

/**
 * The SeriesInfo of a metric at `parent` (a device, or a device and a part of it such as `a9/s06/lane-1`).
 * @example
 * ```ts
 * import { describeMetric, TRAFFIC } from '@telewire/telemetry';
 *
 * const { series, intervalMs } = describeMetric('a9/s06/lane-1', TRAFFIC.flow, 30_000);
 * console.log(series, intervalMs); // a9/s06/lane-1/flow 30000
 * ```
 */
export function describeMetric(
  parent: string,
  of: Metric,
  intervalMs: number | null,
  more: Partial<SeriesInfo> = {},
): SeriesInfo {
  const { metric: last, ...rest } = of;
  return { series: `${parent}/${last}`, intervalMs, ...rest, ...more };
}

import * as v from 'valibot';
import { SERIES_KINDS } from './series-kind.js';
import { isName } from './topic.js';

const finite = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(200));
const name = v.pipe(
  v.string(),
  v.check(isName, 'must be levels of letters, digits and - : . _ parted by /, at most 200 characters'),
);

/**
 * What a series is: announced by its device, retained at the broker, shown by every widget.
 * @example
 * ```ts
 * import { describeMetric, MEDICAL, SeriesInfoSchema } from '@telewire/telemetry';
 *
 * const { '~standard': standard } = SeriesInfoSchema;
 * const result = await standard.validate(describeMetric('icu/bed-04', MEDICAL.heartRate, 1_000));
 * console.log(result.issues); // undefined
 * ```
 */
export const SeriesInfoSchema = v.object({
  /** Full name: the device's name, `/`, and the metric: `icu/bed-04/hr`. */
  series: name,
  /** Short name as printed on a widget: `HR`. */
  label: text,
  kind: v.picklist(SERIES_KINDS),
  /** UCUM unit (`/min`, `%`, `mm[Hg]`, `km/h`); `1` where the value has no dimension. */
  unit: text,
  /** Code of a vocabulary, `SYSTEM:code`: `MDC:147842` (ISO/IEEE 11073-10101). */
  code: v.optional(text),
  /** Expected time between two readings in milliseconds, `null` when sent on change only: decides fresh, late, stale. */
  intervalMs: v.nullable(v.pipe(finite, v.minValue(1))),
  /** Alarm limits in the unit of the series. */
  limits: v.optional(v.object({ low: v.optional(finite), high: v.optional(finite) })),
  /** What the scale of a plot should span, in the unit of the series. */
  range: v.optional(v.object({ low: finite, high: finite })),
  /** The words a `state` series can hold. */
  states: v.optional(v.pipe(v.array(text), v.maxLength(64))),
});
/** What a series is: name, unit, kind, code, expected interval, limits. */
export type SeriesInfo = v.InferOutput<typeof SeriesInfoSchema>;

/**
 * What a device says of itself, retained on its `info` topic and sent anew on every connect.
 * @example
 * ```ts
 * import { DeviceInfoSchema } from '@telewire/telemetry';
 *
 * const { '~standard': standard } = DeviceInfoSchema;
 * const { issues = [] } = await standard.validate({ device: 'icu/bed-04', label: '04', type: 'monitor' });
 * console.log(issues.length); // 1
 * ```
 */
export const DeviceInfoSchema = v.pipe(
  v.object({
    /** Name and topic suffix: `icu/bed-04`. */
    device: name,
    /** Short name as printed: `04`, `S06`. */
    label: text,
    /** What sort of device it is: `patient-monitor`, `detector-station`, `signal-controller`; free for others. */
    type: text,
    /** What it belongs to: a ward, a road: `ICU 3`, `A9 northbound`. */
    site: v.optional(text),
    /** A second, human line: a pseudonym of the patient, the name of a place. */
    detail: v.optional(text),
    /** Position along the road in kilometres. */
    km: v.optional(finite),
    /** True for every device that a simulator plays; shown on its widgets. */
    simulated: v.optional(v.boolean(), false),
    series: v.pipe(v.array(SeriesInfoSchema), v.maxLength(1000)),
  }),
  v.check(
    (info) => info.series.every((each) => each.series.startsWith(`${info.device}/`)),
    'every series must be named below its device',
  ),
);
/** What a device says of itself: its name, place and series. */
export type DeviceInfo = v.InferOutput<typeof DeviceInfoSchema>;

/**
 * Reads a DeviceInfo from parsed JSON.
 * @throws ValiError with the path of the first field that is wrong.
 * @example
 * ```ts
 * import { parseDeviceInfo } from '@telewire/telemetry';
 *
 * console.log(parseDeviceInfo({ device: 'icu/bed-04', label: '04', type: 'monitor', series: [] }).simulated); // false
 * ```
 */
export const parseDeviceInfo = (input: unknown): DeviceInfo => v.parse(DeviceInfoSchema, input);

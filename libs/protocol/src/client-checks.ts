import { isFilter, isName, QUALITIES, SERIES_KINDS } from '@telewire/telemetry';
import type { Frame, PollAnswer } from './frame.js';
import { GAP_REASONS } from './gap-reason.js';
import { LADDER } from './ladder.js';
import { isMaxHz, MAX_FILTERS, NO_FILTER, NO_MAX_HZ, ON_SLOW, POLICIES } from './policy.js';
import type { Inventory } from './resource.js';
import { isRow } from './row.js';
import {
  isBoolean,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  that,
  type Check,
} from './shape.js';

const id = optional(isText);
const rows = listOf(that(isRow, 'is not a row'));

const FRAMES: Readonly<Record<Frame['type'], Check>> = {
  hello: object({ protocol: isNumber, at: isNumber, heartbeatMs: isNumber, reconnectSpreadMs: isNumber }),
  subscribed: object({ id, cursor: isText }),
  series: object({ names: recordOf(isText) }),
  snapshot: object({ id, to: isText, rows }),
  readings: object({ id, from: isText, to: isText, rows }),
  gap: object({ id, from: isText, to: isText, reason: oneOf(GAP_REASONS), lost: optional(isNumber) }),
  degraded: object({ id, cursor: isText, policy: oneOf(LADDER) }),
  heartbeat: object({
    at: isNumber,
    head: isText,
    cursor: optional(isText),
    cursors: optional(recordOf(isText)),
    nextAt: optional(isNumber),
  }),
  error: object({ id, code: isNumber, reason: isText, message: isText }),
  bye: object({ reason: isText, retryAfterMs: isNumber }),
};

const frame: Check = (value) => {
  const type = (value as { type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' && Object.hasOwn(FRAMES, type)
    ? FRAMES[type as Frame['type']](value)
    : ': is not a frame';
};
const pollAnswer = object({ frames: listOf(frame) });

const name = that((value) => typeof value === 'string' && isName(value), 'is not a name');
const span = (each: Check) => object({ low: each, high: each });
const device = object({
  device: name,
  label: isText,
  type: isText,
  site: optional(isText),
  detail: optional(isText),
  km: optional(isNumber),
  simulated: isBoolean,
  online: nullable(isBoolean),
});
const series = object({
  series: name,
  device: isText,
  label: isText,
  kind: oneOf(SERIES_KINDS),
  unit: isText,
  code: optional(isText),
  intervalMs: nullable(isNumber),
  limits: optional(span(optional(isNumber))),
  range: optional(span(isNumber)),
  states: optional(listOf(isText)),
  latest: nullable(object({ at: isNumber, quality: oneOf(QUALITIES), n: isNumber, receivedAt: isNumber })),
});
const inventory = object({ at: isNumber, asOf: isText, devices: listOf(device), series: listOf(series) });

const filters: Check = (value) =>
  listOf(that((each) => typeof each === 'string' && isFilter(each), NO_FILTER))(value) ??
  that(() => (value as []).length > 0 && (value as []).length <= MAX_FILTERS, `are 1 to ${MAX_FILTERS}`)(value);
const terms = object({
  filters,
  policy: oneOf(POLICIES),
  maxHz: that((value) => typeof value === 'number' && isMaxHz(value), NO_MAX_HZ),
  onSlow: optional(oneOf(ON_SLOW)),
});

/** `value`, when it is a frame. @throws TypeError that says what is wrong with it */
export const asFrame = (value: unknown): Frame => as(frame, value);

/** `value`, when it is the answer to a (long-)poll. @throws TypeError that says what is wrong with it */
export const asPollAnswer = (value: unknown): PollAnswer => as(pollAnswer, value);

/** `value`, when it is an inventory. @throws TypeError that says what is wrong with it */
export const asInventory = (value: unknown): Inventory => as(inventory, value);

/** What is wrong with what a subscription asks for, such as `filters.0: is not a topic filter`; `undefined` where nothing is. */
export const faultOfTerms = (value: unknown): string | undefined => terms(value)?.slice(1);

function as<T>(check: Check, value: unknown): T {
  const fault = check(value);
  if (fault !== undefined) throw new TypeError(fault.slice(fault.startsWith('.') ? 1 : 2));
  return value as T;
}

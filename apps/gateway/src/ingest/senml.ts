import { parseSampledData, type Quality, type Value } from '@telewire/telemetry';
import { readingIdOf } from './reading-id.js';

/** One resolved SenML record (RFC 8428 §4.6): full name, absolute time, unit as sent. */
export interface SenmlReading {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** True when the device said when; else `at` counts from the receipt. */
  readonly timed: boolean;
  readonly value: Value;
  readonly quality: Quality;
  /** What its publisher calls it, from the field `readingId`. */
  readonly id?: string;
  /** SenML unit symbol, where one was given. */
  readonly unit?: string;
  /** Longest time until the next reading in milliseconds, from `ut`. */
  readonly nextWithinMs?: number;
}

/** Why a record, or with no index the whole pack, was refused. */
export interface SenmlRefusal {
  readonly reason: string;
  readonly detail: string;
}

/** What is in a pack. Good records are kept although others are refused. */
export interface SenmlPack {
  readonly readings: readonly SenmlReading[];
  readonly refused: readonly SenmlRefusal[];
}

/** Thrown when the pack as a whole must not be used. */
export class SenmlError extends Error {
  constructor(
    readonly reason: string,
    detail: string,
  ) {
    super(detail);
  }
}

// RFC 8428 §4.5.3: smaller sums are relative to now, others are seconds since 1970.
const RELATIVE_BELOW_S = 2 ** 28;
// Earlier, the device's clock never was set; later, it counts in milliseconds and not in seconds.
const EARLIEST_AT = Date.UTC(2000, 0);
const LATEST_AT = Date.UTC(2100, 0);
const VERSION = 10;
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/;
const MAX_RECORDS = 5_000;
// `sampled_` is Telewire's own: FHIR SampledData as a value. A label ending in _ must be understood (RFC 8428 §4.4).
const KNOWN_MUST_UNDERSTAND = 'sampled_';
// Telewire's own too; others may pass over it. No shorter name: devices write their own id as `id`.
const READING_ID = 'readingId';
const VALUE_FIELDS = ['v', 'vs', 'vb', 'vd', KNOWN_MUST_UNDERSTAND] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a SenML pack in JSON (RFC 8428) and resolves its records, in order of time.
 * @param now epoch milliseconds of receipt, for relative times
 * @throws SenmlError when the pack as a whole must not be used
 */
export function decodeSenml(text: string, now: number): SenmlPack {
  let pack: unknown;
  try {
    pack = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SenmlError('not-json', error instanceof Error ? error.message : 'not JSON');
  }
  if (!Array.isArray(pack)) throw new SenmlError('not-senml', 'a SenML pack is an array of records');
  if (pack.length > MAX_RECORDS) throw new SenmlError('too-large', `a pack of ${pack.length} records`);
  const base: Base = { name: '', time: 0, unit: undefined, value: undefined, sum: undefined, version: undefined };
  const readings: SenmlReading[] = [];
  const refused: SenmlRefusal[] = [];
  for (const record of pack as unknown[]) {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      refused.push({ reason: 'not-senml', detail: 'a record that is not an object' });
      continue;
    }
    const fields = record as Fields;
    // A base field that is wrong makes every record after it wrong, so it condemns the pack; so does a label that must be
    // understood and is not (RFC 8428 §4.4).
    requireUnderstood(fields);
    takeBase(base, fields);
    try {
      const reading = resolve(base, fields, now);
      if (reading) readings.push(reading);
    } catch (error) {
      if (error instanceof SenmlError) refused.push({ reason: error.reason, detail: error.message });
      else refused.push({ reason: 'bad-samples', detail: error instanceof Error ? error.message : 'bad samples' });
    }
  }
  return { readings: readings.sort((a, b) => a.at - b.at), refused };
}

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: number | undefined;
  sum: number | undefined;
  version: number | undefined;
}

function takeBase(base: Base, fields: Fields): void {
  base.name = text(fields, 'bn') ?? base.name;
  base.time = number(fields, 'bt') ?? base.time;
  base.unit = text(fields, 'bu') ?? base.unit;
  base.value = number(fields, 'bv') ?? base.value;
  base.sum = number(fields, 'bs') ?? base.sum;
  const version = number(fields, 'bver');
  if (version !== undefined && version > VERSION)
    throw new SenmlError('senml-version', `SenML version ${version} is newer than ${VERSION}`);
  // A first record without `bver` is of the default version (RFC 8428 §4.4), and so must be those that follow.
  base.version ??= version ?? VERSION;
  if (version !== undefined && version !== base.version) throw new SenmlError('senml-version', 'mixed versions');
}

function requireUnderstood(fields: Fields): void {
  for (const label of Object.keys(fields)) {
    if (label.endsWith('_') && label !== KNOWN_MUST_UNDERSTAND) {
      throw new SenmlError('must-understand', `the field ${label} is not understood`);
    }
  }
}

function resolve(base: Base, fields: Fields, now: number): SenmlReading | undefined {
  const name = base.name + (text(fields, 'n') ?? '');
  if (!NAME.test(name)) throw new SenmlError('bad-name', name === '' ? 'a record without a name' : `the name ${name}`);
  const given = VALUE_FIELDS.filter((field) => Object.hasOwn(fields, field));
  if (given.length > 1) throw new SenmlError('two-values', `${name} has ${given.join(' and ')}`);
  const field = given[0];
  const sum = number(fields, 's') !== undefined || base.sum !== undefined;
  if (field === undefined && base.value === undefined) {
    // A sum without a value is legal, but no reading of an instant.
    if (sum) return undefined;
    throw new SenmlError('no-value', `${name} has no value`);
  }
  const { value, quality } = valueOf(base, fields, field);
  const { at, timed } = timeOf(base, fields, now);
  const unit = text(fields, 'u') ?? base.unit;
  const within = number(fields, 'ut');
  const id = idOf(name, fields);
  const reading = { name, at, timed, value, quality };
  // Most have none of them, and what is spread costs more than all the rest.
  if (unit === undefined && within === undefined && id === undefined) return reading;
  return {
    ...reading,
    ...(id === undefined ? {} : { id }),
    ...(unit === undefined ? {} : { unit }),
    ...(within === undefined ? {} : { nextWithinMs: within * 1000 }),
  };
}

function valueOf(base: Base, fields: Fields, field: (typeof VALUE_FIELDS)[number] | undefined) {
  const good = (value: Value): { value: Value; quality: Quality } => ({ value, quality: 'good' });
  // A sum beyond what a number can hold is nothing that can be shown (PROTOCOL R24).
  const finite = (value: number) => (Number.isFinite(value) ? good(value) : { value: null, quality: 'bad' as const });
  switch (field) {
    case 'v':
      // `null` is what a device writes that measured nothing.
      if (fields['v'] === null) return { value: null, quality: 'bad' as const };
      return finite((base.value ?? 0) + number(fields, 'v')!);
    case 'vs':
      return good(text(fields, 'vs')!);
    case 'vb':
      if (typeof fields['vb'] !== 'boolean') throw new SenmlError('wrong-type', 'vb is not true or false');
      return good(fields['vb']);
    case 'vd':
      return good(text(fields, 'vd')!);
    case KNOWN_MUST_UNDERSTAND:
      return good(parseSampledData(fields[KNOWN_MUST_UNDERSTAND]));
    default:
      // RFC 8428 §4.5.4 counts a missing value as zero; §4.3 wants one. Taken, but marked.
      return { value: base.value!, quality: 'uncertain' as const };
  }
}

function timeOf(base: Base, fields: Fields, now: number): Pick<SenmlReading, 'at' | 'timed'> {
  const sum = base.time + (number(fields, 't') ?? 0);
  const timed = sum >= RELATIVE_BELOW_S;
  const at = Math.round((timed ? 0 : now) + sum * 1000);
  if (at < EARLIEST_AT) throw new SenmlError('clock-fault', `the time ${sum} s lies before the year 2000`);
  if (at >= LATEST_AT) throw new SenmlError('clock-fault', `the time ${sum} is not in seconds`);
  return { at, timed };
}

function idOf(name: string, fields: Fields): string | undefined {
  if (!Object.hasOwn(fields, READING_ID)) return undefined;
  const id = readingIdOf(fields[READING_ID]);
  if (id === undefined)
    throw new SenmlError('bad-id', `${READING_ID} of ${name} is no text of 1 to 64 characters, and no whole number`);
  return id;
}

function number(fields: Fields, label: string): number | undefined {
  const value = fields[label];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new SenmlError('wrong-type', `${label} is not a number`);
  return value;
}

function text(fields: Fields, label: string): string | undefined {
  const value = fields[label];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new SenmlError('wrong-type', `${label} is not a text`);
  return value;
}

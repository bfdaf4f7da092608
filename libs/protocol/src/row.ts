import {
  type Envelope,
  isEnvelope,
  isSamples,
  QUALITIES,
  type Reading,
  type Samples,
  type Value,
} from '@telewire/telemetry';

/** A reading as the journal keeps it: with its place in the series and the time the gateway received it. */
export interface StoredReading extends Reading {
  /** Its number within the series: 1, 2, 3 … */
  readonly n: number;
  /** Gateway time of receipt, epoch milliseconds. */
  readonly receivedAt: number;
}

/** What a row can carry: a reading's value, or the envelope of waveform blocks that it stands for (PROTOCOL R30). */
export type RowValue = Value | Envelope;

/**
 * A reading as a client gets it. With an {@link Envelope} for its value it stands for one or more waveform blocks of its series: `at` is the
 * first one's, `n` and `receivedAt` are the last one's, and `quality` is the worst.
 */
export interface DeliveredReading extends Omit<StoredReading, 'value'> {
  readonly value: RowValue;
}

/**
 * A reading on the wire: `[series number, at, value, delay, quality?, n?]`. `delay` is received − at in milliseconds;
 * quality is 0 good (default), 1 uncertain, 2 bad; `n` is there where it is not the series' previous `n` plus one.
 */
export type Row = readonly [series: number, at: number, value: RowValue, delay: number, quality?: number, n?: number];

const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const areSamples = (values: unknown): values is Samples['values'] =>
  Array.isArray(values) && values.every((each) => each === null || finite(each));
const isValue = (value: unknown): value is RowValue =>
  value === null ||
  finite(value) ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (isSamples(value) && finite(value.periodMs) && areSamples(value.values)) ||
  (isEnvelope(value) &&
    finite(value.columnMs) &&
    value.columnMs > 0 &&
    areSamples(value.min) &&
    areSamples(value.max) &&
    value.min.length === value.max.length);

/** True for a well-formed {@link Row}. */
export const isRow = (row: unknown): row is Row =>
  Array.isArray(row) &&
  row.length >= 4 &&
  row.length <= 6 &&
  finite(row[0]) &&
  finite(row[1]) &&
  isValue(row[2]) &&
  finite(row[3]) &&
  (row[4] === undefined || (finite(row[4]) && QUALITIES[row[4]] !== undefined)) &&
  (row[5] === undefined || finite(row[5]));

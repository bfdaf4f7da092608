import * as v from 'valibot';
import {
  type Envelope,
  isEnvelope,
  isSamples,
  QUALITIES,
  type Reading,
  type Samples,
  type Value,
} from '@telewire/telemetry';
import { LADDER } from './ladder.js';

/** The protocol's version; it changes only when an old client would misread a frame. */
export const PROTOCOL_VERSION = 1;

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

const id = v.optional(v.string());
const cursor = v.string();
const rows = v.array(v.custom<Row>(isRow, 'is not a row'));
const names = v.record(v.string(), v.string());

/** Why readings were lost. */
export const GAP_REASONS = ['slow', 'evicted', 'restarted', 'ahead'] as const;
/** Why readings were lost. */
export type GapReason = (typeof GAP_REASONS)[number];

/** Everything a gateway may send, one schema for each type of frame. */
export const FrameSchema = v.variant('type', [
  /** First on every stream: how the gateway behaves. */
  v.object({
    type: v.literal('hello'),
    protocol: v.number(),
    at: v.number(),
    heartbeatMs: v.number(),
    reconnectSpreadMs: v.number(),
  }),
  /** The subscription is taken; everything matching after `cursor` follows. */
  v.object({ type: v.literal('subscribed'), id, cursor }),
  /** Names of series numbers, before the first row that uses them; they hold for the whole connection. */
  v.object({ type: v.literal('series'), names }),
  /** The latest value of every matching series as of `to`; repeats known ordinals and never counts. */
  v.object({ type: v.literal('snapshot'), id, to: cursor, rows }),
  /** Accounts for every matching reading after `from` up to and including `to`. */
  v.object({ type: v.literal('readings'), id, from: cursor, to: cursor, rows }),
  /** Readings between `from` and `to` are lost to this subscriber, for the reason given; `lost` where it is known. */
  v.object({
    type: v.literal('gap'),
    id,
    from: cursor,
    to: cursor,
    reason: v.picklist(GAP_REASONS),
    lost: v.optional(v.number()),
  }),
  /**
   * From `cursor` on the subscription is served in another way than before, because its client cannot keep up, or does again:
   * `policy` is what is served now, and what was asked for when it is served in full.
   */
  v.object({ type: v.literal('degraded'), id, cursor, policy: v.picklist(LADDER) }),
  /**
   * Where each subscription stands (`cursor` for the sole one, `cursors` by id), the journal's head, and the time. In the
   * answer to a poll `nextAt` is the time of the gateway's clock when asking again makes sense.
   */
  v.object({
    type: v.literal('heartbeat'),
    at: v.number(),
    head: cursor,
    cursor: v.optional(cursor),
    cursors: v.optional(v.record(v.string(), cursor)),
    nextAt: v.optional(v.number()),
  }),
  /** Something the client asked for cannot be; with an id it concerns that subscription alone. */
  v.object({ type: v.literal('error'), id, code: v.number(), reason: v.string(), message: v.string() }),
  /** The gateway is going away on purpose; come back after `retryAfterMs`. */
  v.object({ type: v.literal('bye'), reason: v.string(), retryAfterMs: v.number() }),
]);
/** One message on the wire. */
export type Frame = v.InferOutput<typeof FrameSchema>;
/** The frame of one type: `FrameOf<'gap'>`. */
export type FrameOf<T extends Frame['type']> = Extract<Frame, { type: T }>;

/**
 * The answer to one (long-)poll: frames in order, the last of them a `heartbeat` with the cursor to ask with next.
 */
export const PollAnswerSchema = v.object({ frames: v.array(FrameSchema) });
/** The answer to one (long-)poll. */
export type PollAnswer = v.InferOutput<typeof PollAnswerSchema>;

import * as v from 'valibot';
import { GAP_REASONS } from './gap-reason.js';
import { LADDER } from './ladder.js';
import { isRow, type Row } from './row.js';

const id = v.optional(v.string());
const cursor = v.string();
const rows = v.array(v.custom<Row>(isRow, 'is not a row'));
const names = v.record(v.string(), v.string());

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

import * as v from 'valibot';

/** What the lab tells apart on its proxy: the five transports, and everything else (preflights, the clock). */
export const LAB_LANES = ['websocket', 'http-stream', 'sse', 'long-poll', 'poll', 'other'] as const;
const Lane = v.picklist(LAB_LANES);

/** One of {@link LAB_LANES}. */
export type LabLane = v.InferOutput<typeof Lane>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const within = (min: number, max: number) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));

/** Bytes of TCP payload in one direction: what is content, and what goes around it. */
export const LabBytesSchema = v.object({
  /** Request and response heads, chunk and frame headers, event-stream field names. */
  header: count,
  /** Frames of this protocol: JSON text, and nothing else. */
  body: count,
});
/** Bytes of TCP payload in one direction. */
export type LabBytes = v.InferOutput<typeof LabBytesSchema>;

/** What a lane has cost since the session began. */
export const LabTallySchema = v.object({
  requests: count,
  /** Connections on which the lane's messages went; one that several lanes used counts for each. */
  connections: count,
  open: count,
  /** From the client to the gateway. */
  up: LabBytesSchema,
  down: LabBytesSchema,
});
/** What a lane has cost since the session began. */
export type LabTally = v.InferOutput<typeof LabTallySchema>;

/** Calm weather: everything passes as it comes. */
export const CALM = {
  delayMs: 0,
  jitterMs: 0,
  kilobitsPerSecond: 0,
  buffers: false,
  silent: false,
  cutEveryS: 0,
};

/** What the proxy does to the line. Applies to all connections of the session from the moment it is set. */
export const LabWeatherSchema = v.object({
  /** One way, milliseconds. */
  delayMs: v.optional(within(0, 10_000), CALM.delayMs),
  /** At most so much more, at random; bytes stay in order. */
  jitterMs: v.optional(within(0, 10_000), CALM.jitterMs),
  /** Each direction of each connection; 0 is no limit. */
  kilobitsPerSecond: v.optional(within(0, 1_000_000), CALM.kilobitsPerSecond),
  /** A proxy that hands an answer on only when it is complete (or 256 KiB are together). */
  buffers: v.optional(v.boolean(), CALM.buffers),
  /**
   * Nothing passes any more after a connection's handshake: the upgrade's answer, the head of a response. After a minute of it the
   * connection is cut.
   */
  silent: v.optional(v.boolean(), CALM.silent),
  /** Every connection is cut without a word each so many seconds; 0 is never. */
  cutEveryS: v.optional(within(0, 3_600), CALM.cutEveryS),
});
/** What the proxy does to the line. */
export type LabWeather = v.InferOutput<typeof LabWeatherSchema>;

/** What a client may change while its session runs. */
export const LabSettingsSchema = v.object({
  weather: v.optional(LabWeatherSchema),
  /** Readings a second of the lab's own series; 0 is none. */
  rateHz: v.optional(v.union([v.literal(0), within(0.2, 500)])),
  /** The lane whose messages are told one by one; `null` is none. */
  watch: v.optional(v.nullable(Lane)),
});
/** What a client may change while its session runs. */
export type LabSettings = v.InferOutput<typeof LabSettingsSchema>;

/** What the proxy can do to one connection. */
export const LabActSchema = v.object({
  connection: count,
  /** `ping`: a WebSocket ping from the gateway's side, between two frames; `kill`: the socket is reset. */
  act: v.picklist(['ping', 'kill']),
});
/** What the proxy can do to one connection. */
export type LabAct = v.InferOutput<typeof LabActSchema>;

/** A message on the wire, whole: a request, a response, a chunk, an event, a WebSocket frame. */
export const LabMessageSchema = v.object({
  /** Gateway's clock, epoch milliseconds: when its last byte passed. */
  at: v.number(),
  lane: Lane,
  /** Number of the TCP connection within the session. */
  connection: count,
  direction: v.picklist(['up', 'down']),
  kind: v.picklist(['request', 'response', 'chunk', 'frame', 'broken', 'open', 'end', 'reset']),
  header: count,
  body: count,
  /** In a few words: `GET /api/v1/socket`, `101 Switching Protocols`, `text`, `ping`, `close 1001`. */
  title: v.string(),
  /** What the header says, name and value in the order on the wire; for a frame FIN, opcode, mask, length. */
  fields: v.array(v.tuple([v.string(), v.string()])),
  /** The first 2,048 bytes as they passed, base64. */
  bytes: v.string(),
  /** The start of the content as text, unmasked and without framing, at most 2,048 characters; empty when it is not text. */
  text: v.string(),
  /** A response: milliseconds since its request was complete. */
  waitedMs: v.optional(v.number()),
  /** Why it breaks the rules of its protocol, with the clause (`RFC 6455 §5.5`). */
  fault: v.optional(v.string()),
});
/** A message on the wire. */
export type LabMessage = v.InferOutput<typeof LabMessageSchema>;

/** A mark for the picture of a lane: when, which way, and how much of it was content. */
export const LabMarkSchema = v.tuple([v.number(), Lane, v.picklist(['up', 'down']), count, count]);
/** `[at, lane, direction, header bytes, body bytes]` */
export type LabMark = v.InferOutput<typeof LabMarkSchema>;

/** What a session's event stream says, one a line. */
export const LabEventSchema = v.variant('type', [
  /** First. The proxy listens on `port`, on the host name that the request was made to; `series` is the lab's own. */
  v.object({ type: v.literal('open'), id: v.string(), port: count, series: v.string() }),
  /** Four times a second: every lane's tally, and the marks since the last time (at most 400; the oldest are left out). */
  v.object({
    type: v.literal('tally'),
    at: v.number(),
    /**
     * Connections that are open and speak HTTP/1.1, each once, whichever lanes have used it: what a browser allows itself six of. One
     * that has become a WebSocket is not among them.
     */
    http: count,
    lanes: v.record(Lane, LabTallySchema),
    marks: v.array(LabMarkSchema),
  }),
  /** Messages of the lane that is watched. `missed` counts those left out because there were more than 200 a second. */
  v.object({ type: v.literal('messages'), messages: v.array(LabMessageSchema), missed: count }),
  /** Last, when the session is ended by the gateway: why, in a short sentence for people. */
  v.object({ type: v.literal('end'), message: v.string() }),
]);
/** What a session's event stream says. */
export type LabEvent = v.InferOutput<typeof LabEventSchema>;

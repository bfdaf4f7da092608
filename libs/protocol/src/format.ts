import type { Frame } from './frame.js';
import type { Row } from './row.js';

/** How frames are written as bytes; JSON unless a client asks for CBOR (PROTOCOL R29). */
export const FORMATS = ['json', 'cbor'] as const;
/** How frames are written as bytes. */
export type Format = (typeof FORMATS)[number];

/** What a client asks for a format by, and what names it in answers. */
export const NEGOTIATION: Readonly<
  Record<Format, { readonly subprotocol: string; readonly answer: string; readonly stream: string }>
> = {
  /** One frame a text message; `{"frames":[…]}`; NDJSON. */
  json: { subprotocol: 'telewire.json', answer: 'application/json', stream: 'application/x-ndjson' },
  /** One frame a binary message; a map with a list of frames; a CBOR sequence (RFC 8742). */
  cbor: { subprotocol: 'telewire.cbor', answer: 'application/cbor', stream: 'application/cbor-seq' },
};

/** Where a `readings` frame leads from and to, and for which subscription. */
export interface ReadingsHead {
  readonly id?: string | undefined;
  readonly from: string;
  readonly to: string;
}

/** Rows as one writer has written them, and for that writer alone. */
export type WrittenRows = string | Uint8Array;

/** Writes frames in one format. Rows are written apart, so that many frames can share them. */
export interface FrameWriter {
  readonly format: Format;
  /** A frame as one message. */
  frame(frame: Frame): Uint8Array;
  /** The rows of a `readings` frame, for {@link readings}. */
  rows(rows: readonly Row[]): WrittenRows;
  /** The `readings` frame of rows that this writer has written. */
  readings(head: ReadingsHead, rows: WrittenRows): Uint8Array;
  /** What stands before and after a message of so many bytes in the body of a stream. */
  delimiters(length: number): readonly [before: Uint8Array, after: Uint8Array];
  /** The answer to a (long-)poll, of messages. */
  answer(messages: readonly Uint8Array[]): Uint8Array;
}

/**
 * Reads a binary format as far as JSON.parse reads JSON: whether what it says is a frame, `decodeFrame` sees. A client hands
 * it to `connect` of `@telewire/client`. What is not of the format is an Error, of whatever kind.
 */
export interface FrameDecoder {
  readonly format: Exclude<Format, 'json'>;
  /** One message. */
  frame(message: Uint8Array): unknown;
  /** The body of the answer to a (long-)poll. */
  answer(body: Uint8Array): unknown;
  /** Cuts the body of one stream, which comes in pieces of any length, into messages. */
  splitter(): (piece: Uint8Array) => readonly Uint8Array[];
}

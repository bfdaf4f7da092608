import type { Request, Response } from 'express';
import { cborWriter } from '@telewire/cbor';
import { type Format, FORMATS, type FrameWriter, jsonWriter, NEGOTIATION } from '@telewire/protocol';

const WRITERS: Readonly<Record<Format, FrameWriter>> = { json: jsonWriter, cbor: cborWriter };

/**
 * The writer of the media type that a request prefers (PROTOCOL R29); JSON where it names neither. Caches are told that the
 * answer depends on it.
 * @param body whether one answer is asked for, or a stream of frames
 */
export function writerFor(request: Request, response: Response, body: 'answer' | 'stream'): FrameWriter {
  response.vary('Accept');
  const preferred = request.accepts(FORMATS.map((format) => NEGOTIATION[format][body]));
  return WRITERS[FORMATS.find((format) => NEGOTIATION[format][body] === preferred) ?? 'json'];
}

/** The first of a client's subprotocols that the gateway speaks. */
export const chosenSubprotocol = (offered: ReadonlySet<string>): string | undefined =>
  [...offered].find((each) => FORMATS.some((format) => NEGOTIATION[format].subprotocol === each));

/** The writer that a subprotocol names; JSON where there is none. */
export const writerOf = (subprotocol: string): FrameWriter =>
  WRITERS[FORMATS.find((format) => NEGOTIATION[format].subprotocol === subprotocol) ?? 'json'];

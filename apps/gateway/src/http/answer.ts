import type { Response } from 'express';
import { type FrameWriter, NEGOTIATION } from '@telewire/protocol';
import type { EncodedFrame } from '../hub/encoded-frame.js';

/** The answer to one question: frames, closed by a heartbeat that says where they lead to. */
export interface Answer {
  readonly frames: readonly EncodedFrame[];
  readonly last: EncodedFrame;
  /** True when there is more in it than where the subscriptions stand. */
  readonly news: boolean;
  /** Gateway time when asking again makes sense, where that is known. */
  readonly nextAt?: number | undefined;
}

/** Sends the frames as one answer; returns its bytes. */
export function sendFrames(response: Response, writer: FrameWriter, frames: readonly EncodedFrame[]): number {
  const body = writer.answer(frames.map(({ bytes }) => bytes));
  response.type(NEGOTIATION[writer.format].answer).send(Buffer.from(body.buffer, body.byteOffset, body.length));
  return body.length;
}

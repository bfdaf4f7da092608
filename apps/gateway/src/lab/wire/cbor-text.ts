import { cbor } from '@telewire/cbor';
import { decodeFrame, decodePollAnswer, type Frame } from '@telewire/protocol';

/** What frames in CBOR say (PROTOCOL R29), as the same in JSON, one a line; empty where the bytes are none, or not all there. */
export function cborText(bytes: Uint8Array): string {
  for (const read of [message, answer, members]) {
    try {
      return read(bytes)
        .map((frame) => JSON.stringify(frame))
        .join('\n');
    } catch {
      // It is something else.
    }
  }
  return '';
}

const message = (bytes: Uint8Array): readonly Frame[] => [decodeFrame(bytes, cbor)];

const answer = (bytes: Uint8Array): readonly Frame[] => decodePollAnswer(bytes, cbor).frames;

/** Members of a sequence; of a piece that was cut off those that are whole. */
const members = (bytes: Uint8Array): readonly Frame[] =>
  cbor
    .splitter()(bytes)
    .map((each) => decodeFrame(each, cbor));

import { NEGOTIATION } from '@telewire/protocol';
import { frameStream } from '../frame-stream.js';
import { LineReader } from '../line-reader.js';

/** NDJSON (PROTOCOL R27), each frame one line, or a CBOR sequence (R29). */
export const httpStream = frameStream({
  path: '/api/v1/stream',
  type: NEGOTIATION.json.stream,
  splitter: () => {
    const lines = new LineReader();
    return (bytes) => lines.push(bytes);
  },
  binary: true,
});

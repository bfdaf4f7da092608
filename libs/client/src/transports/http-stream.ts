import { frameStream } from '../frame-stream.js';
import { LineReader } from '../line-reader.js';

/** NDJSON (PROTOCOL R27): each frame one line. */
export const httpStream = frameStream('/api/v1/stream', 'application/x-ndjson', () => {
  const lines = new LineReader();
  return (bytes) => lines.push(bytes);
});

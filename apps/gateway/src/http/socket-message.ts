import type { EncodedFrame } from '../hub/encoded-frame.js';

// RFC 6455 §5.2: the last frame of its message, not masked.
const FIN = 0x80;
const OPCODES = { text: 1, binary: 2 } as const;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

const messages = new WeakMap<EncodedFrame, Buffer>();

/**
 * A frame as a WebSocket message, made once for everyone who takes it: one write a client. ws itself would write a header and
 * the payload to each, which costs nearly half as much again (`npm run bench -- fanout --parts write`).
 */
export function socketMessage(frame: EncodedFrame, kind: 'text' | 'binary'): Buffer {
  const known = messages.get(frame);
  if (known) return known;
  const message = Buffer.concat([header(kind, frame.bytes.length), frame.bytes]);
  messages.set(frame, message);
  return message;
}

function header(kind: 'text' | 'binary', length: number): Buffer {
  const first = FIN | OPCODES[kind];
  if (length < LENGTH_16) return Buffer.of(first, length);
  if (length < 2 ** 16) return Buffer.of(first, LENGTH_16, length >> 8, length & 0xff);
  const bytes = Buffer.alloc(10);
  bytes[0] = first;
  bytes[1] = LENGTH_64;
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

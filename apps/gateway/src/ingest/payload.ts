import type { Message } from './broker.js';
import type { Refusals } from './refusals.js';

/** The largest payload that is looked at. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The payload of a message as text; `undefined` when it was refused. */
export function textOf({ topic, payload }: Message, refusals: Refusals): string | undefined {
  if (payload.length > MAX_PAYLOAD_BYTES) return void refusals.add('too-large', topic, `${payload.length} bytes`);
  try {
    return utf8.decode(payload);
  } catch {
    return void refusals.add('not-utf8', topic, `${payload.length} bytes`);
  }
}

import type { FrameWriter } from './format.js';

const encoder = new TextEncoder();
const utf8 = (text: string): Uint8Array => encoder.encode(text);
const NOTHING = new Uint8Array(0);
const LINE_FEED = utf8('\n');
const ANSWER = [utf8('{"frames":['), utf8(','), utf8(']}')] as const;

/** One array of the bytes of several. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** JSON. A message has no line feed in it, so a stream of lines is NDJSON. */
export const jsonWriter: FrameWriter = {
  format: 'json',
  frame: (frame) => utf8(JSON.stringify(frame)),
  rows: (rows) => JSON.stringify(rows),
  readings: ({ id, from, to }, rows) => {
    const name = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
    return utf8(`{"type":"readings",${name}"from":"${from}","to":"${to}","rows":${rows as string}}`);
  },
  delimiters: () => [NOTHING, LINE_FEED],
  answer: (messages) => {
    const [open, comma, close] = ANSWER;
    return concatBytes([open, ...messages.flatMap((each, i) => (i === 0 ? [each] : [comma, each])), close]);
  },
};

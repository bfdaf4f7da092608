import { describe, expect, it } from '@jest/globals';
import { LineReader } from './line-reader.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const HOSTILE = '\uFEFF{"t":"π 🫀 \u2028 é"}\n\n{"b":2}\r\n"\u2029"\n\n\nlast\nnever ended';
const LINES = ['{"t":"π 🫀 \u2028 é"}', '{"b":2}', '"\u2029"', 'last'];

describe('a line reader', () => {
  it('gives the same lines however the bytes are cut in two', () => {
    const all = bytes(HOSTILE);
    for (let cut = 0; cut <= all.length; cut++) {
      const lines = new LineReader();
      expect([...lines.push(all.subarray(0, cut)), ...lines.push(all.subarray(cut))]).toEqual(LINES);
    }
  });

  it('gives the same lines byte by byte, with empty chunks between', () => {
    const lines = new LineReader();
    const each = [...bytes(HOSTILE)].flatMap((byte) => [...lines.push(Uint8Array.of(byte)), ...lines.push(bytes(''))]);
    expect(each).toEqual(LINES);
  });

  it('drops what the end of the stream cuts off', () => {
    expect(new LineReader().push(bytes('{"a":1}\n{"a":'))).toEqual(['{"a":1}']);
  });
});

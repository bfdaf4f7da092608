import { describe, expect, it } from '@jest/globals';
import { decodeFirst, Tagged, encode } from 'cborg';
import { concatBytes } from '@telewire/protocol';
import { ItemReader, itemHead, MAX_MESSAGE_BYTES } from './items.js';

const LENGTHS = [0, 1, 23, 24, 255, 256, 65_535, 65_536];
const messages = LENGTHS.map((length) => Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256));
const body = concatBytes(messages.flatMap((each) => [itemHead(each.length), each]));
const hex = (items: readonly Uint8Array[]) => items.map((each) => Buffer.from(each).toString('hex'));

describe('a CBOR sequence', () => {
  it('is one encoded data item after the other (RFC 8742, RFC 8949 §3.4.5.1)', () => {
    let rest: Uint8Array = body;
    for (const message of messages) {
      const [item, after] = decodeFirst(rest, { tags: Tagged.preserve(24) }) as [Tagged, Uint8Array];
      expect(item.tag).toBe(24);
      expect(Buffer.compare(item.value as Uint8Array, message)).toBe(0);
      rest = after;
    }
    expect(rest).toHaveLength(0);
    expect(hex([itemHead(3)])).toEqual(hex([encode(new Tagged(24, new Uint8Array(3))).subarray(0, 3)]));
  });

  it.each([1, 2, 3, 5, 1000, 65_536, body.length])('is cut into items from pieces of %d bytes', (size) => {
    const reader = new ItemReader();
    const items: Uint8Array[] = [];
    for (let at = 0; at < body.length; at += size) items.push(...reader.push(body.subarray(at, at + size)));
    expect(hex(items)).toEqual(hex(messages));
  });

  it('holds back an item that is not complete', () => {
    const reader = new ItemReader();
    expect(reader.push(body.subarray(0, -1))).toHaveLength(messages.length - 1);
    expect(reader.push(new Uint8Array(0))).toEqual([]);
    expect(reader.push(body.subarray(-1))).toHaveLength(1);
  });

  it.each([
    ['another tag', 'd81940'],
    ['no tag', '40'],
    ['a text', 'd81860'],
    ['an indefinite length', 'd8185f'],
    ['a length of eight bytes', 'd8185b0000000000000001'],
    ['a length beyond reason', `d8185a${(MAX_MESSAGE_BYTES + 1).toString(16).padStart(8, '0')}`],
  ])('does not take %s', (_, bytes) => {
    expect(() => new ItemReader().push(Buffer.from(bytes, 'hex'))).toThrow(RangeError);
  });
});

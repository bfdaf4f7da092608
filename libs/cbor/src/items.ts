import { concatBytes } from '@telewire/protocol';

/** Major types of CBOR (RFC 8949 §3.1) whose heads this lib writes or reads itself. */
export const MAJOR = { bytes: 2, array: 4, map: 5 } as const;

/** Tag 24, encoded CBOR data item (RFC 8949 §3.4.5.1), as it is written. */
const ENCODED_ITEM = [0xd8, 0x18] as const;

/** The longest message that a stream may hold; what says that it is longer is not a stream of frames. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** The head of an item: its major type, and the count or length that belongs to it, below 2³². */
export function headOf(major: number, count: number): Uint8Array {
  const type = major << 5;
  if (count < 24) return Uint8Array.of(type | count);
  if (count < 1 << 8) return Uint8Array.of(type | 24, count);
  if (count < 1 << 16) return Uint8Array.of(type | 25, count >> 8, count & 0xff);
  return Uint8Array.of(type | 26, count >>> 24, (count >> 16) & 0xff, (count >> 8) & 0xff, count & 0xff);
}

/** What stands before a message of so many bytes in a CBOR sequence (RFC 8742): it is there as an encoded data item. */
export const itemHead = (length: number): Uint8Array =>
  concatBytes([Uint8Array.from(ENCODED_ITEM), headOf(MAJOR.bytes, length)]);

/** Bytes of a count behind the first byte of a head. */
const FOLLOWING: Readonly<Record<number, number>> = { 24: 1, 25: 2, 26: 4 };

/**
 * Cuts a CBOR sequence of encoded data items, which comes in pieces of any length, into the bytes of the items. Each byte
 * is looked at once: the length of an item stands before it.
 */
export class ItemReader {
  #pieces: Uint8Array[] = [];
  #held = 0;
  // Bytes that must be there before there is anything more to learn.
  #needed = 0;

  /** The items that these bytes complete. @throws RangeError when this is not such a sequence */
  push(piece: Uint8Array): Uint8Array[] {
    if (piece.length > 0) this.#pieces.push(piece);
    this.#held += piece.length;
    if (this.#held < this.#needed) return [];
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : concatBytes(this.#pieces);
    const items: Uint8Array[] = [];
    let at = 0;
    this.#needed = 1;
    while (at < bytes.length) {
      const { start, end } = extentOf(bytes, at);
      if (end > bytes.length) {
        this.#needed = end - at;
        break;
      }
      items.push(bytes.subarray(start, end));
      at = end;
    }
    const rest = bytes.subarray(at);
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return items;
  }
}

/** Where the content of the item at `at` begins and ends; where its head is not all there, an end that is not there either. */
function extentOf(bytes: Uint8Array, at: number): { start: number; end: number } {
  for (const [i, byte] of ENCODED_ITEM.entries())
    if (at + i < bytes.length && bytes[at + i] !== byte) throw new RangeError('not an encoded data item');
  const place = at + ENCODED_ITEM.length;
  const first = bytes[place];
  if (first === undefined) return { start: place + 1, end: place + 1 };
  const count = first & 0x1f;
  const following = count < 24 ? 0 : FOLLOWING[count];
  if (first >> 5 !== MAJOR.bytes || following === undefined) throw new RangeError('not a byte string');
  const start = place + 1 + following;
  if (start > bytes.length) return { start, end: start };
  let length = following === 0 ? count : 0;
  for (let i = 0; i < following; i++) length = length * 256 + bytes[place + 1 + i]!;
  if (length > MAX_MESSAGE_BYTES) throw new RangeError('an item is too long');
  return { start, end: start + length };
}

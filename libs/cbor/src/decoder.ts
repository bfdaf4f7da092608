import { decode, type DecodeOptions, Tokenizer, Type } from 'cborg';
import type { FrameDecoder } from '@telewire/protocol';
import { ItemReader } from './items.js';
import { FIELDS, TYPES } from './labels.js';
import { VALUE_TAGS, valueOf } from './values.js';

const OPTIONS: DecodeOptions = {
  useMaps: true,
  tags: VALUE_TAGS,
  allowBigInt: false,
  allowIndefinite: false,
  rejectDuplicateMapKeys: true,
  retainStringBytes: true,
};

/** Texts as they were written: a TextDecoder takes a leading U+FEFF for a mark and drops it. */
class ExactTexts extends Tokenizer {
  override next(): ReturnType<Tokenizer['next']> {
    const token = super.next();
    const [first, second, third] = (token.type === Type.string && token.byteValue) || [];
    if (first === 0xef && second === 0xbb && third === 0xbf) token.value = `\uFEFF${token.value as string}`;
    return token;
  }
}

const read = (bytes: Uint8Array): unknown => decode(bytes, { ...OPTIONS, tokenizer: new ExactTexts(bytes, OPTIONS) });

/**
 * Reads CBOR as {@link cborWriter} writes it; hand it to `connect` as `format` to ask a gateway for it.
 * @example
 * ```ts
 * import { cbor } from '@telewire/cbor';
 * import { connect } from '@telewire/client/plain';
 *
 * const telewire = connect({ url: location.origin, format: cbor });
 * for await (const batch of telewire.feed({ filters: ['icu/+/hr'] }).batches) {
 *   console.log(batch.kind); // snapshot
 *   break;
 * }
 * telewire.close();
 * ```
 */
export const cbor: FrameDecoder = {
  format: 'cbor',
  frame: (message) => fieldsOf(read(message)),
  answer: (body) => {
    const items: unknown = read(body);
    return { frames: Array.isArray(items) ? items.map(fieldsOf) : items };
  },
  splitter: () => {
    const items = new ItemReader();
    return (piece) => items.push(piece);
  },
};

/** The frame that a map is, its fields by name. Fields of later versions are passed over, as in JSON. */
function fieldsOf(item: unknown): Record<string, unknown> {
  if (!(item instanceof Map)) throw new TypeError('not a map');
  const fields: Record<string, unknown> = {};
  for (const [label, value] of item as Map<unknown, unknown>) {
    const field = typeof label === 'number' ? FIELDS[label] : undefined;
    if (field !== undefined) fields[field] = field in READ ? READ[field as keyof typeof READ](value) : value;
  }
  return fields;
}

const recordOf = (item: unknown): unknown =>
  item instanceof Map ? Object.fromEntries(item as Map<string, unknown>) : item;

const READ = {
  type: (item: unknown) => TYPES[item as number],
  names: recordOf,
  cursors: recordOf,
  rows: rowsOf,
};

function rowsOf(item: unknown): unknown {
  if (!Array.isArray(item)) return item;
  let before = 0;
  return item.map((row: unknown) => {
    if (!Array.isArray(row)) return row;
    const [series, sinceMs, value, ...rest] = row as unknown[];
    if (typeof sinceMs !== 'number') throw new TypeError('a row without a time');
    before += sinceMs;
    return [series, before, valueOf(value), ...rest];
  });
}

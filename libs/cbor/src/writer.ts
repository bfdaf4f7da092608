import { encode, type EncodeOptions } from 'cborg';
import { concatBytes, type Frame, type FrameWriter, type Row } from '@telewire/protocol';
import { headOf, itemHead, MAJOR } from './items.js';
import { label, labelOf, typeOf } from './labels.js';
import { itemOf } from './values.js';

// Maps stay in the order in which they are written.
const OPTIONS: EncodeOptions = { mapSorter: () => 0 };
const NOTHING = new Uint8Array(0);
const READINGS = concatBytes([encode(label('type')), encode(typeOf.get('readings'))]);
const ID = encode(label('id'));
const FROM = encode(label('from'));
const TO = encode(label('to'));
const ROWS = encode(label('rows'));

/**
 * CBOR (RFC 8949): a frame is a map from the numbers of its fields; a row is as in JSON, but its time is the difference to
 * the row before it, decimals are decimal fractions and samples typed arrays (RFC 8746).
 */
export const cborWriter: FrameWriter = {
  format: 'cbor',
  frame: (frame) => encode(new Map(Object.entries(frame).flatMap(([field, value]) => itemsOf(field, value))), OPTIONS),
  rows: (rows) => encode(rowItems(rows)),
  readings: ({ id, from, to }, rows) =>
    concatBytes([
      headOf(MAJOR.map, id === undefined ? 4 : 5),
      READINGS,
      ...(id === undefined ? [] : [ID, encode(id)]),
      ...[FROM, encode(from), TO, encode(to), ROWS, rows as Uint8Array],
    ]),
  delimiters: (length) => [itemHead(length), NOTHING],
  answer: (messages) => concatBytes([headOf(MAJOR.array, messages.length), ...messages]),
};

function itemsOf(field: string, value: unknown): [number, unknown][] {
  const number = labelOf.get(field);
  if (number === undefined) throw new TypeError(`${field}: a field without a number`);
  return value === undefined ? [] : [[number, itemOfField(field, value)]];
}

function itemOfField(field: string, value: unknown): unknown {
  switch (field) {
    case 'type':
      return typeOf.get(value as Frame['type']);
    case 'rows':
      return rowItems(value as readonly Row[]);
    case 'names':
      return new Map(Object.entries(value as Record<string, string>).map(([number, name]) => [Number(number), name]));
    case 'cursors':
      return new Map(Object.entries(value as Record<string, string>));
    default:
      return value;
  }
}

function rowItems(rows: readonly Row[]): unknown[] {
  let before = 0;
  return rows.map(([series, at, value, ...rest]) => {
    const sinceMs = at - before;
    before = at;
    return [series, sinceMs, itemOf(value), ...rest];
  });
}

import { describe, expect, it } from '@jest/globals';
import { cborWriter } from '@telewire/cbor';
import { concatBytes, type Frame } from '@telewire/protocol';
import { cborText } from './cbor-text.js';

const FRAMES: Frame[] = [
  { type: 'series', names: { 7: 'icu/bed-04/hr' } },
  { type: 'readings', from: 'k.1', to: 'k.2', rows: [[7, 1_790_000_000_000, 97.4, 12, 0, 1]] },
];
const messages = FRAMES.map((frame) => cborWriter.frame(frame));
const lines = FRAMES.map((frame) => JSON.stringify(frame)).join('\n');

describe('CBOR as text', () => {
  it('is the JSON of a message', () => {
    expect(cborText(messages[1]!)).toBe(JSON.stringify(FRAMES[1]));
  });

  it('is the JSON of each frame of an answer', () => {
    expect(cborText(cborWriter.answer(messages))).toBe(lines);
  });

  it('is the JSON of each member of a sequence, as far as it goes', () => {
    const sequence = concatBytes(messages.flatMap((each) => [cborWriter.delimiters(each.length)[0], each]));
    expect(cborText(sequence)).toBe(lines);
    expect(cborText(sequence.subarray(0, -1))).toBe(JSON.stringify(FRAMES[0]));
  });

  it.each([['nothing'], ['00ff'], ['d81940'], ['a1'], ['f6'], ['a0'], ['43fffefd'], ['8107']])(
    'is empty where it is none: %s',
    (bytes) => {
      expect(cborText(Buffer.from(bytes, 'hex'))).toBe('');
    },
  );
});

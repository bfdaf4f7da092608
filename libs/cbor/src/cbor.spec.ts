import { describe, expect, it, jest } from '@jest/globals';
import { encode, Tagged } from 'cborg';
import { decodeFrame, decodePollAnswer, type Frame, jsonWriter, type Row } from '@telewire/protocol';
import { randomOf } from '../../../apps/gateway/src/testing/seeded-random.js';
import { encodeSampledData, isSamples, parseSampledData, type Samples } from '@telewire/telemetry';
import { createBed } from '../../../apps/simulator/src/medical/bed.js';
import { cbor, cborWriter } from './index.js';

const AT = 1_790_000_000_000;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const frameOf = (message: Uint8Array) => decodeFrame(message, cbor);
const overWire = (frame: Frame) => frameOf(cborWriter.frame(frame));
const readings = (rows: Row[]): Frame => ({ type: 'readings', from: 'k3f9a2b1.1', to: 'k3f9a2b1.2', rows });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** One frame of each type, with every field that it can have. */
const FRAMES: readonly Frame[] = [
  { type: 'hello', protocol: 1, at: AT, heartbeatMs: 5000, reconnectSpreadMs: 2000 },
  { type: 'subscribed', id: 'a', cursor: 'k3f9a2b1.1z4' },
  { type: 'series', names: { 1: 'icu/bed-04/hr', 300: '__proto__' } },
  { type: 'snapshot', id: 'a', to: 'k3f9a2b1.1', rows: [[7, AT, 'on', 12, 0, 41]] },
  { type: 'readings', id: 'a', from: 'k3f9a2b1.1', to: 'k3f9a2b1.2', rows: [[7, AT, 72, 12, 1]] },
  { type: 'gap', id: 'a', from: 'k3f9a2b1.1', to: 'k3f9a2b1.2', reason: 'slow', lost: 3 },
  { type: 'heartbeat', at: AT, head: 'k3f9a2b1.1', cursor: 'k3f9a2b1.1', cursors: { a: 'k.1' }, nextAt: AT + 1 },
  { type: 'error', id: 'a', code: 4400, reason: 'bad-cursor', message: 'após: “no”' },
  { type: 'bye', reason: 'stopping', retryAfterMs: 2000 },
];

describe('CBOR', () => {
  it.each(FRAMES.map((frame) => [frame.type, frame] as const))('brings a %s frame over', (_, frame) => {
    expect(overWire(frame)).toEqual(frame);
    expect(decodeFrame(text(jsonWriter.frame(frame)))).toEqual(frame);
  });

  it('is a map from numbers to what JSON says, rows with differences of time (PROTOCOL R29)', () => {
    const frame = readings([
      [7, AT, 97.4, 12],
      [8, AT + 20, -3, -5, 2, 41],
      [7, AT - 1, true, 0],
    ]);
    expect(hex(cborWriter.frame(frame))).toBe(
      'a4' +
        '0004' + // type: readings
        '026a6b3366396132623 12e31'.replace(' ', '') + // from
        '036a6b3366396132623 12e32'.replace(' ', '') + // to
        '0483' + // rows
        '8407 1b000001a0c4506c00 c4822019 03ce 0c'.replaceAll(' ', '') +
        '8608 14 22 24 02 1829'.replaceAll(' ', '') +
        '8407 34 f5 00'.replaceAll(' ', ''),
    );
  });

  it.each([
    [0],
    [-1],
    [23.5],
    [0.1],
    [-0.05],
    [97.4],
    [1e-7],
    [1.5e300],
    [Number.MAX_SAFE_INTEGER],
    [2 ** 60],
    [4294967295.1],
    [Math.PI],
    [null],
    [true],
    [''],
    ['línea\nnueva "\u2028" 🫀'],
    ['\uFEFFabc'],
    ['\uFEFF'],
    ['a\uFEFF'.repeat(20)],
    [{ periodMs: 4, values: [] }],
    [{ periodMs: 4, values: [null, null] }],
    [{ periodMs: 4, values: [127, -127, null, 0] }],
    [{ periodMs: 3.9, values: [0.005, -1.235, null, 12.5] }],
    [{ periodMs: 4, values: [-128, 128, -127] }],
    [{ periodMs: 4, values: [-32767, 32767, null] }],
    [{ periodMs: 4, values: [2147483647, -2147483647, null] }],
    [{ periodMs: 4, values: [-32768, 128, -128] }],
    [{ periodMs: 4, values: [2147483647, null] }],
    [{ periodMs: 4, values: [-2147483648, null, 1e12] }],
    [{ periodMs: 4, values: [Math.PI, null, 1 / 3, 1e300] }],
    [{ periodMs: 4, values: [1e17, 1] }],
    [{ periodMs: 4, values: [1e16, 1, 1e16] }],
    [{ periodMs: 4, values: [20_000_000_000, 0.000001] }],
    [{ periodMs: 4, values: [0, 9.96921e36, 0.5] }],
    [{ periodMs: 4, values: [2 ** 52, -(2 ** 52), 1] }],
    [{ columnMs: 250, min: [], max: [] }],
    [{ columnMs: 1000 / 60, min: [null, -0.005, 1.2], max: [null, 0.4, 4.1] }],
    [{ columnMs: 250, min: [127, null], max: [40_000, 2147483647] }],
    [{ columnMs: 250, min: [0.5, 1], max: [Math.PI, 1e300] }],
    [{ columnMs: 250, min: [1e-9], max: [1e17] }],
  ])('carries %j as JSON does', (value) => {
    const frame = readings([[1, AT, value, 5]]);
    expect(overWire(frame)).toEqual(decodeFrame(text(jsonWriter.frame(frame))));
    expect(overWire(frame)).toEqual(frame);
  });

  it('carries every decimal that a device sends exactly', () => {
    const values = Array.from({ length: 4000 }, (_, i) => Number(((i - 2000) * 0.037).toFixed(i % 7)) || 0);
    const frame = readings(values.map((value, i) => [1, AT + i, value, 0]));
    expect(overWire(frame)).toEqual(frame);
    const block = readings([[1, AT, { periodMs: 4, values }, 0]]);
    expect(overWire(block)).toEqual(block);
  });

  it('carries blocks of any numbers exactly, whatever lies beside what', () => {
    const { next: random } = randomOf(20_261_123);
    const numbers = [
      () => Math.round((random() - 0.5) * 4000) / 200,
      () => Math.round((random() - 0.5) * 1e6) * 10 ** -Math.floor(random() * 8),
      () => (random() - 0.5) * 10 ** Math.floor(random() * 600 - 300),
      () => Math.round((random() - 0.5) * 2 ** Math.floor(random() * 60)),
    ];
    for (let i = 0; i < 3000; i++) {
      const kinds = numbers.filter(() => random() < 0.5);
      const values = Array.from({ length: Math.floor(random() * 12) }, () =>
        random() < 0.1 ? null : (kinds[Math.floor(random() * kinds.length)]?.() ?? 0) || 0,
      );
      const frame = readings([[1, AT, { periodMs: 4, values }, 0]]);
      expect(overWire(frame)).toEqual(frame);
      const half = values.length >> 1;
      const [min, max] = [values.slice(0, half), values.slice(half, 2 * half)];
      const ofEnvelope = readings([[1, AT, { columnMs: 250, min, max }, 0]]);
      expect(overWire(ofEnvelope)).toEqual(ofEnvelope);
    }
  });

  it('writes an envelope as two lists of steps in one unit (PROTOCOL R29)', () => {
    const frame = readings([[7, AT, { columnMs: 250, min: [-0.5, null, 0.5], max: [0.5, null, 4] }, 12]]);
    const item = '85 18fa 20 05 d848 43 ff8002 d848 43 018007'.replaceAll(' ', '');
    expect(hex(cborWriter.frame(frame))).toContain(`8407 1b000001a0c4506c00 ${item}0c`.replaceAll(' ', ''));
  });

  it('writes what is no number as JSON does: null', () => {
    const rows: Row[] = [
      [1, AT, NaN, 0],
      [1, AT, -Infinity, 0],
      [1, AT, { periodMs: 4, values: [1, -Infinity, NaN, 2.5] }, 0],
    ];
    const frame = readings(rows);
    expect(overWire(frame)).toEqual(decodeFrame(text(jsonWriter.frame(frame))));
  });

  it('says nothing in the log about ids that are alike', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    cborWriter.frame({
      type: 'heartbeat',
      at: AT,
      head: 'k.1',
      cursors: { '\ud800': 'k.1', '\ud801': 'k.1', x: 'k.1' },
    });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('writes rows once for frames of many subscriptions', () => {
    const rows: Row[] = [[7, AT, 97.4, 12, 0, 1]];
    for (const id of [undefined, 'a', 'x'.repeat(64)]) {
      const frame = cborWriter.readings({ id, from: 'k.1', to: 'k.2' }, cborWriter.rows(rows));
      expect(frameOf(frame)).toEqual({ type: 'readings', ...(id && { id }), from: 'k.1', to: 'k.2', rows });
      const json = jsonWriter.readings({ id, from: 'k.1', to: 'k.2' }, jsonWriter.rows(rows));
      expect(decodeFrame(text(json))).toEqual(frameOf(frame));
    }
  });

  it('answers a poll with a list of frames', () => {
    for (const frames of [[], FRAMES, Array.from({ length: 300 }, () => FRAMES[0]!)]) {
      expect(decodePollAnswer(cborWriter.answer(frames.map(cborWriter.frame)), cbor)).toEqual({ frames });
      expect(decodePollAnswer(text(jsonWriter.answer(frames.map(jsonWriter.frame))))).toEqual({ frames });
    }
  });

  it('passes over fields of a later version', () => {
    expect(
      frameOf(
        encode(
          new Map<number, unknown>([
            [0, 8],
            [11, 'x'],
            [18, 5],
            [99, 'later'],
          ]),
        ),
      ),
    ).toEqual({
      type: 'bye',
      reason: 'x',
      retryAfterMs: 5,
    });
  });

  const AGAIN = encode(
    new Map<number, unknown>([
      [0, 8],
      [11, 'x'],
      [18, 5],
    ]),
  );
  const rowWith = (value: unknown) =>
    encode(
      new Map<number, unknown>([
        [0, 4],
        [2, 'a'],
        [3, 'b'],
        [4, [[1, AT, value, 0]]],
      ]),
    );
  it.each([
    ['nothing', new Uint8Array(0)],
    ['half a frame', AGAIN.subarray(0, 4)],
    ['a frame and something', Buffer.concat([AGAIN, AGAIN])],
    ['a number', encode(7)],
    ['JSON', Buffer.from('{"type":"bye","reason":"x","retryAfterMs":5}')],
    ['a type that is none', encode(new Map([[0, 40]]))],
    ['a missing field', encode(new Map([[0, 8]]))],
    ['a field twice', Buffer.from('a200080008', 'hex')],
    [
      'rows that are none',
      encode(
        new Map<number, unknown>([
          [0, 4],
          [2, 'a'],
          [3, 'b'],
          [4, 7],
        ]),
      ),
    ],
    [
      'a row that is none',
      encode(
        new Map<number, unknown>([
          [0, 4],
          [2, 'a'],
          [3, 'b'],
          [4, [7]],
        ]),
      ),
    ],
    [
      'a row without a time',
      encode(
        new Map<number, unknown>([
          [0, 4],
          [2, 'a'],
          [3, 'b'],
          [4, [[1, 'x', 2, 0]]],
        ]),
      ),
    ],
    ['a tag of others', rowWith(new Tagged(1234, 1))],
    ['a decimal fraction of texts', rowWith(new Tagged(4, ['1', '2']))],
    ['a decimal fraction of a number', rowWith(new Tagged(4, 1))],
    ['a typed array of no bytes', rowWith([4, 0, 1, new Tagged(77, 'x')])],
    ['a typed array cut in two', rowWith([4, 0, 1, new Tagged(77, new Uint8Array(3))])],
    ['a waveform without samples', rowWith([4, 0, 1])],
    ['a waveform without a period', rowWith(['x', 0, 1, new Tagged(77, new Uint8Array(4))])],
    [
      'an envelope of unlike lengths',
      rowWith([250, 0, 1, new Tagged(72, new Uint8Array(4)), new Tagged(72, new Uint8Array(3))]),
    ],
    ['an envelope of nothing but a number', rowWith([250, 0, 1, new Tagged(72, new Uint8Array(4)), 7])],
    [
      'an envelope of no columns',
      rowWith([0, 0, 1, new Tagged(72, new Uint8Array(4)), new Tagged(72, new Uint8Array(4))]),
    ],
    ['a waveform of three lists', rowWith([4, 0, 1, ...Array<Tagged>(3).fill(new Tagged(72, new Uint8Array(4)))])],
    ['a value that is a list', rowWith([1])],
    ['samples that no tag has said to be some', rowWith([4, 0, 1, ['5', true, null]])],
    ['a waveform in no unit', rowWith([4, 0, NaN, new Tagged(72, new Uint8Array(4))])],
    ['texts for keys', encode({ 0: 8, 11: 'x', 18: 5 })],
    [
      'a row whose time is no number',
      encode(
        new Map<number, unknown>([
          [0, 4],
          [2, 'a'],
          [3, 'b'],
          [4, [[1, null, 2, 0]]],
        ]),
      ),
    ],
    ['an infinite value', rowWith(Infinity)],
  ])('does not take %s', (_, bytes) => {
    expect(() => frameOf(bytes)).toThrow();
  });

  it('does not take an answer that is no list', () => {
    expect(() => decodePollAnswer(encode(7), cbor)).toThrow();
    expect(() => decodePollAnswer(encode([7]), cbor)).toThrow();
  });

  it('does not write a field that has no number', () => {
    expect(() => cborWriter.frame({ type: 'bye', reason: 'x', retryAfterMs: 1, extra: 1 } as Frame)).toThrow(/extra/);
  });

  describe('against JSON', () => {
    const bytesOf = (rows: Row[]) => {
      const frame = readings(rows);
      return cborWriter.frame(frame).length / jsonWriter.frame(frame).length;
    };
    it('takes at most half the bytes for numbers', () => {
      const rows = Array.from({ length: 40 }, (_, i): Row => [i, AT + 25 * i, Number((97 + i / 7).toFixed(1)), 12]);
      expect(bytesOf(rows)).toBeLessThan(0.5);
    });

    it('takes less than 0.3 of the bytes for the ECG of a bed', () => {
      const { tasks } = createBed(4, 1, 1);
      const blocks = Array.from({ length: 40 }, () => tasks[0]!.run())
        .flat()
        .filter(({ name, value }) => name === 'ecg-ii' && isSamples(value));
      // As it comes from the gateway: over MQTT a block is SampledData.
      const rows = blocks.map(({ value, resolution, elapsedMs }): Row[] => [
        [1, AT + elapsedMs, parseSampledData(encodeSampledData(value as Samples, resolution!)), 12],
      ]);
      const ratio = rows.map(bytesOf).reduce((sum, each) => sum + each, 0) / rows.length;
      expect(ratio).toBeLessThan(0.3);
      expect(ratio).toBeGreaterThan(0.15);
    });

    it('takes less than 0.4 of the bytes for the envelope of an ECG', () => {
      const { tasks } = createBed(4, 1, 1);
      const samples = Array.from({ length: 40 }, () => tasks[0]!.run())
        .flat()
        .flatMap(({ name, value, resolution }) =>
          name === 'ecg-ii' && isSamples(value)
            ? parseSampledData(encodeSampledData(value, resolution!)).values.map((each) => each ?? 0)
            : [],
        );
      const columns = Array.from({ length: samples.length >> 3 }, (_, i) => samples.slice(8 * i, 8 * i + 8));
      const min = columns.map((each) => Math.min(...each));
      const max = columns.map((each) => Math.max(...each));
      expect(bytesOf([[1, AT, { columnMs: 32, min, max }, 12]])).toBeLessThan(0.4);
    });
  });
});

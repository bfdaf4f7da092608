import { describe, expect, it } from '@jest/globals';
import { decodeFrame, decodePollAnswer, RowReader, toRow } from './codec.js';
import { isRow, type Row } from './row.js';

const reading = { at: 1000, value: 72, quality: 'good', n: 41, receivedAt: 1012 } as const;

describe('a row', () => {
  it('carries its ordinal where it has to', () => {
    expect(toRow(7, reading, true)).toEqual([7, 1000, 72, 12, 0, 41]);
    expect(toRow(7, reading, false)).toEqual([7, 1000, 72, 12]);
  });

  it('says a quality that is not good', () => {
    expect(toRow(7, { ...reading, quality: 'uncertain' }, false)).toEqual([7, 1000, 72, 12, 1]);
    expect(toRow(7, { ...reading, quality: 'bad', value: null }, true)).toEqual([7, 1000, null, 12, 2, 41]);
  });

  it('tells a device that is ahead of the gateway by a delay below zero', () => {
    expect(toRow(7, { ...reading, receivedAt: 990 }, false)[3]).toBe(-10);
  });

  it.each<[string, unknown]>([
    ['of four', [7, 1000, 72, 12]],
    ['of five', [7, 1000, 72, 12, 2]],
    ['of six', [7, 1000, 72, 12, 0, 41]],
    ['of null', [7, 1000, null, 12, 2]],
    ['of a text', [7, 1000, '', 12]],
    ['of a state', [7, 1000, true, 12]],
    ['of a waveform', [7, 1000, { periodMs: 4, values: [1, null] }, 12]],
    ['of an envelope', [7, 1000, { columnMs: 250, min: [1, null], max: [2, null] }, 12]],
    ['of before 1970', [7, -1000, 0, -12]],
  ])('%s is well formed', (_what, row) => {
    expect(isRow(row)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an object', { 0: 7, 1: 1000, 2: 72, 3: 12, length: 4 }],
    ['too short', [7, 1000, 72]],
    ['too long', [7, 1000, 72, 12, 0, 41, 1]],
    ['a series by name', ['icu/bed-04/hr', 1000, 72, 12]],
    ['a time as text', [7, '1000', 72, 12]],
    ['a time that is not finite', [7, Infinity, 72, 12]],
    ['a value that is a list', [7, 1000, [1], 12]],
    ['a value that is NaN', [7, 1000, NaN, 12]],
    ['no value', [7, 1000, undefined, 12]],
    ['a waveform without a period', [7, 1000, { values: [1] }, 12]],
    ['a waveform of texts', [7, 1000, { periodMs: 4, values: ['1'] }, 12]],
    ['a waveform of one number', [7, 1000, { periodMs: 4, values: 1 }, 12]],
    ['an envelope of unlike lengths', [7, 1000, { columnMs: 250, min: [1], max: [2, 3] }, 12]],
    ['an envelope of columns of no length', [7, 1000, { columnMs: 0, min: [1], max: [2] }, 12]],
    ['an envelope of endless columns', [7, 1000, { columnMs: Infinity, min: [1], max: [2] }, 12]],
    ['an envelope of texts', [7, 1000, { columnMs: 250, min: [1], max: ['2'] }, 12]],
    ['an envelope of a text', [7, 1000, { columnMs: 250, min: ['1'], max: [2] }, 12]],
    ['an envelope of one number', [7, 1000, { columnMs: 250, min: 1, max: [2] }, 12]],
    ['half an envelope', [7, 1000, { columnMs: 250, min: [1] }, 12]],
    ['no delay', [7, 1000, 72, null]],
    ['an unknown quality', [7, 1000, 72, 12, 3]],
    ['a quality in words', [7, 1000, 72, 12, 'good']],
    ['a quality that is a property of lists', [7, 1000, 72, 12, 'length']],
    ['a quality of null', [7, 1000, 72, 12, null]],
    ['an ordinal as text', [7, 1000, 72, 12, 0, '41']],
  ])('is not %s', (_what, row) => {
    expect(isRow(row)).toBe(false);
  });
});

describe('a RowReader', () => {
  const reader = () => {
    const rows = new RowReader();
    rows.learn({ 7: 'icu/bed-04/hr', 8: 'icu/bed-04/rr' });
    return rows;
  };

  it('turns a row back into its reading', () => {
    for (const quality of ['good', 'uncertain', 'bad'] as const) {
      const stored = { ...reading, quality };
      expect(reader().read(toRow(7, stored, true))).toEqual({ ...stored, series: 'icu/bed-04/hr' });
    }
  });

  it('counts on from the last ordinal of the series, also over what was left out', () => {
    const rows = reader();
    const read = (row: Row) => rows.read(row).n;
    expect(read([7, 0, 1, 0, 0, 41])).toBe(41);
    expect(read([8, 0, 1, 0, 0, 5])).toBe(5);
    expect(read([7, 0, 1, 0])).toBe(42);
    expect(read([7, 0, 1, 0, 0, 50])).toBe(50);
    expect(read([7, 0, 1, 0])).toBe(51);
    expect(read([8, 0, 1, 0])).toBe(6);
  });

  it('counts for each subscription on its own', () => {
    const rows = reader();
    rows.read([7, 0, 1, 0, 0, 41], 'a');
    rows.read([7, 0, 1, 0, 0, 3], 'b');
    expect(rows.read([7, 0, 1, 0], 'a').n).toBe(42);
    expect(rows.read([7, 0, 1, 0], 'b').n).toBe(4);
  });

  it('refuses a number that was not announced', () => {
    expect(() => reader().read([9, 0, 1, 0, 0, 1])).toThrow(RangeError);
  });

  it('refuses a first row without an ordinal', () => {
    expect(() => reader().read([7, 0, 1, 0])).toThrow(RangeError);
    const rows = reader();
    rows.read([7, 0, 1, 0, 0, 1], 'a');
    expect(() => rows.read([7, 0, 1, 0], 'b')).toThrow(RangeError);
  });

  it('is not harmed by names that no gateway sends', () => {
    const rows = new RowReader();
    rows.learn(JSON.parse('{"__proto__":"a","x":"b","":"c"}') as Record<string, string>);
    expect(() => rows.read([1, 0, 1, 0, 0, 1])).toThrow(RangeError);
  });
});

describe('a frame', () => {
  it.each([
    '{"type":"hello","protocol":1,"at":1790000000000,"heartbeatMs":5000,"reconnectSpreadMs":2000}',
    '{"type":"subscribed","cursor":"k3f9a2b1.1z4"}',
    '{"type":"series","names":{"7":"icu/bed-04/hr"}}',
    '{"type":"snapshot","to":"k3f9a2b1.1z4","rows":[[7,1789999999000,72,12,0,41]]}',
    '{"type":"readings","id":"a","from":"k3f9a2b1.1z4","to":"k3f9a2b1.1z9","rows":[[7,1790000000000,73,11,0,42]]}',
    '{"type":"gap","from":"k3f9a2b1.1","to":"k3f9a2b1.2","reason":"evicted","lost":7}',
    '{"type":"heartbeat","at":1,"head":"k3f9a2b1.1","cursor":"k3f9a2b1.1"}',
    '{"type":"heartbeat","at":1,"head":"k3f9a2b1.1","cursors":{"a":"k3f9a2b1.1"}}',
    '{"type":"error","id":"a","code":4422,"reason":"latest-of-samples","message":"no"}',
    '{"type":"bye","reason":"stopping","retryAfterMs":2000}',
  ])('reads back: %s', (text) => {
    expect(JSON.stringify(decodeFrame(text))).toBe(text);
  });

  it('may carry fields that a newer gateway sends', () => {
    expect(decodeFrame('{"type":"bye","reason":"x","retryAfterMs":1,"where":"b"}')).toMatchObject({ type: 'bye' });
  });

  it.each([
    '',
    'null',
    '[]',
    '"hello"',
    '<html>502</html>',
    '{',
    '{}',
    '{"type":"greetings"}',
    '{"type":"hello"}',
    '{"type":"subscribed","cursor":7}',
    '{"type":"series","names":{"7":8}}',
    '{"type":"readings","from":"a","to":"b"}',
    '{"type":"readings","from":"a","to":"b","rows":{}}',
    '{"type":"readings","from":"a","to":"b","rows":[[7,1,72]]}',
    '{"type":"readings","from":"a","rows":[]}',
    '{"type":"gap","from":"a","to":"b","reason":"lunch"}',
    '{"type":"heartbeat","at":"now","head":"a"}',
    '{"type":"bye","reason":"x"}',
  ])('is not %j', (text) => {
    expect(() => decodeFrame(text)).toThrow();
  });
});

describe('the answer to a poll', () => {
  it('is a list of frames', () => {
    const answer = { frames: [{ type: 'subscribed', cursor: 'k3f9a2b1.1' }] };
    expect(decodePollAnswer(JSON.stringify(answer))).toEqual(answer);
  });

  it.each(['[]', '{}', '{"frames":{}}', '{"frames":[{}]}', '<html>'])('is not %s', (text) => {
    expect(() => decodePollAnswer(text)).toThrow();
  });
});

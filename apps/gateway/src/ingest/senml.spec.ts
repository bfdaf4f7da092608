import { describe, expect, it } from '@jest/globals';
import { decodeSenml, SenmlError } from './senml.js';

const NOW = 1_790_000_000_000;
const T = 1_790_000_000;

const decode = (pack: unknown, now = NOW) => decodeSenml(JSON.stringify(pack), now);
const one = (...records: object[]) => {
  const { readings, refused } = decode(records);
  expect(refused).toEqual([]);
  return readings.at(-1)!;
};
const reasonsOf = (...records: unknown[]) => decode(records).refused.map(({ reason }) => reason);
const condemned = (reason: string) => expect.objectContaining({ reason, constructor: SenmlError });

describe('rule 1: base fields hold onward', () => {
  it('from the record that they stand in, also behind a later bn (RFC 8428 §5.1.6)', () => {
    const { readings } = decode([
      { bn: 'a/', bt: T, bu: 'A', n: 'x', v: 1 },
      { n: 'y', v: 2 },
      { bn: 'b/', n: 'x', v: 3 },
      { n: 'y', v: 4, u: 'V', t: -1 },
    ]);
    expect(readings).toEqual([
      { name: 'b/y', at: NOW - 1000, timed: true, value: 4, quality: 'good', unit: 'V' },
      { name: 'a/x', at: NOW, timed: true, value: 1, quality: 'good', unit: 'A' },
      { name: 'a/y', at: NOW, timed: true, value: 2, quality: 'good', unit: 'A' },
      { name: 'b/x', at: NOW, timed: true, value: 3, quality: 'good', unit: 'A' },
    ]);
  });

  it('and not for the records before', () => {
    const { readings } = decode([
      { n: 'a', v: 1 },
      { bn: 'x/', bu: 'V', n: 'a', v: 2 },
    ]);
    expect(readings).toMatchObject([{ name: 'a' }, { name: 'x/a', unit: 'V' }]);
    expect(readings[0]).not.toHaveProperty('unit');
  });

  it('also of a record that is itself refused', () => {
    const { readings, refused } = decode([
      { bn: 'a/', n: 'x' },
      { n: 'y', v: 1 },
    ]);
    expect(refused).toHaveLength(1);
    expect(readings).toMatchObject([{ name: 'a/y' }]);
  });

  it.each([{ bn: 7 }, { bt: '0' }, { bu: 1 }, { bv: '1' }, { bs: true }, { bver: '10' }, { bt: null }])(
    'and condemn the pack where they are wrong: %j',
    (base) => {
      expect(() => decode([{ ...base, n: 'a', v: 1 }])).toThrow(condemned('wrong-type'));
    },
  );
});

describe('rule 2: a name', () => {
  it('is bn and n put together, with nothing between', () => {
    expect(one({ bn: 'urn:dev:ow:10e2073a01080063:', n: 'temp', v: 1 }).name).toBe('urn:dev:ow:10e2073a01080063:temp');
    expect(one({ bn: 'icu/bed', n: '-04/hr', v: 1 }).name).toBe('icu/bed-04/hr');
  });

  it('may be bn alone or n alone (RFC 8428 §5.1.1)', () => {
    expect(one({ bn: 'urn:dev:ow:10e2073a01080063', u: 'Cel', v: 23.1 })).toMatchObject({ value: 23.1, unit: 'Cel' });
    expect(one({ n: 'a', v: 1 }).name).toBe('a');
  });

  it.each([{}, { n: '' }, { n: '-a' }, { n: '/a' }, { n: 'a b' }, { n: 'ä' }, { n: 'a\n' }, { n: 'a+' }])(
    'is not %j',
    (name) => {
      expect(reasonsOf({ ...name, v: 1 })).toEqual(['bad-name']);
    },
  );
});

describe('rule 3: a time', () => {
  const at = (fields: object) => one({ n: 'a', v: 1, ...fields }).at;

  it('below 2^28 is relative to now', () => {
    expect(at({})).toBe(NOW);
    expect(at({ t: 0 })).toBe(NOW);
    expect(at({ t: -5 })).toBe(NOW - 5000);
    expect(at({ t: 0.25 })).toBe(NOW + 250);
    expect(at({ t: 2 ** 28 - 1 })).toBe(NOW + (2 ** 28 - 1) * 1000);
  });

  it('is counted in seconds since 1970 from the sum of bt and t (RFC 8428 §5.1.3)', () => {
    expect(at({ t: T })).toBe(NOW);
    expect(at({ bt: T, t: -5.5 })).toBe(NOW - 5500);
    expect(at({ bt: 1_320_067_464, t: 0.123 })).toBe(1_320_067_464_123);
    expect(at({ bt: 2 ** 28 + T, t: -(2 ** 28) })).toBe(NOW);
  });

  it('that crosses 2^28 by accident, or of a clock that was never set, is a clock fault', () => {
    for (const t of [2 ** 28, 300_000_000, 946_684_799])
      expect(reasonsOf({ n: 'a', v: 1, t })).toEqual(['clock-fault']);
    expect(at({ t: 946_684_800 })).toBe(946_684_800_000);
  });

  it('in milliseconds, microseconds or nanoseconds is a clock fault', () => {
    for (const t of [T * 1e3, T * 1e6, T * 1e9, 1e300]) expect(reasonsOf({ n: 'a', v: 1, t })).toEqual(['clock-fault']);
  });

  it('so far back that there was no device is a clock fault, however it is written', () => {
    expect(reasonsOf({ n: 'a', v: 1, t: -1e10 }, { n: 'a', v: 1, t: -1e300 })).toEqual(['clock-fault', 'clock-fault']);
  });

  it('is resolved against one now for the whole pack', () => {
    const { readings } = decode([
      { bn: 'a', v: 1, t: -1 },
      { v: 2, t: 0 },
    ]);
    expect(readings.map((each) => each.at)).toEqual([NOW - 1000, NOW]);
  });

  it.each(['1790000000', null, true, {}])('is a number and not %j', (t) => {
    expect(reasonsOf({ n: 'a', v: 1, t })).toEqual(['wrong-type']);
  });
});

describe('rule 4: a value', () => {
  it('of a number is bv and v together', () => {
    expect(one({ bn: 'a', bv: 100, v: 1.5 }).value).toBe(101.5);
    expect(one({ bn: 'a', bv: 100, v: 1.5 }, { v: -2 }).value).toBe(98);
  });

  it('is bv where v is missing, and marked uncertain', () => {
    expect(one({ bn: 'a', bv: 20 })).toMatchObject({ value: 20, quality: 'uncertain' });
  });

  it('of words and states takes no notice of bv', () => {
    expect(one({ bn: 'a', bv: 20, vs: 'on' })).toMatchObject({ value: 'on', quality: 'good' });
    expect(one({ bn: 'a', bv: 20, vb: false })).toMatchObject({ value: false });
  });

  it('of null is a device that measured nothing', () => {
    expect(one({ n: 'a', v: null })).toMatchObject({ value: null, quality: 'bad' });
  });

  it('too large to be held is null and bad (PROTOCOL R24)', () => {
    expect(one({ bn: 'a', bv: 1.7e308, v: 1.7e308 })).toMatchObject({ value: null, quality: 'bad' });
  });

  it.each([
    { v: '72' },
    { v: true },
    { v: [1] },
    { v: '' },
    { vs: 72 },
    { vs: null },
    { vb: 'true' },
    { vb: 1 },
    { vd: 7 },
    { s: '1', v: 1 },
  ])('of the wrong type is refused: %j', (value) => {
    expect(reasonsOf({ n: 'a', ...value })).toEqual(['wrong-type']);
  });
});

describe('rule 5: one value', () => {
  it.each([
    { v: 1, vs: 'a' },
    { v: 1, vb: true },
    { vs: 'a', vd: 'YQ' },
    { v: null, vs: 'a' },
    { v: 1, sampled_: {} },
  ])('and not two: %j', (values) => {
    expect(reasonsOf({ n: 'a', ...values })).toEqual(['two-values']);
  });

  it('must be there', () => {
    expect(reasonsOf({ n: 'a' })).toEqual(['no-value']);
  });

  it('may be missing beside a sum, which is no reading of an instant', () => {
    expect(decode([{ n: 'a', s: 5 }])).toEqual({ readings: [], refused: [] });
    expect(decode([{ bn: 'a', bs: 5 }, { n: '/b' }])).toEqual({ readings: [], refused: [] });
    expect(one({ n: 'a', s: 5, v: 1 }).value).toBe(1);
  });

  it('that is missing leaves the records around it as they are (RFC 8428 §5.1.2)', () => {
    const { readings, refused } = decode([
      { bn: 'a/', n: 'voltage', u: 'V', v: 120.1 },
      { n: 'x' },
      { n: 'current', u: 'A', v: 1.2 },
    ]);
    expect(readings.map(({ name }) => name)).toEqual(['a/voltage', 'a/current']);
    expect(refused).toHaveLength(1);
  });
});

describe('rule 6: a unit', () => {
  it('is u, else bu, else none', () => {
    expect(one({ n: 'a', v: 1, bu: '%RH', u: 'Cel' }).unit).toBe('Cel');
    expect(one({ n: 'a', v: 1, bu: '%RH' }).unit).toBe('%RH');
    expect(one({ n: 'a', v: 1 })).not.toHaveProperty('unit');
    expect(reasonsOf({ n: 'a', v: 1, u: 7 })).toEqual(['wrong-type']);
  });
});

describe('rule 7: the version', () => {
  it('is 10 where nothing is said, and may be older', () => {
    expect(one({ bver: 10, n: 'a', v: 1 }).value).toBe(1);
    expect(one({ bver: 5, n: 'a', v: 1 }, { n: 'b', v: 2 }, { bver: 5, n: 'c', v: 3 }).value).toBe(3);
    expect(one({ n: 'a', v: 1 }, { bver: 10, n: 'b', v: 2 }).value).toBe(2);
  });

  it('condemns a pack that is newer than what is understood', () => {
    expect(() =>
      decode([
        { n: 'a', v: 1 },
        { bver: 11, n: 'b', v: 1 },
      ]),
    ).toThrow(condemned('senml-version'));
  });

  it('condemns a pack of mixed versions, also where the first is not spelt out', () => {
    expect(() =>
      decode([
        { bver: 9, n: 'a', v: 1 },
        { bver: 10, n: 'b', v: 1 },
      ]),
    ).toThrow(condemned('senml-version'));
    expect(() =>
      decode([
        { n: 'a', v: 1 },
        { bver: 9, n: 'b', v: 1 },
      ]),
    ).toThrow(condemned('senml-version'));
  });
});

describe('rule 8: an unknown field', () => {
  it('is passed over', () => {
    expect(one({ n: 'a', v: 1, colour: 'red', l: '[]' })).toEqual({
      name: 'a',
      at: NOW,
      timed: false,
      value: 1,
      quality: 'good',
    });
  });

  it('that ends in _ condemns the pack (RFC 8428 §4.4)', () => {
    expect(() =>
      decode([
        { n: 'a', v: 1 },
        { n: 'b', v: 1, foo_: 1 },
      ]),
    ).toThrow(condemned('must-understand'));
    expect(() => decode([{ n: 'a', v: 1, _: 1 }])).toThrow(condemned('must-understand'));
  });

  it('called __proto__ ends in _ and harms nothing else', () => {
    expect(() => decodeSenml('[{"n":"a","v":1,"__proto__":{"vs":"x"}}]', NOW)).toThrow(condemned('must-understand'));
    expect(one({ n: 'a', v: 1, constructor: 1, toString: 2, hasOwnProperty: 3 }).value).toBe(1);
    expect(({} as { vs?: unknown }).vs).toBeUndefined();
  });

  it('called sampled_ is ours: a waveform (FHIR SampledData)', () => {
    const sampled_ = { origin: { value: 0 }, period: 4, factor: 0.5, dimensions: 1, data: '2 E 4' };
    expect(one({ n: 'ecg', u: 'mV', sampled_ }).value).toEqual({ periodMs: 4, values: [1, null, 2] });
    expect(reasonsOf({ n: 'ecg', sampled_: { ...sampled_, data: 'x' } })).toEqual(['bad-samples']);
    expect(reasonsOf({ n: 'ecg', sampled_: null })).toEqual(['bad-samples']);
  });

  it('called readingId is ours: what the publisher calls the reading, and must be text or a whole number', () => {
    expect(one({ n: 'door', vs: 'opened', readingId: 'e-17' }).id).toBe('e-17');
    expect(one({ n: 'door', vs: 'opened', readingId: 17 }).id).toBe('17');
    expect(one({ n: 'door', vs: 'opened', id: 'the sensor' })).not.toHaveProperty('id');
    for (const readingId of ['', 'x'.repeat(65), 'half \ud800', 1.5, null, {}, ['e']])
      expect(reasonsOf({ n: 'door', vs: 'opened', readingId })).toEqual(['bad-id']);
  });
});

describe('rule 9: vd and ut', () => {
  it('vd travels as the text that it is', () => {
    expect(one({ n: 'a', vd: 'aGkgCg' }).value).toBe('aGkgCg');
  });

  it('ut is the longest time until the next reading', () => {
    expect(one({ n: 'a', v: 1, ut: 1.5 }).nextWithinMs).toBe(1500);
    expect(reasonsOf({ n: 'a', v: 1, ut: 'soon' })).toEqual(['wrong-type']);
  });
});

describe('rule 10: a resolved pack', () => {
  it('is in order of time, and of the pack where times are equal', () => {
    const { readings } = decode([{ bn: 'a', bt: T, v: 1, t: 2 }, { v: 2, t: -2 }, { v: 3, t: 2 }, { v: 4 }]);
    expect(readings.map(({ value }) => value)).toEqual([2, 4, 1, 3]);
  });
});

describe('rule 11: a unit', () => {
  it('travels as it was sent, for whoever knows what was announced', () => {
    expect(one({ n: 'spo2', u: '%', v: 0.97 })).toMatchObject({ unit: '%', value: 0.97 });
  });
});

describe('a pack', () => {
  it('resolves as a whole (RFC 8428 §5.1.2)', () => {
    const { readings } = decode([
      { bn: 'urn:dev:ow:10e2073a0108006:', bt: 1.276020076001e9, bu: 'A', bver: 5, n: 'voltage', u: 'V', v: 120.1 },
      { n: 'current', t: -5, v: 1.2 },
      { n: 'current', t: -4, v: 1.3 },
      { n: 'current', v: 1.7 },
    ]);
    expect(readings.map(({ name, at, value, unit }) => [name.slice(27), at, value, unit])).toEqual([
      ['current', 1_276_020_071_001, 1.2, 'A'],
      ['current', 1_276_020_072_001, 1.3, 'A'],
      ['voltage', 1_276_020_076_001, 120.1, 'V'],
      ['current', 1_276_020_076_001, 1.7, 'A'],
    ]);
  });

  it('holds values of every kind (RFC 8428 §5.1.5)', () => {
    const { readings } = decode([
      { bn: 'urn:dev:ow:10e2073a01080063:', n: 'temp', u: 'Cel', v: 23.1 },
      { n: 'label', vs: 'Machine Room' },
      { n: 'open', vb: false },
      { n: 'nfc-reader', vd: 'aGkgCg' },
    ]);
    expect(readings.map(({ value }) => value)).toEqual([23.1, 'Machine Room', false, 'aGkgCg']);
  });

  it('may be empty, and may begin with a byte order mark', () => {
    expect(decode([])).toEqual({ readings: [], refused: [] });
    expect(decodeSenml('\uFEFF[{"n":"a","v":1}]', NOW).readings).toHaveLength(1);
  });

  it.each([
    '',
    ' ',
    'null\0',
    '[{"n":"a","v":NaN}]',
    '[{"n":"a","v":Infinity}]',
    '[{"n":"a","v":1,}]',
    "[{'n':'a'}]",
    '[',
  ])('is not %j', (text) => {
    expect(() => decodeSenml(text, NOW)).toThrow(condemned('not-json'));
  });

  it.each(['null', '7', '"a"', '{"n":"a","v":1}', 'true'])('is a list and not %s', (text) => {
    expect(() => decodeSenml(text, NOW)).toThrow(condemned('not-senml'));
  });

  it('that holds what is no record loses only that', () => {
    const { readings, refused } = decode([null, 1, 'a', [], { n: 'a', v: 1 }]);
    expect(readings).toHaveLength(1);
    expect(refused).toHaveLength(4);
  });

  it('of thousands of records is too large', () => {
    expect(() => decode(Array(5001).fill({ n: 'a', v: 1 }))).toThrow(condemned('too-large'));
  });

  it('nested ten thousand deep harms nothing', () => {
    expect(decodeSenml('['.repeat(10_000) + ']'.repeat(10_000), NOW).refused).toHaveLength(1);
  });
});

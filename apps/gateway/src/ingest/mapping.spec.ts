import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseJsonPath } from './json-path.js';
import { Mapping, MappingError, readMapping } from './mapping.js';

const NOW = Date.UTC(2026, 10, 23);
const mapping = new Mapping(
  parse(`
rules:
  - { topic: market/+/quote, series: 'market/{1}/price', value: $.last.price, time: $.ts, unit: '[USD]', kind: number, label: Price }
  - { topic: market/+/quote, series: 'market/{1}/volume', value: "$['trade volume'][0]" }
  - { topic: news/#, series: 'news/{1}/line' }
`),
);
const QUOTE = { last: { price: '12.50' }, ts: '2026-11-23T10:00:00Z', 'trade volume': [300, 4] };

describe('a mapping', () => {
  it('turns a JSON message into a reading for each rule that fits its topic', () => {
    const [price, volume] = mapping.apply('market/ACME/quote', JSON.stringify(QUOTE), NOW);
    expect(price).toEqual({
      device: 'market/ACME',
      at: Date.UTC(2026, 10, 23, 10),
      timed: true,
      value: 12.5,
      info: { series: 'market/ACME/price', label: 'Price', kind: 'number', unit: '[USD]', intervalMs: null },
    });
    expect(volume).toMatchObject({ at: NOW, value: 300, info: { series: 'market/ACME/volume', kind: 'number' } });
  });

  it('takes plain text as it is where the value is the whole payload', () => {
    expect(mapping.apply('news/world', 'Rain, later "sun"', NOW)).toMatchObject([
      { value: 'Rain, later "sun"', info: { series: 'news/world/line', kind: 'text' } },
    ]);
  });

  it('says what a message calls itself, where it does', () => {
    const alarms = new Mapping({ rules: [{ topic: 'alarms', series: 'plant/alarm', value: '$.text', id: '$.event' }] });
    const id = (event: unknown) => alarms.apply('alarms', JSON.stringify({ text: 'hot', event }), NOW);
    expect(id('e-17')).toMatchObject([{ value: 'hot', id: 'e-17' }]);
    expect(id(17)).toMatchObject([{ value: 'hot', id: '17' }]);
    for (const none of [undefined, '', {}])
      expect(id(none)).toEqual([expect.not.objectContaining({ id: expect.anything() })]);
  });

  it('makes a name of a topic that could not be one', () => {
    expect(mapping.apply('news/Köln Süd/a', 'x', NOW)).toMatchObject([{ info: { series: 'news/K_ln_S_d/a/line' } }]);
  });

  it('takes what is missing, or beyond a number, as null of a number', () => {
    expect(
      mapping.apply('market/A/quote', '{"last":{"price":1e999},"ts":1790000000,"trade volume":[null]}', NOW),
    ).toMatchObject([
      { value: null, info: { kind: 'number' } },
      { value: null, info: { kind: 'number' } },
    ]);
  });

  it('has nothing to say to other topics', () => {
    expect(mapping.apply('market/ACME', '{}', NOW)).toEqual([]);
  });

  it.each([
    ['the value is missing', {}, 'no-value'],
    ['the value is no number', { ...QUOTE, last: { price: 'n/a' } }, 'no-value'],
    ['the value is an object', { ...QUOTE, last: { price: {} } }, 'no-value'],
    ['the time has no zone', { ...QUOTE, ts: '2026-11-23T10:00:00' }, 'clock-fault'],
    ['the time is that of a clock that was never set', { ...QUOTE, ts: 12 }, 'clock-fault'],
  ])('refuses a message in which %s', (_what, body, refused) => {
    expect(mapping.apply('market/A/quote', JSON.stringify(body), NOW)[0]).toMatchObject({ refused });
  });

  it.each([
    ['seconds', 1_790_000_000, 1_790_000_000_000],
    ['milliseconds', 1_790_000_000_123, 1_790_000_000_123],
    ['ISO 8601 with an offset', '2026-11-23T11:00:00+01:00', Date.UTC(2026, 10, 23, 10)],
  ])('reads a time in %s', (_what, ts, at) => {
    expect(mapping.apply('market/A/quote', JSON.stringify({ ...QUOTE, ts }), NOW)[0]).toMatchObject({ at });
  });

  it.each([
    ['rules: [{ topic: a/#/b, series: a/b }]', /rules\.0\.topic: is not a topic filter/],
    ['rules: [{ topic: a, series: b }]', /rules\.0\.series: is not a name/],
    ['rules: [{ topic: a/+, series: "a/{2}" }]', /rules\.0\.series: \{2\} stands for nothing in a\/\+/],
    ['rules: [{ topic: a, series: a/b, value: price }]', /rules\.0\.value: a path begins with \$/],
    ['rules: [{ topic: a, series: a/b, value: "$..x" }]', /rules\.0\.value: "\.\.x" is no \.name/],
    ['rules: [{ topic: a, series: a/b, valeu: $ }]', /rules\.0\.valeu: is no field/],
    ['- 1', /rules: Invalid key/],
  ])('says what is wrong with %s', (yaml, message) => {
    expect(() => new Mapping(parse(yaml))).toThrow(message);
  });

  it('says that a file cannot be read', () => {
    expect(() => readMapping('/nowhere/mapping.yaml')).toThrow(MappingError);
  });
});

describe('a JSON path', () => {
  it.each([
    ['$', { a: 1 }, { a: 1 }],
    ['$.a.b', { a: { b: 2 } }, 2],
    ["$['a b'][1]", { 'a b': [1, 2] }, 2],
    ['$.a[0]', { a: { 0: 'x' } }, undefined],
    ['$.__proto__', {}, undefined],
    ['$.length', [1], undefined],
    ['$.a.b', { a: null }, undefined],
  ])('%s of %j is %j', (path, value, found) => {
    expect(parseJsonPath(path)(value)).toEqual(found);
  });
});

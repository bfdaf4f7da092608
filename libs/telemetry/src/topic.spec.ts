import { describe, expect, it } from '@jest/globals';
import { ALL_TOPICS, isFilter, isName, matches, parseTopic, topicOf } from './topic.js';

describe('a topic', () => {
  it('names a device and what it says', () => {
    expect(parseTopic('telewire/data/icu/bed-04')).toEqual({ kind: 'data', device: 'icu/bed-04' });
    expect(parseTopic('telewire/status/x')).toEqual({ kind: 'status', device: 'x' });
  });

  it.each(['data', 'info', 'status'] as const)('of %s reads back, and the gateway is subscribed to it', (kind) => {
    expect(parseTopic(topicOf(kind, 'a9/s06'))).toEqual({ kind, device: 'a9/s06' });
    expect(matches(ALL_TOPICS, topicOf(kind, 'a9/s06'))).toBe(true);
  });

  it.each([
    '',
    'telewire',
    'telewire/data',
    'telewire/data/',
    'telewire//bed',
    'telewire/other/bed',
    'telewire/toString/bed',
    'Telewire/data/bed',
    '/telewire/data/bed',
    'telewire/data/bed/',
    'telewire/data//bed',
    'telewire/data/bed 4',
    'telewire/data/bäd',
    'telewire/data/+',
    'telewire/data/bed\n',
  ])('is none of ours: %j', (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  });
});

describe('a name', () => {
  it.each(['a', 'icu/bed-04/hr', 'A9', 'urn:dev:ow:10e2073a01080063', 'a.b_c', '4/x', 'x'.repeat(200)])(
    'may be %s',
    (name) => {
      expect(isName(name)).toBe(true);
    },
  );

  it.each(['', '/a', 'a/', 'a//b', '-a', '_a', 'a b', 'a+', 'a/#', 'ä', 'a\n', 'a\0', 'x'.repeat(201), '__proto__'])(
    'may not be %j',
    (name) => {
      expect(isName(name)).toBe(false);
    },
  );
});

describe('a filter (MQTT 5.0 §4.7)', () => {
  it.each(['#', '+', 'a', 'a/#', '+/b', 'a/+/c', '+/+', '/', '//', '/+', 'a//b', '+/#', 'sport/tennis/player1'])(
    'may be %s',
    (filter) => {
      expect(isFilter(filter)).toBe(true);
    },
  );

  it.each(['', 'a/#/b', '#/', 'a#', 'a/b#', 'a+', '+a', 'a/b+/c', '++', '##', 'a\0b', 'x'.repeat(201)])(
    'may not be %j',
    (filter) => {
      expect(isFilter(filter)).toBe(false);
    },
  );

  it.each([
    ['#', 'a', true],
    ['#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b', true],
    ['a/#', 'a/b/c/d', true],
    ['a/#', 'ab', false],
    ['a/#', 'b/a', false],
    ['a/b/#', 'a', false],
    ['+', 'a', true],
    ['+', 'a/b', false],
    ['+', '', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a//c', true],
    ['a/+/c', 'a/b/d', false],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['+/#', 'a', true],
    ['+/b/#', 'a/b', true],
    ['a/+/#', 'a', false],
    ['a//b', 'a//b', true],
    ['a//b', 'a/b', false],
    ['a', 'A', false],
    ['a', 'a/', false],
    ['/a', 'a', false],
  ])('%s on %s: %s', (filter, name, expected) => {
    expect(matches(filter, name)).toBe(expected);
  });
});

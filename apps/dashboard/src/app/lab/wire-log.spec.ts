import { describe, expect, it } from '@jest/globals';
import { message } from './testing/messages.js';
import { WireLog, isEntry, type WireItem } from './wire-log.js';

const readings = (at: number) => message({ at, text: '{"type":"readings"}' });
const said = (items: readonly WireItem[]) => items.map((item) => (isEntry(item) ? item.label : item.left));

describe('the log of the wire', () => {
  it('keeps what tells a story, and of the rest the newest', () => {
    const log = new WireLog();
    log.take([
      message({ kind: 'request', direction: 'up', title: 'GET /api/v1/socket' }),
      message({ kind: 'response', title: '101 Switching Protocols' }),
    ]);
    for (let at = 0; at < 900; at++) log.take([readings(at)]);
    log.take([message({ title: 'ping' }), message({ direction: 'up', title: 'pong' })]);
    expect(said(log.items())).toEqual([
      'GET /socket',
      '101 Switching Protocols',
      'readings',
      'readings',
      888,
      ...Array<string>(10).fill('readings'),
      'ping',
      'pong',
    ]);
    expect(log.entries().length).toBeLessThan(60);
  });

  it('counts messages by connection, and shows one alone', () => {
    const log = new WireLog();
    log.take([message({ connection: 3, title: 'hello' }), message({ connection: 7, title: 'hello' })]);
    log.take([message({ connection: 3, title: 'bye' })]);
    expect(log.connections()).toEqual([3, 7]);
    expect(log.entries(3).map(({ number, label }) => [number, label])).toEqual([
      [1, 'hello'],
      [2, 'bye'],
    ]);
  });

  it('has the messages of all connections in the order in which they passed', () => {
    const log = new WireLog();
    log.take([message({ connection: 3, title: 'a' }), message({ connection: 3, title: 'b' })]);
    log.take([message({ connection: 7, title: 'c' }), message({ connection: 3, title: 'd' })]);
    expect(said(log.items())).toEqual(['a', 'b', 'c', 'd']);
  });

  it('stays small when connections come and go', () => {
    const log = new WireLog();
    for (let connection = 0; connection < 1_000; connection++)
      log.take([message({ connection, kind: 'open' }), message({ connection, kind: 'end' })]);
    expect(log.entries().length).toBeLessThan(120);
  });

  it('knows which connections are open: those that have neither ended nor been reset', () => {
    const log = new WireLog();
    log.take([message({ connection: 3 }), message({ connection: 7 }), message({ connection: 9 })]);
    log.take([message({ connection: 9, kind: 'reset' }), message({ connection: 3, kind: 'end' })]);
    expect(log.open()).toEqual([7]);
    // What was still on its way when it ended does not open it again.
    log.take([message({ connection: 9 })]);
    expect(log.open()).toEqual([7]);
    expect(log.connections()).toEqual([3, 7, 9]);
  });

  it('adds up what was not told, and forgets when it is cleared', () => {
    const log = new WireLog();
    log.take([readings(1)], 40);
    log.take([], 2);
    expect(log.missed).toBe(42);
    log.clear();
    expect(log.missed).toBe(0);
    expect(log.items()).toEqual([]);
  });
});

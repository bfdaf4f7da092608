import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestClock } from '../testing/hub-bench.js';
import { EventLine, MAX_DEAF_MS, MAX_UNREAD_BYTES } from './event-line.js';

const event = { type: 'open' as const, id: 'x'.repeat(1000), port: 1, series: 'telewire/lab-1' };

describe('the line of a session', () => {
  let clock: TestClock;
  let out: PassThrough;
  let line: EventLine;
  /** Four events a second, as a session tells them. */
  const pass = (ms: number) => {
    for (const until = clock.now() + ms; clock.now() < until; clock.advance(250)) line.tell(event);
  };

  beforeEach(() => {
    clock = new TestClock();
    out = new PassThrough();
    line = new EventLine(out, () => clock.now());
  });

  it('says each event in a line, and ends', async () => {
    line.tell(event);
    line.tell({ type: 'messages', messages: [], missed: 1 });
    line.end();
    const said = (await out.toArray()).join('').split('\n');
    expect(said.map((text) => text && (JSON.parse(text) as unknown))).toEqual([
      event,
      { type: 'messages', messages: [], missed: 1 },
      '',
    ]);
  });

  it('holds no more than is worth reading for whoever does not read', () => {
    pass(20 * 60_000);
    expect(out.destroyed).toBe(false);
    expect(out.writableLength + out.readableLength).toBeLessThan(MAX_UNREAD_BYTES + 100_000);
  });

  it('is cut when nobody has read for half an hour, and not when somebody has now and then', () => {
    for (let i = 0; i < 5; i++) {
      pass(MAX_DEAF_MS - 60_000);
      while (out.read() !== null);
    }
    expect(out.destroyed).toBe(false);
    pass(MAX_DEAF_MS + 10 * 60_000);
    expect(out.destroyed).toBe(true);
  });
});

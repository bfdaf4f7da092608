import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestClock } from '../testing/hub-bench.js';
import { EventLine, MAX_DEAF_MS, MAX_UNREAD_BYTES } from './event-line.js';

const event = { type: 'open' as const, id: 'x'.repeat(1000), port: 1, series: 'telewire/lab-1' };

describe('the line of a session', () => {
  let clock: TestClock;
  let out: PassThrough;
  let line: EventLine;
  let deaf: number;
  const said = async () => (await out.toArray()).join('').trimEnd().split('\n');
  /** Four events a second, as a session tells them. */
  const pass = (ms: number) => {
    for (const until = clock.now() + ms; clock.now() < until; clock.advance(250)) line.tell(event);
  };

  beforeEach(() => {
    clock = new TestClock();
    out = new PassThrough();
    deaf = 0;
    line = new EventLine(out, clock, () => deaf++);
  });

  it('says each event in a line, and ends', async () => {
    line.tell(event);
    line.tell({ type: 'messages', messages: [], missed: 1 });
    line.end();
    expect((await said()).map((text) => JSON.parse(text) as unknown)).toEqual([
      event,
      { type: 'messages', messages: [], missed: 1 },
    ]);
    expect([clock.timers, deaf]).toEqual([0, 0]);
  });

  it('holds no more than is worth reading for whoever does not read', () => {
    pass(20 * 60_000);
    expect(deaf).toBe(0);
    expect(out.writableLength + out.readableLength).toBeLessThan(MAX_UNREAD_BYTES + 100_000);
  });

  it('tells when nobody has read for half an hour, and not when somebody has now and then', () => {
    for (let i = 0; i < 5; i++) {
      pass(MAX_DEAF_MS - 60_000);
      while (out.read() !== null);
    }
    expect(deaf).toBe(0);
    pass(MAX_DEAF_MS + 10 * 60_000);
    expect(deaf).toBeGreaterThan(0);
  });

  it('says why it ends also to who has not read, as its last line', async () => {
    pass(20 * 60_000);
    line.tell({ type: 'end', message: 'that is all' });
    line.end();
    clock.advance(MAX_DEAF_MS - 1);
    expect((await said()).at(-1)).toBe('{"type":"end","message":"that is all"}');
    expect(clock.timers).toBe(0);
  });

  it('is cut when that is not read for half an hour either', () => {
    pass(20 * 60_000);
    line.end();
    clock.advance(MAX_DEAF_MS - 1);
    expect(out.destroyed).toBe(false);
    clock.advance(1);
    expect(out.destroyed).toBe(true);
  });
});

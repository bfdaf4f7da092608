import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { type LabEvent, ProtocolError } from '@telewire/protocol';
import { Registry } from '../registry/registry.js';
import { HubBench } from '../testing/hub-bench.js';
import { MAX_DEAF_MS, MAX_UNREAD_BYTES } from './event-line.js';
import { LabController } from './lab-controller.js';
import type { LabSession } from './session.js';
import { LabSessions, MAX_READINGS_HZ, MAX_SESSION_MS } from './sessions.js';

let bench: HubBench;
let sessions: LabSessions;
const open = () => sessions.open({ host: '127.0.0.1', port: 1 }, { name: 'localhost' });
const listen = (session: LabSession): LabEvent[] => {
  const events: LabEvent[] = [];
  session.events.subscribe((event) => events.push(event));
  return events;
};
const change = (session: LabSession, rateHz: number) => sessions.change(session.id, { rateHz });

beforeEach(() => {
  bench = new HubBench();
  sessions = new LabSessions({ host: '127.0.0.1', port: 0 }, bench.journal, new Registry(bench.journal), bench.clock);
});

afterEach(async () => {
  await sessions.closeAll();
  expect(bench.clock.timers).toBe(0);
});

describe('a session', () => {
  it('ends by itself after two hours, and says so, whoever still listens', async () => {
    const first = await open();
    bench.clock.advance(1000);
    const second = await open();
    change(first, 1);
    bench.clock.advance(MAX_SESSION_MS - 2000);
    const heard = listen(first);
    bench.clock.advance(999);
    expect(heard.at(-1)).toMatchObject({ type: 'tally' });
    bench.clock.advance(1);
    expect(heard.at(-1)).toEqual({ type: 'end', message: 'a session lasts two hours at most; start another' });
    expect(() => sessions.find(first.id)).toThrow('no such session');
    expect(sessions.find(second.id)).toBe(second);
    const { head } = bench.journal;
    bench.clock.advance(500);
    expect(bench.journal.head).toBe(head);
  });

  it('says why when the gateway stops', async () => {
    const heard = listen(await open());
    await sessions.closeAll();
    expect(heard.at(-1)).toEqual({ type: 'end', message: 'the gateway is stopping' });
  });

  it('ends when its page has not read for half an hour, and says so in its last line', async () => {
    const out = Object.assign(new PassThrough(), { writeHead: () => undefined });
    const controller = new LabController(sessions, bench.hub, bench.clock);
    const request = { socket: { localAddress: '127.0.0.1', localPort: 1 }, headers: { host: 'localhost' } };
    await controller.open(request as never, out as never);
    const { id } = JSON.parse(String(out.read())) as { id: string };
    out.write(`${'x'.repeat(MAX_UNREAD_BYTES)}\n`);
    bench.clock.advance(250);
    bench.clock.set(MAX_DEAF_MS - 251);
    bench.clock.advance(250);
    expect(sessions.find(id).id).toBe(id);
    bench.clock.advance(250);
    expect(() => sessions.find(id)).toThrow('no such session');
    const lines = (await out.toArray()).join('').trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      type: 'end',
      message: 'its page has not read for half an hour; start another',
    });
  });
});

describe('all sessions together', () => {
  it('make so many readings and no more, whoever asks', async () => {
    const labs = [await open(), await open(), await open()];
    change(labs[0]!, 500);
    change(labs[1]!, MAX_READINGS_HZ - 500);
    expect(() => change(labs[2]!, 0.2)).toThrow('all sessions together make 600 readings a second at most');
    expect(() => change(labs[1]!, 101)).toThrow(ProtocolError);
    bench.clock.advance(1000);
    expect(bench.journal.head).toBe(MAX_READINGS_HZ);
    // Its own rate does not count against a session, and one that is over takes none.
    change(labs[0]!, 300);
    change(labs[0]!, 500);
    await sessions.close(labs[1]!);
    change(labs[2]!, 100);
    expect(labs.map(({ rateHz }) => rateHz)).toEqual([500, 0, 100]);
  });

  it('still take other settings when that is reached', async () => {
    const labs = [await open(), await open()];
    change(labs[0]!, 500);
    change(labs[1]!, 100);
    sessions.change(labs[0]!.id, { watch: 'sse' });
    expect(() => sessions.change('none', { watch: 'sse' })).toThrow('no such session');
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type FeedOptions, type Telewire } from './index.js';

// What has gone wrong in other clients, each under the thread that tells of it. What servers get wrong, and what
// takes a browser, is in test/faults.
describe('what has gone wrong elsewhere', () => {
  let gateway: ScriptedGateway;
  let client: Telewire;
  const listen = (options: Partial<FeedOptions> = {}) =>
    new Listener(client.feed({ filters: ['a/#'], transport: 'auto', ...options }));
  const attempts = () => gateway.sockets + gateway.requests.length;
  const html = (status: number) => () => new Response('<html>', { status, headers: { 'content-type': 'text/html' } });

  beforeEach(() => {
    gateway = new ScriptedGateway();
    client = gateway.client();
  });

  afterEach(() => leavesNothing(client, gateway));

  it('centrifuge-js#432: one slow first reply demotes a client for good', async () => {
    gateway.silent.add('websocket');
    const widget = listen();
    await gateway.pass(6_000);
    expect(widget.state.transport).not.toBe('websocket');
    gateway.silent.clear();
    await gateway.pass(25_000);
    expect(widget.state).toMatchObject({ transport: 'websocket', delivering: 'websocket' });
  });

  it('centrifuge-js#426: a proxy that upgrades and then drops frames blocks fallback for ever', async () => {
    gateway.stalling.add('websocket');
    const widget = listen();
    for (let i = 0; i < 60; i++) {
      gateway.append('a/x');
      await gateway.pass(1_000);
    }
    expect(widget.state).toMatchObject({ phase: 'live', delivering: 'http-stream' });
    expect(widget.readings.at(-1)).toBe('a/x#60');
    expect(widget.states.filter(({ phase }) => phase === 'resuming').length).toBeLessThanOrEqual(2);
  });

  it('centrifuge-js#407: a failing fallback loops at hundreds of attempts a second', async () => {
    TRANSPORTS.forEach((each) => gateway.down.add(each));
    listen();
    await gateway.clock.pass(10_000);
    const before = attempts();
    await gateway.clock.pass(60_000);
    expect(attempts() - before).toBeLessThan(60);
  });

  it('python-engineio#16: above 100 Hz the switch from polling to WebSocket starves', async () => {
    gateway.down.add('websocket').add('http-stream').add('sse');
    const widget = listen({ maxHz: 60 });
    await gateway.clock.pass(100);
    expect(widget.state.delivering).toBe('long-poll');
    gateway.down.clear();
    let n = 0;
    while (widget.state.delivering !== 'websocket' && n < 500 * 30) {
      for (let i = 0; i < 5; i++, n++) gateway.append('a/x');
      await gateway.clock.pass(10);
    }
    expect(widget.state.delivering).toBe('websocket');
    expect(n).toBeLessThan(500 * 15);
    expect(widget.readings).toEqual(ordinals('a/x', 1, n));
  });

  it.each([502, 503, 200])('phoenix#2098: an HTML %d kills a long-poll loop', async (status) => {
    const widget = listen({ transport: 'long-poll' });
    await gateway.clock.pass(100);
    gateway.answers.push(...Array.from({ length: 10 }, () => html(status)));
    gateway.append('a/x');
    await gateway.clock.pass(90_000);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.state.phase).toBe('live');
    expect(widget.readings).toEqual(ordinals('a/x', 1, 2));
  });

  it.each(TRANSPORTS)(
    'socket.io#5282: a quiet connection cannot recover, as its offset has left the buffer (%s)',
    async (transport) => {
      const widget = listen({ transport });
      await gateway.clock.pass(100);
      gateway.append('a/x');
      // Others fill the journal while it is quiet; its heartbeats say where it stands.
      for (let i = 0; i < 20; i++) {
        gateway.append('b/x');
        await gateway.pass(1_000);
      }
      await gateway.pass(gateway.heartbeatMs + 25_000);
      gateway.evict();
      gateway.cut(transport);
      await gateway.pass(40_000);
      gateway.append('a/x');
      await gateway.pass(5_000);
      expect(widget.gaps).toEqual([]);
      expect(widget.readings).toEqual(ordinals('a/x', 1, 2));
    },
  );

  it.each(TRANSPORTS)('socket.io#5419: a second drop replays the same packets (%s)', async (transport) => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    for (let drop = 0; drop < 4; drop++) {
      gateway.append('a/x');
      gateway.append('a/x');
      await gateway.clock.pass(100);
      gateway.cut(transport);
      await gateway.pass(20_000);
    }
    expect(widget.readings).toEqual(ordinals('a/x', 1, 8));
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 8, delivered: 8, withheld: 0, lost: 0 });
  });

  it.each(TRANSPORTS.filter((each) => each !== 'websocket'))(
    'aspnetcore#39934: a login that expires in mid-connection is never noticed (%s)',
    async (transport) => {
      const widget = listen({ transport });
      await gateway.clock.pass(100);
      gateway.append('a/x');
      await gateway.clock.pass(100);
      // Who asked for it ends what is open, and answers in the gateway's place until somebody has logged in again.
      gateway.answers.push(...Array.from({ length: 5 }, () => html(401)));
      gateway.cut(transport);
      gateway.append('a/x');
      await gateway.pass(1_000);
      expect(widget.state).toMatchObject({
        phase: 'resuming',
        reason: expect.stringContaining('answered 401 by something that is not Telewire'),
      });
      await gateway.pass(90_000);
      expect(widget.state.phase).toBe('live');
      expect(widget.gaps).toEqual([]);
      expect(widget.readings).toEqual(ordinals('a/x', 1, 2));
    },
  );

  it('block/buzz#4542: clients reset their backoff and storm', async () => {
    listen({ transport: 'websocket' });
    await gateway.clock.pass(100);
    let lives = 0;
    const begun = gateway.clock.now();
    while (gateway.clock.now() - begun < 120_000) {
      // It opens, brings its data, and dies.
      const [line] = gateway.of('websocket');
      if (line) {
        lives += 1;
        line.cut();
      }
      await gateway.clock.pass(100);
    }
    expect(lives).toBeLessThan(30);
  });

  it.each(TRANSPORTS)(
    'AlmostServiceBus#96: cut off at 450 events/s, it resumes without replay and its counters are wrong ever after (%s)',
    async (transport) => {
      const widget = listen({ transport });
      await gateway.clock.pass(100);
      let n = 0;
      for (let cut = 0; cut < 5; cut++) {
        for (let i = 0; i < 450; i++) {
          gateway.append('a/x');
          n += 1;
          await gateway.clock.pass(2);
        }
        gateway.cut(transport);
      }
      await gateway.pass(30_000);
      expect(widget.readings).toEqual(ordinals('a/x', 1, n));
      expect(widget.feed.ledger().get('a/x')).toEqual({ matched: n, delivered: n, withheld: 0, lost: 0 });
    },
  );
});

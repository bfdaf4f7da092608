import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { CAP_MS } from './backoff.js';
import { TRANSPORTS, type FeedOptions, type Telewire, type TransportName } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (options: Partial<FeedOptions> = {}) =>
  new Listener(client.feed({ filters: ['a/#'], transport: 'auto', ...options }));
const block = (...transports: TransportName[]) => transports.forEach((each) => gateway.down.add(each));
const cutAll = () => TRANSPORTS.forEach((each) => gateway.of(each).forEach((line) => line.cut()));
const attempts = () => gateway.sockets + gateway.requests.length;
const absent = () =>
  Response.json({ type: 'error', code: 4404, reason: 'not-found', message: 'no such address' }, { status: 404 });

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

describe('a feed on auto', () => {
  it('takes the best, says what it uses, and opens nothing else', async () => {
    const widget = listen();
    await gateway.pass(60_000);
    expect(widget.state).toMatchObject({
      phase: 'live',
      choice: 'auto',
      transport: 'websocket',
      delivering: 'websocket',
    });
    expect(gateway.sockets).toBe(1);
    expect(gateway.requests).toEqual([]);
  });

  it.each([...TRANSPORTS.keys()])('falls back at once past %d transports that fail', async (count) => {
    block(...TRANSPORTS.slice(0, count));
    const widget = listen();
    await gateway.clock.pass(100);
    const transport = TRANSPORTS[count];
    expect(widget.state).toMatchObject({ phase: 'live', choice: 'auto', transport, delivering: transport });
    expect(widget.state.reason).toBeUndefined();
  });

  describe.each(['websocket', 'http-stream', 'sse'] as const)('on %s', (stream) => {
    const before = TRANSPORTS.slice(0, TRANSPORTS.indexOf(stream));

    it('does not accept a line that opens and then says nothing, and has polls bring what they can', async () => {
      gateway.silent.add(stream);
      block(...before);
      const widget = listen();
      await gateway.clock.pass(4900);
      expect(widget.state).toMatchObject({ phase: 'connecting', transport: stream });
      await gateway.clock.pass(200);
      expect(widget.state).toMatchObject({ phase: 'live', transport: 'long-poll' });
    });

    it('does not accept a line that says one thing and then nothing (a proxy that upgrades and drops frames)', async () => {
      gateway.stalling.add(stream);
      block(...before);
      gateway.append('a/x');
      const widget = listen();
      await gateway.clock.pass(5_900);
      expect(widget.snapshots).toEqual(['a/x#1']);
      expect(widget.state).toMatchObject({ phase: 'live', transport: stream });
      gateway.append('a/x');
      await gateway.clock.pass(200);
      expect(widget.readings).toEqual(['a/x#2']);
      expect(widget.state).toMatchObject({ phase: 'live', transport: 'long-poll' });
      expect(widget.phases).toEqual(['closed', 'connecting', 'live', 'resuming', 'live']);
    });

    it('keeps what works beside a better one on which one thing comes and then nothing', async () => {
      gateway.stalling.add(stream);
      block(...TRANSPORTS.filter((each) => each !== stream && each !== 'long-poll'));
      const widget = listen();
      for (let i = 0; i < 120; i++) {
        gateway.append('a/x');
        await gateway.pass(1000);
      }
      expect(widget.state).toMatchObject({ phase: 'live', transport: 'long-poll', delivering: 'long-poll' });
      expect(widget.readings).toEqual(ordinals('a/x', 2, 120));
      const late = widget.states.filter(({ since }) => since > gateway.clock.now() - 100_000);
      expect(late.filter(({ phase }) => phase !== 'live')).toEqual([]);
      // It was tried again all the same.
      expect(attempts() - gateway.requests.filter(({ transport }) => transport === 'long-poll').length).toBeGreaterThan(
        6,
      );
    });
  });

  it('gives a line whose first frame came late the time of a heartbeat for the second', async () => {
    gateway.silent.add('websocket');
    const widget = listen();
    const beat = () =>
      gateway.tell('websocket', { type: 'heartbeat', at: 0, head: gateway.head, cursors: { 1: gateway.head } });
    await gateway.clock.pass(4_500);
    beat();
    await gateway.clock.pass(5_500);
    beat();
    await gateway.clock.pass(3_000);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket', delivering: 'websocket' });
    expect(gateway.requests).toEqual([]);
  });

  it('heals up beside the transport that works, without a gap and without a word', async () => {
    block('websocket', 'http-stream');
    const widget = listen();
    await gateway.clock.pass(100);
    for (let i = 0; i < 10; i++) {
      gateway.append('a/x');
      await gateway.pass(1000);
    }
    gateway.down.clear();
    for (let i = 0; i < 30; i++) {
      gateway.append('a/x');
      await gateway.pass(1000);
    }
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket', delivering: 'websocket' });
    expect([...gateway.lines].map(({ transport }) => transport)).toEqual(['websocket']);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 40));
    expect(widget.phases).toEqual(['closed', 'connecting', 'live']);
    expect(new Set(widget.states.map(({ transport }) => transport))).toEqual(
      new Set(['websocket', 'http-stream', 'sse']),
    );
  });

  it('is not demoted for good by one slow first reply', async () => {
    gateway.silent.add('websocket');
    const widget = listen();
    await gateway.pass(6000);
    gateway.silent.clear();
    expect(widget.state.transport).toBe('http-stream');
    await gateway.pass(20_000);
    expect(widget.state.transport).toBe('websocket');
  });

  it('probes at growing intervals while nothing better works', async () => {
    block('websocket');
    listen();
    await gateway.clock.pass(100);
    const at: number[] = [];
    for (let sockets = gateway.sockets, i = 0; i < 1200; i++) {
      await gateway.pass(1000);
      if (gateway.sockets > sockets) at.push(Math.round((i + 1) / 10) * 10);
      sockets = gateway.sockets;
    }
    expect(at).toEqual([10, 30, 70, 150, 310, 610, 910]);
  });

  it('tries the same transport first after a loss, and others after two failed attempts, one in each pause', async () => {
    const widget = listen();
    await gateway.pass(20_000);
    block('websocket');
    cutAll();
    await gateway.clock.pass(10);
    expect(widget.state).toMatchObject({ phase: 'resuming', transport: 'websocket' });
    gateway.append('a/x');
    await gateway.clock.pass(1500);
    expect(gateway.sockets).toBe(2);
    expect(widget.state).toMatchObject({ phase: 'resuming', transport: 'websocket' });
    block('http-stream');
    await gateway.clock.pass(2000);
    expect(gateway.sockets).toBe(3);
    expect(gateway.requests).toHaveLength(0);
    await gateway.clock.pass(2000);
    expect(gateway.sockets).toBe(3);
    expect(gateway.requests.map(({ transport }) => transport)).toEqual(['http-stream']);
    expect(widget.state).toMatchObject({ phase: 'resuming', transport: 'websocket' });
    expect(widget.state.retryAt).toBeGreaterThan(gateway.clock.now());
    await gateway.clock.pass(9000);
    expect(gateway.sockets).toBe(4);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'long-poll' });
    expect(widget.readings).toEqual(['a/x#1']);
    expect(widget.phases).toEqual(['closed', 'connecting', 'live', 'resuming', 'live']);
  });

  it('stays with a transport whose gateway was away for a moment', async () => {
    const widget = listen();
    await gateway.pass(20_000);
    for (let i = 0; i < 5; i++) {
      cutAll();
      await gateway.pass(20_000);
      expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket' });
    }
    expect(gateway.requests).toEqual([]);
  });

  it.each([1, 20])('never storms with %d feeds while everything fails, and says when it tries again', async (count) => {
    block(...TRANSPORTS);
    const widgets = Array.from({ length: count }, () => listen());
    await gateway.clock.pass(600);
    expect(widgets[0]!.state.phase).toBe('connecting');
    expect(widgets[0]!.state.reason).toMatch(/could be opened|does not answer/);
    expect(widgets[0]!.state.retryAt).toBeGreaterThan(gateway.clock.now());
    for (let minute = 0; minute < 10; minute++) {
      const before = attempts();
      await gateway.clock.pass(60_000);
      // One in each of windows that grow to 15 s.
      expect(attempts() - before).toBeLessThanOrEqual(minute === 0 ? 8 : 5);
    }
    gateway.down.clear();
    gateway.append('a/x');
    await gateway.pass(30_000);
    for (const { state } of widgets) expect(state).toMatchObject({ phase: 'live', transport: 'websocket' });
  });

  it('tries all once where nobody answers, and then one in each pause, the best every other time', async () => {
    block(...TRANSPORTS);
    listen();
    await gateway.clock.pass(10);
    expect(attempts()).toBe(5);
    gateway.requests.length = 0;
    // Half of windows of 0.5, 1, 2, 4, 8, 15 … s.
    await gateway.clock.pass(80_000);
    expect(gateway.sockets).toBe(6);
    expect(gateway.requests.map(({ transport }) => transport)).toEqual(['http-stream', 'long-poll', 'sse', 'poll']);
  });

  it.each(TRANSPORTS)('finds %s alone in its turn, where the gateway was away when it began', async (transport) => {
    block(...TRANSPORTS);
    const widget = listen();
    await gateway.clock.pass(60_000);
    gateway.down.delete(transport);
    // Its turn comes once in eight windows, and that of the best in two.
    const inTime = gateway.clock.now() + (transport === 'websocket' ? 2 : 8) * CAP_MS;
    while (widget.state.delivering !== transport && gateway.clock.now() < inTime) await gateway.pass(1000);
    expect(widget.state).toMatchObject({ phase: 'live', transport, delivering: transport });
    gateway.down.clear();
    for (let i = 0; i < 30; i++) {
      gateway.append('a/x');
      await gateway.pass(1000);
    }
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket', delivering: 'websocket' });
  });

  it.each([100, 30_000, 40_000])(
    'joins who seek the gateway, %d ms after they began, and says why and when',
    async (ms) => {
      block(...TRANSPORTS);
      listen();
      await gateway.clock.pass(ms);
      const before = attempts();
      const late = listen();
      await gateway.clock.pass(10);
      expect(attempts()).toBe(before);
      expect(late.state).toMatchObject({ phase: 'connecting', reason: expect.any(String) });
      expect(late.state.retryAt).toBeGreaterThan(gateway.clock.now());
      gateway.down.clear();
      await gateway.pass(30_000);
      expect(late.state).toMatchObject({ phase: 'live', transport: 'websocket' });
    },
  );

  it('begins at once where others have found the gateway again', async () => {
    block(...TRANSPORTS);
    listen();
    await gateway.clock.pass(10_000);
    gateway.down.clear();
    await gateway.pass(20_000);
    const late = listen();
    await gateway.clock.pass(10);
    expect(late.state).toMatchObject({ phase: 'live', delivering: 'websocket' });
  });

  it('waits for its turn where the gateway was lost by a feed that keeps to its transport', async () => {
    listen({ transport: 'websocket' });
    await gateway.pass(20_000);
    block(...TRANSPORTS);
    cutAll();
    await gateway.clock.pass(100);
    const late = listen();
    await gateway.clock.pass(100);
    expect(late.state).toMatchObject({ phase: 'connecting', transport: 'websocket', reason: expect.any(String) });
    expect(gateway.requests).toEqual([]);
  });

  it('never storms with random pauses either, nor with lines that open and die, and ends with polls', async () => {
    let seed = 7;
    client = gateway.client({ random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 });
    gateway.nextInMs = 2000;
    const widgets = Array.from({ length: 10 }, () => listen());
    for (let minute = 0; minute < 5; minute++) {
      const before = attempts();
      for (let i = 0; i < 600; i++) {
        await gateway.clock.pass(100);
        cutAll();
      }
      expect(attempts() - before).toBeLessThan(200);
    }
    for (const { state } of widgets) expect(state.delivering).toMatch(/poll/);
  });

  it('obeys a gateway that leaves and says when to come back', async () => {
    const widget = listen();
    await gateway.clock.pass(100);
    gateway.tell('websocket', { type: 'bye', reason: 'stopping', retryAfterMs: 5000 });
    await gateway.clock.pass(4900);
    expect(attempts()).toBe(1);
    await gateway.clock.pass(1200);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket' });
  });

  it('is refused for good when the gateway refuses what is asked for (PROTOCOL R22)', async () => {
    gateway.refuse = () => 4422;
    const widget = listen();
    await gateway.clock.pass(120_000);
    expect(widget.state).toMatchObject({ phase: 'refused', reason: 'refused with 4422' });
    expect(attempts()).toBe(1);
  });

  it('passes over what an older gateway does not have, and does not ask for it again', async () => {
    block('websocket');
    gateway.answers.push(absent);
    const widget = listen();
    await gateway.clock.pass(100);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'sse' });
    await gateway.pass(120_000);
    expect(gateway.requests.filter(({ transport }) => transport === 'http-stream')).toHaveLength(1);
  });

  it('does not shorten the pause of a transport by going round', async () => {
    gateway.answers.push(() => new Response('full', { status: 503, headers: { 'retry-after': '60' } }));
    block('websocket');
    listen();
    await gateway.pass(59_000);
    expect(gateway.requests.filter(({ transport }) => transport === 'http-stream')).toHaveLength(1);
    await gateway.pass(60_000);
    expect(gateway.requests.filter(({ transport }) => transport === 'http-stream').length).toBeGreaterThan(1);
  });

  it('goes on from its cursor when it is turned to, beside the transport that was named', async () => {
    const widget = listen({ transport: 'sse' });
    await gateway.clock.pass(100);
    widget.feed.use('auto');
    gateway.append('a/x');
    await gateway.clock.pass(200);
    expect(widget.state).toMatchObject({ phase: 'live', choice: 'auto', transport: 'sse', delivering: 'sse' });
    gateway.append('a/x');
    await gateway.clock.pass(10);
    expect(widget.state).toMatchObject({ phase: 'live', choice: 'auto', transport: 'websocket' });
    widget.feed.use('long-poll');
    gateway.append('a/x');
    await gateway.clock.pass(10);
    expect(widget.state).toMatchObject({ choice: 'long-poll', transport: 'long-poll', delivering: 'long-poll' });
    block('long-poll');
    cutAll();
    await gateway.pass(30_000);
    expect(widget.state).toMatchObject({ phase: 'resuming', choice: 'long-poll', transport: 'long-poll' });
    widget.feed.use('auto');
    gateway.append('a/x');
    await gateway.pass(20_000);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket' });
    expect(widget.readings).toEqual(ordinals('a/x', 1, 4));
  });

  it('leaves nothing behind when nobody listens any more, and begins anew with what worked', async () => {
    block('websocket');
    const widget = listen();
    await gateway.clock.pass(100);
    widget.stop();
    await gateway.clock.pass(0);
    expect(gateway.clock.pending).toBe(0);
    expect(widget.state).toMatchObject({ phase: 'closed', choice: 'auto' });
    gateway.down.clear();
    await gateway.clock.pass(1000);
    widget.start();
    await gateway.pass(30_000);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket' });
  });
});

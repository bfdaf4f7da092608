import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type Telewire, type TransportName } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (transport: TransportName) => new Listener(client.feed({ filters: ['a/#'], transport }));
const STREAMS = ['websocket', 'http-stream', 'sse'] as const;
const REQUESTED = ['http-stream', 'sse', 'long-poll', 'poll'] as const;
/** All but polls have a line that stays. */
const LASTING = TRANSPORTS.filter((transport) => transport !== 'poll');

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

describe('silence', () => {
  it.each(STREAMS)(
    'is noticed on %s after two heartbeats and a margin, and the line is left (PROTOCOL R15)',
    async (transport) => {
      gateway.heartbeatMs = 2000;
      const widget = listen(transport);
      await gateway.pass(10_000);
      expect(widget.state.phase).toBe('live');
      gateway.of(transport)[0]!.muted = true;
      gateway.append('a/x');
      await gateway.clock.pass(4900);
      expect(widget.state.phase).toBe('live');
      await gateway.clock.pass(200);
      expect(widget.state).toMatchObject({ phase: 'resuming', reason: 'nothing heard for 5 s' });
      await gateway.clock.pass(2000);
      expect(widget.state.phase).toBe('live');
      expect(widget.readings).toEqual(['a/x#1']);
    },
  );

  it.each(STREAMS)('does not make a feed on %s live: a line that opens and says nothing is left', async (transport) => {
    gateway.mute = true;
    const widget = listen(transport);
    await gateway.clock.pass(9000);
    expect(gateway.of(transport)).toHaveLength(1);
    gateway.mute = false;
    await gateway.clock.pass(1050);
    expect(widget.phases).toEqual(['closed', 'connecting']);
    expect(widget.state.reason).toBe('nothing heard for 10 s');
    await gateway.clock.pass(3000);
    expect(widget.state.phase).toBe('live');
  });

  it('is noticed on long-poll when an answer does not come in the time it is held and some', async () => {
    const widget = listen('long-poll');
    await gateway.clock.pass(100);
    gateway.swallow = true;
    await gateway.clock.pass(34_000);
    expect(widget.state.phase).toBe('live');
    await gateway.clock.pass(1000);
    expect(widget.state).toMatchObject({ phase: 'resuming', reason: 'no answer for 35 s' });
    gateway.swallow = false;
    await gateway.clock.pass(3000);
    expect(widget.state.phase).toBe('live');
  });
});

describe('a line that takes long', () => {
  it.each(STREAMS)('on %s says so within 5 s, and what it may be waiting for', async (transport) => {
    gateway.mute = true;
    const widget = listen(transport);
    await gateway.clock.pass(4_100);
    expect(widget.state).toMatchObject({
      phase: 'connecting',
      reason: expect.stringMatching(/^it has opened, but nothing/),
    });
    expect(widget.state.retryAt).toBeUndefined();
  });

  it.each(REQUESTED)('on %s says so where no answer comes (freenet-core#5213)', async (transport) => {
    gateway.answers.push(() => new Promise(() => undefined));
    const widget = listen(transport);
    await gateway.clock.pass(4_100);
    expect(widget.state).toMatchObject({ phase: 'connecting', reason: expect.stringMatching(/^no answer yet/) });
    await gateway.clock.pass(10_000);
    expect(widget.state.phase).toBe('live');
    expect(widget.state.reason).toBeUndefined();
  });

  it('says nothing of a poll that is held', async () => {
    const widget = listen('long-poll');
    await gateway.clock.pass(20_000);
    expect(widget.states.filter(({ reason }) => reason !== undefined)).toEqual([]);
  });
});

describe.each(REQUESTED)('an answer that is not from this protocol, on %s', (transport) => {
  it.each([
    ['an HTML 502', () => new Response('<html>Bad Gateway', { status: 502, headers: { 'content-type': 'text/html' } })],
    ['an HTML 403', () => new Response('<html>No', { status: 403, headers: { 'content-type': 'text/html' } })],
    ['an HTML 200', () => new Response('<html>Log in', { headers: { 'content-type': 'text/html' } })],
    [
      'JSON that is cut short',
      () => new Response('{"frames":[{"ty', { headers: { 'content-type': 'application/json' } }),
    ],
    ['frames that are none', () => Response.json({ frames: [{ type: 'surprise' }] })],
    [
      'a stream of something else',
      () => new Response('data: hello\n\n', { headers: { 'content-type': 'text/event-stream' } }),
    ],
    ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
  ])('is transient: %s', async (_what, answer) => {
    const widget = listen(transport);
    await gateway.clock.pass(100);
    gateway.cut(transport);
    gateway.append('a/x');
    gateway.answers.push(answer, answer, answer);
    await gateway.clock.pass(1010);
    expect(widget.state).toMatchObject({ phase: 'resuming' });
    expect(widget.state.retryAt).toBeGreaterThan(gateway.clock.now());
    await gateway.clock.pass(20_000);
    expect(widget.state.phase).toBe('live');
    expect(widget.readings).toEqual(['a/x#1']);
  });

  it('is asked again never faster than the backoff allows, however long it lasts', async () => {
    for (let i = 0; i < 1000; i++) gateway.answers.push(() => new Response('no', { status: 502 }));
    listen(transport);
    await gateway.clock.pass(300_000);
    const at = gateway.requests.map((request) => request.at);
    expect(at.length).toBeGreaterThan(20);
    expect(at.length).toBeLessThan(60);
    const pauses = at.slice(1).map((each, i) => each - at[i]!);
    expect(pauses.slice(0, 6)).toEqual([250, 750, 1500, 3000, 6000, 11_500]);
  });

  it('is obeyed where it says Retry-After', async () => {
    gateway.answers.push(() => new Response('full', { status: 503, headers: { 'retry-after': '20' } }));
    const widget = listen(transport);
    await gateway.clock.pass(20_000);
    expect(gateway.requests).toHaveLength(1);
    expect(widget.state.phase).toBe('connecting');
    await gateway.clock.pass(300);
    expect(widget.state.phase).toBe('live');
  });

  it('is final when the gateway itself refuses the whole request', async () => {
    gateway.answers.push(() =>
      Response.json({ type: 'error', code: 4403, reason: 'bad-host', message: 'not for you' }, { status: 403 }),
    );
    const widget = listen(transport);
    await gateway.clock.pass(100_000);
    expect(widget.state).toMatchObject({ phase: 'refused', reason: 'not for you' });
    expect(gateway.requests).toHaveLength(1);
  });
});

describe('a connection', () => {
  it.each(LASTING)('on %s that opens and dies at once is tried ever more slowly', async (transport) => {
    listen(transport);
    const at: number[] = [];
    for (let i = 0; i < 6; i++) {
      while (gateway.of(transport).length === 0) await gateway.clock.pass(10);
      at.push(gateway.clock.now());
      await gateway.clock.pass(0);
      gateway.cut(transport);
    }
    const pauses = at.slice(1).map((each, i) => each - at[i]!);
    expect(pauses.at(-1)).toBeGreaterThan(3000);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    client.close();
  });

  it('that has delivered for a while is tried at once again after its next loss', async () => {
    const widget = listen('websocket');
    await gateway.clock.pass(100);
    gateway.socketsBlocked = true;
    gateway.of('websocket')[0]!.cut();
    await gateway.clock.pass(30_000);
    gateway.socketsBlocked = false;
    await gateway.pass(40_000);
    expect(widget.state.phase).toBe('live');
    gateway.of('websocket')[0]!.cut();
    await gateway.clock.pass(900);
    expect(widget.state.phase).toBe('resuming');
    await gateway.clock.pass(200);
    expect(widget.state.phase).toBe('live');
  });

  it.each(TRANSPORTS)('on %s ends for all when the gateway refuses it as a whole', async (transport) => {
    const widgets = [listen(transport), listen(transport)];
    await gateway.clock.pass(100);
    gateway.tell(transport, { type: 'error', code: 4403, reason: 'scripted', message: 'out' });
    await gateway.clock.pass(60_000);
    for (const { state } of widgets) expect(state).toMatchObject({ phase: 'refused', reason: 'out' });
    expect(gateway.lines.size).toBe(0);
  });

  it('is opened anew within the spread of hello after a loss (PROTOCOL R22)', async () => {
    gateway.reconnectSpreadMs = 8000;
    const widget = listen('websocket');
    await gateway.clock.pass(100);
    gateway.of('websocket')[0]!.cut();
    await gateway.clock.pass(3900);
    expect(gateway.sockets).toBe(1);
    await gateway.clock.pass(200);
    expect(gateway.sockets).toBe(2);
    expect(widget.state.phase).toBe('live');
  });

  it.each(TRANSPORTS)('on %s comes back no sooner than bye says (PROTOCOL R20)', async (transport) => {
    const widget = listen(transport);
    await gateway.clock.pass(100);
    gateway.tell(transport, { type: 'bye', reason: 'stopping', retryAfterMs: 5000 });
    await gateway.clock.pass(60);
    expect(widget.state).toMatchObject({ phase: 'resuming', reason: 'the gateway is leaving: stopping' });
    const before = gateway.sockets + gateway.requests.length;
    await gateway.clock.pass(5000);
    expect(gateway.sockets + gateway.requests.length).toBe(before);
    gateway.append('a/x');
    await gateway.clock.pass(1100);
    expect(widget.state.phase).toBe('live');
    expect(widget.readings).toEqual(ordinals('a/x', 1, 1));
  });

  it('is not made with a gateway that speaks another protocol', async () => {
    const widget = listen('websocket');
    gateway.protocol = 2;
    await gateway.clock.pass(100);
    expect(widget.state).toMatchObject({ phase: 'connecting', reason: 'the gateway speaks protocol 2, not 1' });
    client.close();
  });

  it('tells a feed that joins during a pause why it waits', async () => {
    gateway.socketsBlocked = true;
    listen('websocket');
    await gateway.clock.pass(20);
    const late = listen('websocket');
    expect(late.state).toMatchObject({ phase: 'connecting', reason: 'no WebSocket could be opened' });
    expect(late.state.retryAt).toBeGreaterThan(gateway.clock.now());
    expect(gateway.sockets).toBe(1);
  });

  it('says so where the platform has no WebSocket, and the other transports work', async () => {
    const real = globalThis.WebSocket;
    try {
      Reflect.deleteProperty(globalThis, 'WebSocket');
      client = gateway.client({ WebSocket: undefined });
      const socket = listen('websocket');
      const stream = listen('sse');
      await gateway.clock.pass(100);
      expect(socket.state).toMatchObject({ phase: 'connecting', reason: 'this platform has no WebSocket' });
      expect(stream.state.phase).toBe('live');
    } finally {
      globalThis.WebSocket = real;
    }
  });
});

describe('the set of subscriptions', () => {
  it.each(REQUESTED)('on %s is asked for once however many feeds change in one turn', async (transport) => {
    listen(transport);
    await gateway.clock.pass(100);
    const before = gateway.requests.length;
    const many = Array.from({ length: 12 }, () => listen(transport));
    many[3]!.stop();
    await gateway.clock.pass(5);
    expect(gateway.requests.slice(before).filter(({ wants }) => wants.length !== 12)).toEqual([]);
    expect(gateway.requests.length - before).toBeLessThanOrEqual(transport === 'long-poll' ? 2 : 1);
    expect(gateway.lines.size).toBe(transport === 'poll' ? 0 : 1);
  });

  it.each(REQUESTED)(
    'on %s is asked for whole by a page that builds all its widgets in one turn',
    async (transport) => {
      for (let i = 0; i < 12; i++) listen(transport);
      await gateway.clock.pass(5);
      expect(gateway.requests[0]!.wants).toHaveLength(12);
      expect(gateway.requests).toHaveLength(transport === 'long-poll' ? 2 : 1);
    },
  );

  it.each(REQUESTED)('on %s is left as it is when a change is taken back within the turn', async (transport) => {
    gateway.nextInMs = 10_000;
    listen(transport);
    await gateway.clock.pass(100);
    const before = gateway.requests.length;
    listen(transport).stop();
    await gateway.clock.pass(100);
    expect(gateway.requests.length).toBe(before);
  });

  it('never uses an id twice on a socket (PROTOCOL R14)', async () => {
    listen('websocket');
    for (let i = 0; i < 3; i++) {
      const widget = listen('websocket');
      await gateway.clock.pass(10);
      widget.stop();
    }
    const ids = gateway.said.flatMap((message) => (message.type === 'subscribe' ? [message.id] : []));
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
    expect(gateway.said.filter(({ type }) => type === 'unsubscribe')).toHaveLength(3);
  });
});

describe('sse', () => {
  it('passes over events with a name, which are not frames (PROTOCOL R16)', async () => {
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
    gateway.answers.push(() => new Response('event: notice\ndata: not a frame\n\n', { headers }));
    const widget = listen('sse');
    await gateway.clock.pass(0);
    expect(widget.state.reason).toBe('the stream has ended');
  });
});

describe('long-poll', () => {
  it('asks to be answered at once while somebody new is in the set, then to be held', async () => {
    listen('long-poll');
    await gateway.clock.pass(100);
    listen('long-poll');
    await gateway.clock.pass(100);
    expect(gateway.requests.map(({ wait }) => wait)).toEqual([0, 25, 0, 25]);
    await gateway.clock.pass(25_000);
    expect(gateway.requests.map(({ wait }) => wait)).toEqual([0, 25, 0, 25, 25]);
  });

  it('does not spin where something answers for the gateway at once and with nothing', async () => {
    listen('long-poll');
    await gateway.clock.pass(100);
    const empty = () =>
      Response.json({ frames: [{ type: 'heartbeat', at: 0, head: gateway.head, cursors: { 1: gateway.head } }] });
    for (let i = 0; i < 1000; i++) gateway.answers.push(empty);
    gateway.append('a/x');
    const before = gateway.requests.length;
    await gateway.clock.pass(10_000);
    expect(gateway.requests.length - before).toBeLessThan(12);
  });
});

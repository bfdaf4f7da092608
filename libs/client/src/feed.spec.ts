import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type FeedOptions, type Telewire } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (options: Partial<FeedOptions> = {}) =>
  new Listener(client.feed({ filters: ['a/#'], transport: 'websocket', ...options }));

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(async () => {
  client.close();
  await gateway.clock.pass(0);
  // Whatever happened in a spec: nothing is left behind.
  expect(gateway.clock.pending).toBe(0);
  expect(gateway.lines.size).toBe(0);
});

describe.each(TRANSPORTS)('a feed on %s', (transport) => {
  it('shows the present, then every reading once and in order', async () => {
    gateway.append('a/x');
    gateway.append('a/y');
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    expect(widget.snapshots).toEqual(['a/x#1', 'a/y#1']);
    for (let i = 0; i < 5; i++) {
      gateway.append('a/x');
      await gateway.clock.pass(100);
    }
    gateway.append('b/x');
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(ordinals('a/x', 2, 6));
    expect(widget.batches.every((batch) => batch.transport === transport)).toBe(true);
    expect(widget.phases).toEqual(['closed', 'connecting', 'live']);
    expect(widget.state).toMatchObject({ transport, delivering: transport });
  });

  it('goes on from its cursor after a cut, and says what it does', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    gateway.cut(transport);
    await gateway.clock.pass(60);
    expect(widget.state).toMatchObject({ phase: 'resuming' });
    expect(widget.state.reason).toMatch(/closed|ended|answer/);
    expect(widget.state.retryAt).toBeGreaterThan(gateway.clock.now());
    for (let i = 0; i < 3; i++) gateway.append('a/x');
    await gateway.clock.pass(3000);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 5));
    expect(widget.phases).toEqual(['closed', 'connecting', 'live', 'resuming', 'live']);
    expect(widget.state.reason).toBeUndefined();
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 5, delivered: 5, withheld: 0, lost: 0 });
  });

  it('goes on from its cursor when it is listened to again', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    widget.stop();
    await gateway.clock.pass(100);
    expect(widget.state.phase).toBe('closed');
    expect(gateway.lines.size).toBe(0);
    gateway.append('a/x');
    gateway.append('a/x');
    widget.start();
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 3));
    expect(widget.snapshots).toEqual([]);
  });

  it('says what is lost, shows the present, and goes on', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    widget.stop();
    for (let i = 0; i < 4; i++) gateway.append('a/x');
    gateway.evict();
    widget.start();
    await gateway.clock.pass(100);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.gaps).toEqual([{ kind: 'gap', reason: 'evicted', lost: 4, transport }]);
    expect(widget.snapshots).toEqual(['a/x#5']);
    expect(widget.readings).toEqual(['a/x#1', 'a/x#6']);
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 6, delivered: 2, withheld: 0, lost: 4 });
  });

  it('takes ordinals that start again after the journal has begun anew', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    for (let i = 0; i < 3; i++) gateway.append('a/x');
    await gateway.clock.pass(100);
    gateway.cut(transport);
    gateway.restart();
    gateway.append('a/x');
    await gateway.clock.pass(3000);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.gaps).toMatchObject([{ reason: 'restarted' }]);
    expect(widget.snapshots).toEqual(['a/x#1']);
    expect(widget.readings).toEqual([...ordinals('a/x', 1, 3), 'a/x#2']);
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 4, delivered: 4, withheld: 0, lost: 0 });
  });

  it('books what the contract leaves out as withheld', async () => {
    const widget = listen({ transport, policy: 'latest', maxHz: 2 });
    await gateway.clock.pass(100);
    for (let round = 0; round < 3; round++) {
      gateway.burst(() => [1, 2, 3].forEach(() => gateway.append('a/x')));
      await gateway.clock.pass(600);
    }
    expect(widget.readings).toEqual(['a/x#3', 'a/x#6', 'a/x#9']);
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 9, delivered: 3, withheld: 6, lost: 0 });
  });

  it('asks for everything there is with after: earliest', async () => {
    for (let i = 0; i < 3; i++) gateway.append('a/x');
    const widget = listen({ transport, after: 'earliest' });
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 3));
  });

  it('is refused for good with the reason, and the others go on unharmed (PROTOCOL R14, R22)', async () => {
    gateway.refuse = ({ policy }) => (policy === 'latest' ? 4422 : 0);
    const good = listen({ transport });
    const bad = listen({ transport, policy: 'latest' });
    await gateway.clock.pass(100);
    gateway.append('a/x');
    await gateway.pass(6000);
    expect(bad.state).toMatchObject({ phase: 'refused', reason: 'refused with 4422' });
    expect(bad.state.retryAt).toBeUndefined();
    expect(good.phases).toEqual(['closed', 'connecting', 'live']);
    expect(good.readings).toEqual(['a/x#1']);
    const asked = () =>
      gateway.said.filter((message) => message.type === 'subscribe' && message.policy === 'latest').length +
      gateway.requests.filter(({ wants }) => wants.some(({ policy }) => policy === 'latest')).length;
    expect(asked()).toBe(1);
    await gateway.pass(60_000);
    expect(asked()).toBe(1);
    // The gateway has dropped it already: no word and no re-open is needed.
    expect(gateway.said.filter(({ type }) => type === 'unsubscribe')).toEqual([]);
    if (transport === 'sse' || transport === 'http-stream') expect(gateway.requests).toHaveLength(1);
  });

  it('tries a subscription again that the gateway cannot serve just now, without disturbing the others', async () => {
    let full = true;
    gateway.refuse = ({ policy }) => (full && policy === 'latest' ? 4503 : 0);
    const good = listen({ transport });
    const late = listen({ transport, policy: 'latest' });
    await gateway.clock.pass(50);
    expect(late.state).toMatchObject({ phase: 'connecting', reason: 'refused with 4503' });
    expect(late.state.retryAt).toBeGreaterThan(gateway.clock.now());
    full = false;
    await gateway.pass(3000);
    expect(late.state.phase).toBe('live');
    expect(good.phases).toEqual(['closed', 'connecting', 'live']);
  });

  it('shares one connection, keeps it while somebody listens, and closes it after the last', async () => {
    const first = listen({ transport });
    await gateway.clock.pass(100);
    const second = listen({ transport, filters: ['b/#'] });
    await gateway.clock.pass(100);
    expect(gateway.lines.size).toBe(transport === 'poll' ? 0 : 1);
    first.stop();
    await gateway.clock.pass(100);
    gateway.append('b/x');
    await gateway.clock.pass(100);
    expect(second.readings).toEqual(['b/x#1']);
    const served = gateway.of(transport)[0]?.served.keys() ?? gateway.requests.at(-1)!.wants.map(({ id }) => id);
    expect([...served]).toEqual(['2']);
    second.stop();
    await gateway.clock.pass(0);
    expect(gateway.lines.size).toBe(0);
    expect(gateway.clock.pending).toBe(0);
  });

  it('neither loses nor repeats readings of the others when feeds come and go', async () => {
    const first = listen({ transport });
    await gateway.clock.pass(100);
    const others: Listener[] = [];
    for (let i = 0; i < 20; i++) {
      gateway.append('a/x');
      if (i % 3 === 0) others.push(listen({ transport }));
      gateway.append('a/x');
      if (i % 5 === 4) others.shift()?.stop();
      gateway.append('a/x');
      if (i % 2 === 0) await gateway.clock.pass(20);
    }
    await gateway.clock.pass(100);
    expect(first.readings).toEqual(ordinals('a/x', 1, 60));
    expect(first.phases).toEqual(['closed', 'connecting', 'live']);
    for (const other of others) {
      const start = Number(other.snapshots[0]?.split('#')[1] ?? 0);
      expect(other.readings).toEqual(ordinals('a/x', start + 1, 60));
    }
  });

  it('survives cuts at any moment without loss or repetition', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    for (let i = 0; i < 60; i++) {
      gateway.append('a/x');
      if (i % 7 === 3) gateway.cut(transport);
      if (i % 3 === 0) await gateway.clock.pass(i % 4 === 0 ? 5000 : 50);
    }
    await gateway.clock.pass(60_000);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 60));
  });

  it('ends with the client, and stays ended', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    client.close();
    expect(widget.state.phase).toBe('closed');
    widget.start();
    await gateway.clock.pass(100);
    expect(gateway.lines.size).toBe(0);
    expect(widget.state.phase).toBe('closed');
  });
});

describe('a feed', () => {
  it('opens nothing before somebody listens', async () => {
    client.feed({ filters: ['a/#'] });
    await gateway.clock.pass(1000);
    expect(gateway.sockets + gateway.requests.length).toBe(0);
  });

  it('is refused at once when no gateway could take what it asks for, and spoils nothing for the others', async () => {
    const good = listen({ transport: 'sse' });
    const bad = listen({ transport: 'sse', filters: ['a/#/b'] });
    await gateway.clock.pass(100);
    expect(bad.state.phase).toBe('refused');
    expect(bad.state.reason).toMatch(/^filters\.0: is not a topic filter/);
    expect(good.state.phase).toBe('live');
  });

  it('gets its snapshot although the line died between `subscribed` and the snapshot', async () => {
    gateway.append('a/x');
    gateway.cutAfter = 'subscribed';
    const widget = listen();
    await gateway.clock.pass(5000);
    expect(gateway.sockets).toBe(2);
    expect(widget.snapshots).toEqual(['a/x#1']);
  });

  it('gets its snapshot although a heartbeat came first and then the line died', async () => {
    gateway.append('a/x');
    gateway.cutAfter = 'heartbeat';
    gateway.refuse = ({ id }) => {
      const cursors = { [id]: gateway.head };
      for (const line of gateway.lines) line.send({ type: 'heartbeat', at: 0, head: gateway.head, cursors });
      return 0;
    };
    const widget = listen();
    await gateway.clock.pass(5000);
    expect(gateway.sockets).toBe(2);
    expect(widget.snapshots).toEqual(['a/x#1']);
  });

  it('tells of a gap once, and still gets the snapshot, although the line died between the two', async () => {
    const widget = listen();
    await gateway.clock.pass(100);
    widget.stop();
    gateway.append('a/x');
    gateway.append('a/x');
    gateway.evict();
    gateway.cutAfter = 'gap';
    widget.start();
    await gateway.clock.pass(5000);
    expect(gateway.sockets).toBe(3);
    expect(widget.gaps).toHaveLength(1);
    expect(widget.snapshots).toEqual(['a/x#2']);
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 2, delivered: 0, withheld: 0, lost: 2 });
  });
});

describe('a subscriber that is connected and was overtaken by eviction', () => {
  const overtaken = async () => {
    const widget = listen();
    gateway.append('a/x');
    await gateway.clock.pass(100);
    return widget;
  };

  it('is told of the gap and shown the present, and goes on behind it', async () => {
    const widget = await overtaken();
    gateway.overtake(() => [1, 2, 3].forEach(() => gateway.append('a/x')));
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.gaps).toMatchObject([{ reason: 'slow', lost: 3 }]);
    expect(widget.snapshots).toEqual(['a/x#1', 'a/x#4']);
    expect(widget.readings).toEqual(['a/x#5']);
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 4, delivered: 1, withheld: 0, lost: 3 });
  });

  it('still gets the snapshot when the line dies before it, and hears of the gap once', async () => {
    const widget = await overtaken();
    gateway.cutAfter = 'gap';
    gateway.overtake(() => [1, 2, 3].forEach(() => gateway.append('a/x')));
    await gateway.clock.pass(5000);
    expect(gateway.sockets).toBe(2);
    expect(widget.gaps).toHaveLength(1);
    expect(widget.snapshots).toEqual(['a/x#1', 'a/x#4']);
  });

  it('takes the readings of a journal that began anew before the snapshot had come', async () => {
    const widget = await overtaken();
    gateway.cutAfter = 'gap';
    gateway.overtake(() => [1, 2, 3].forEach(() => gateway.append('a/x')));
    gateway.restart();
    gateway.append('a/x');
    await gateway.clock.pass(5000);
    gateway.append('a/x');
    expect(widget.gaps).toMatchObject([{ reason: 'slow' }, { reason: 'restarted' }]);
    expect(widget.snapshots).toEqual(['a/x#1', 'a/x#1']);
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(['a/x#2']);
  });
});

it('takes from a frame that begins before its cursor only what is new', async () => {
  const widget = listen();
  const start = gateway.head;
  await gateway.clock.pass(100);
  gateway.append('a/x');
  gateway.append('a/x');
  const [line] = gateway.lines;
  const [id] = [...line!.served.keys()];
  // One frame for several subscribers: it goes back to where the one furthest behind stands.
  line!.send({ type: 'readings', id, from: start, to: gateway.head, rows: [1, 2, 3].map((n) => [1, 0, n, 0, 0, n]) });
  await gateway.clock.pass(100);
  expect(widget.readings).toEqual(ordinals('a/x', 1, 3));
});

describe('the switch of transports', () => {
  it('loses and repeats nothing while rows keep coming, over any sequence', async () => {
    const widget = listen();
    await gateway.clock.pass(100);
    const order = ['sse', 'long-poll', 'websocket', 'long-poll', 'sse', 'websocket'] as const;
    let n = 0;
    for (const transport of order) {
      for (let i = 0; i < 5; i++, n++) gateway.append('a/x');
      widget.feed.use(transport);
      for (let i = 0; i < 5; i++, n++) gateway.append('a/x');
      for (let i = 0; i < 10; i++, n++) {
        gateway.append('a/x');
        await gateway.clock.pass(10);
      }
      expect(widget.state).toMatchObject({ phase: 'live', transport, delivering: transport });
      expect([...gateway.lines].map((line) => line.transport)).toEqual([transport]);
    }
    expect(widget.readings).toEqual(ordinals('a/x', 1, n));
    expect(widget.phases).toEqual(['closed', 'connecting', 'live']);
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: n, delivered: n, withheld: 0, lost: 0 });
  });

  it('is done by a heartbeat where no readings come', async () => {
    const widget = listen({ transport: 'websocket' });
    await gateway.clock.pass(100);
    widget.feed.use('sse');
    await gateway.clock.pass(100);
    expect(gateway.lines.size).toBe(2);
    gateway.heartbeat();
    await gateway.clock.pass(0);
    expect([...gateway.lines].map(({ transport }) => transport)).toEqual(['sse']);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'sse', delivering: 'sse' });
    widget.feed.use('long-poll');
    await gateway.clock.pass(0);
    expect([...gateway.lines].map(({ transport }) => transport)).toEqual(['long-poll']);
  });

  it('keeps the old transport delivering when the new one never works, and says why', async () => {
    const widget = listen({ transport: 'sse' });
    await gateway.clock.pass(100);
    gateway.socketsBlocked = true;
    widget.feed.use('websocket');
    await gateway.pass(1000);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket', delivering: 'sse' });
    expect(widget.state.reason).toBe('no WebSocket could be opened');
    expect(widget.readings).toEqual(['a/x#1']);
    await gateway.pass(30_000);
    gateway.socketsBlocked = false;
    await gateway.pass(20_000);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.state).toMatchObject({ phase: 'live', delivering: 'websocket' });
    expect(widget.state.reason).toBeUndefined();
    expect(widget.readings).toEqual(ordinals('a/x', 1, 2));
  });

  it('asks on the new transport from where the old one stands by then, however long it takes', async () => {
    const widget = listen({ transport: 'sse' });
    await gateway.clock.pass(100);
    gateway.socketsBlocked = true;
    widget.feed.use('websocket');
    for (let i = 0; i < 10; i++) gateway.append('a/x');
    await gateway.pass(1000);
    gateway.evict();
    gateway.socketsBlocked = false;
    await gateway.pass(30_000);
    expect(widget.state.delivering).toBe('websocket');
    expect(widget.gaps).toEqual([]);
  });

  it('can be taken back', async () => {
    const widget = listen({ transport: 'sse' });
    await gateway.clock.pass(100);
    gateway.socketsBlocked = true;
    widget.feed.use('websocket');
    await gateway.clock.pass(500);
    widget.feed.use('sse');
    await gateway.clock.pass(100);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'sse', delivering: 'sse' });
    expect(widget.state.reason).toBeUndefined();
    expect(gateway.requests).toHaveLength(1);
  });

  it('goes on with the new transport alone when the old one is refused meanwhile', async () => {
    const widget = listen({ transport: 'sse' });
    await gateway.clock.pass(100);
    gateway.socketsBlocked = true;
    widget.feed.use('websocket');
    await gateway.clock.pass(100);
    gateway.of('sse')[0]!.send({ type: 'error', id: '1', code: 4422, reason: 'scripted', message: 'no more' });
    await gateway.clock.pass(100);
    expect(widget.state).toMatchObject({ phase: 'connecting', reason: 'no WebSocket could be opened' });
    expect(gateway.lines.size).toBe(0);
    gateway.socketsBlocked = false;
    gateway.append('a/x');
    await gateway.pass(5000);
    expect(widget.state).toMatchObject({ phase: 'live', delivering: 'websocket' });
    expect(widget.readings).toEqual(['a/x#1']);
  });

  it('saves a feed whose transport has died', async () => {
    const widget = listen({ transport: 'websocket' });
    await gateway.clock.pass(100);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    gateway.socketsBlocked = true;
    gateway.of('websocket').forEach((line) => line.cut());
    gateway.append('a/x');
    await gateway.clock.pass(100);
    widget.feed.use('long-poll');
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 2));
    expect(widget.state).toMatchObject({ phase: 'live', delivering: 'long-poll' });
  });

  it('before somebody listens is just another choice', async () => {
    const feed = client.feed({ filters: ['a/#'] });
    feed.use('sse');
    const widget = new Listener(feed);
    await gateway.clock.pass(100);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'sse' });
    expect(gateway.sockets).toBe(0);
  });
});

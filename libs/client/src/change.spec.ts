import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type FeedOptions, type Telewire } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (options: Partial<FeedOptions> = {}) => new Listener(client.feed({ filters: ['a/#'], ...options }));

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

describe.each(TRANSPORTS)('a change of contract on %s', (transport) => {
  it('loses and repeats nothing while readings keep coming, and disturbs no other', async () => {
    const widget = listen({ transport });
    const other = listen({ transport, filters: ['+/x'] });
    await gateway.clock.pass(100);
    for (let i = 0; i < 60; i++) {
      gateway.append('a/x');
      if (i % 4 === 1) widget.feed.change({ maxHz: 10 + i });
      gateway.append('a/x');
      if (i % 3 === 0) await gateway.clock.pass(i % 2 === 0 ? 60 : 3);
    }
    await gateway.clock.pass(200);
    for (const { readings, phases, feed } of [widget, other]) {
      expect(readings).toEqual(ordinals('a/x', 1, 120));
      expect(phases).toEqual(['closed', 'connecting', 'live']);
      expect(feed.ledger().get('a/x')).toEqual({ matched: 120, delivered: 120, withheld: 0, lost: 0 });
    }
  });

  it('books what each contract leaves out by that contract', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    const burst = async () => {
      gateway.burst(() => [1, 2, 3].forEach(() => gateway.append('a/x')));
      await gateway.clock.pass(200);
    };
    await burst();
    widget.feed.change({ policy: 'latest', maxHz: 10 });
    await gateway.clock.pass(200);
    await burst();
    // What the old contract withheld is still under way when the new one is asked for.
    gateway.burst(() => [1, 2, 3].forEach(() => gateway.append('a/x')));
    widget.feed.change({ policy: 'every' });
    await gateway.clock.pass(200);
    await burst();
    const { matched, withheld, delivered, lost } = widget.feed.ledger().get('a/x')!;
    expect({ matched, lost, sum: withheld + delivered }).toEqual({ matched: 12, lost: 0, sum: 12 });
    expect(widget.readings.slice(0, 4)).toEqual(['a/x#1', 'a/x#2', 'a/x#3', 'a/x#6']);
    expect(widget.readings.slice(-3)).toEqual(ordinals('a/x', 10, 12));
  });

  it('follows other series from where it stands, and books nothing of what it did not ask for', async () => {
    for (let i = 0; i < 5; i++) gateway.append('b/x');
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    widget.feed.change({ filters: ['b/#'] });
    await gateway.clock.pass(100);
    for (let i = 0; i < 3; i++) gateway.append('a/x');
    gateway.append('b/x');
    await gateway.clock.pass(100);
    widget.feed.change({ filters: ['a/#', 'b/#'] });
    await gateway.clock.pass(100);
    gateway.append('a/x');
    gateway.append('b/x');
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(['a/x#1', 'b/x#6', 'a/x#5', 'b/x#7']);
    for (const entry of widget.feed.ledger().values())
      expect(entry).toEqual({ matched: 2, delivered: 2, withheld: 0, lost: 0 });
  });

  it('holds over a change of the transport and over a loss', async () => {
    const widget = listen({ transport });
    await gateway.clock.pass(100);
    widget.feed.change({ filters: ['b/#'] });
    widget.feed.use(transport === 'sse' ? 'websocket' : 'sse');
    gateway.append('b/x');
    await gateway.clock.pass(100);
    for (const each of TRANSPORTS) gateway.cut(each);
    gateway.append('b/x');
    gateway.append('a/x');
    await gateway.pass(10_000);
    expect(widget.readings).toEqual(ordinals('b/x', 1, 2));
  });
});

describe('a change of contract', () => {
  it('before somebody listens is just what will be asked for', async () => {
    const feed = client.feed({ filters: ['a/#'], transport: 'sse' });
    feed.change({ filters: ['b/#'], policy: 'latest', maxHz: 3 });
    new Listener(feed);
    await gateway.clock.pass(100);
    expect(gateway.requests.map(({ wants }) => wants)).toEqual([
      [{ id: '1', filters: ['b/#'], policy: 'latest', maxHz: 3 }],
    ]);
  });

  it('to what is asked for already is none', async () => {
    const widget = listen({ transport: 'sse' });
    await gateway.clock.pass(100);
    widget.feed.change({ filters: ['a/#'], policy: 'every' });
    widget.feed.change({});
    await gateway.clock.pass(100);
    expect(gateway.requests).toHaveLength(1);
  });

  it('to what no gateway could take is refused at once, and the next one saves the feed', async () => {
    const widget = listen();
    await gateway.clock.pass(100);
    widget.feed.change({ filters: ['a/#/b'] });
    expect(widget.state).toMatchObject({ phase: 'refused' });
    expect(widget.state.reason).toMatch(/^filters\.0/);
    await gateway.clock.pass(100);
    expect(gateway.lines.size).toBe(0);
    gateway.append('a/x');
    widget.feed.change({ filters: ['a/#'] });
    await gateway.clock.pass(100);
    expect(widget.state.phase).toBe('live');
    expect(widget.readings).toEqual(['a/x#1']);
  });
});

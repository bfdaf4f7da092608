import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import type { FeedOptions, Telewire } from './index.js';

/** Long-poll brings readings while streams are tried beside it: two lanes that may begin at two places. */
describe('auto beside a stream that is silent', () => {
  let gateway: ScriptedGateway;
  let client: Telewire;

  const listen = (options: Partial<FeedOptions> = {}) =>
    new Listener(client.feed({ filters: ['a/#'], transport: 'auto', ...options }));
  /** Readings come, one in 20 ms. */
  const pass = async (readings: number) => {
    for (let i = 0; i < readings; i++) {
      gateway.append('a/x');
      await gateway.clock.pass(20);
    }
  };
  const wait = (ms: number) => new Promise<void>((done) => gateway.clock.schedule(() => done(), ms));

  beforeEach(() => {
    gateway = new ScriptedGateway();
    client = gateway.client();
  });
  afterEach(() => leavesNothing(client, gateway));

  it('skips nothing where a stream that begins is ahead of the polls', async () => {
    const far = gateway.client({
      fetch: async (input, init) => {
        const isStream = (input as URL).pathname.includes('stream');
        if (isStream) await wait(450);
        const answer = await gateway.fetch(input, init);
        if (!isStream) await wait(300);
        return answer;
      },
    });
    gateway.silent.add('websocket');
    const widget = new Listener(far.feed({ filters: ['a/#'], transport: 'auto' }));
    await pass(600);
    expect(widget.state.delivering).toBe('http-stream');
    expect(widget.feed.ledger().get('a/x')).toMatchObject({ withheld: 0, lost: 0 });
    expect(widget.snapshots).toHaveLength(1);
    expect(widget.gaps).toEqual([]);
    far.close();
  });

  it.each(['restart', 'evict'] as const)('tells of a gap once, and repeats nothing (%s)', async (what) => {
    const widget = listen();
    await pass(20);
    expect(widget.state.delivering).toBe('websocket');
    // Who listens again goes on from the cursor.
    widget.stop();
    gateway.silent.add('websocket').add('http-stream');
    if (what === 'restart') gateway.restart();
    else {
      for (let i = 0; i < 30; i++) gateway.append('a/x');
      gateway.evict();
    }
    widget.start();
    await pass(1500);
    expect(widget.state.delivering).toBe('sse');
    expect(widget.gaps).toHaveLength(1);
    const behind = widget.readings.slice(100);
    const first = Number(behind[0]!.split('#')[1]);
    expect(behind).toEqual(ordinals('a/x', first, first + behind.length - 1));
  });

  it('books what is withheld behind such a gap as withheld', async () => {
    const widget = listen({ policy: 'latest', maxHz: 10 });
    await pass(20);
    widget.stop();
    gateway.silent.add('websocket').add('http-stream');
    for (let i = 0; i < 30; i++) gateway.append('a/x');
    gateway.evict();
    widget.start();
    await pass(1000);
    expect(widget.gaps).toHaveLength(1);
    const { lost } = widget.feed.ledger().get('a/x')!;
    for (let i = 0; i < 800; i++) {
      gateway.burst(() => [1, 2, 3, 4, 5].forEach(() => gateway.append('a/x')));
      await gateway.clock.pass(20);
    }
    expect(widget.state.delivering).toBe('sse');
    expect(widget.gaps).toHaveLength(1);
    expect(widget.feed.ledger().get('a/x')!.lost).toBe(lost);
  });
});

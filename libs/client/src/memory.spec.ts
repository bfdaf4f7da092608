import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import type { Telewire } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (from: Telewire) => new Listener(from.feed({ filters: ['a/#'], transport: 'auto' }));
const attempts = () => gateway.sockets + gateway.requests.length;

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

describe('auto remembers', () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
  };
  const KEY = 'telewire:http://gateway.test';
  /** What a page tries first. */
  const firstOfPage = async (memory: ReturnType<typeof storage>) => {
    const page = gateway.client({ memory });
    const before = attempts();
    const widget = listen(page);
    await gateway.clock.pass(0);
    const { transport } = widget.states.find(({ phase }) => phase === 'connecting')!;
    await gateway.clock.pass(200);
    const { delivering } = widget.state;
    page.close();
    await gateway.clock.pass(0);
    return { transport, delivering, attempts: attempts() - before };
  };

  it('what worked with this gateway, so that the next page begins with it', async () => {
    const memory = storage();
    gateway.silent.add('websocket').add('http-stream');
    client = gateway.client({ memory });
    const widget = listen(client);
    await gateway.pass(30_000);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'sse' });
    expect([...memory.kept.keys()]).toEqual([KEY]);
    expect(await firstOfPage(memory)).toMatchObject({ transport: 'sse', delivering: 'sse', attempts: 1 });
    client.close();
    await gateway.clock.pass(31 * 60_000);
    expect(await firstOfPage(memory)).toMatchObject({ transport: 'websocket' });
  });

  it('nothing once the best has worked', async () => {
    const memory = storage();
    memory.setItem(KEY, JSON.stringify({ transport: 'poll', at: gateway.clock.now() }));
    client = gateway.client({ memory });
    listen(client);
    await gateway.pass(60_000);
    expect([...gateway.lines].map(({ transport }) => transport)).toEqual(['websocket']);
    expect(memory.kept.size).toBe(0);
  });

  it.each([
    ['something else', 'half'],
    ['another transport', '{"transport":"pigeon","at":0}'],
    ['a time to come', JSON.stringify({ transport: 'poll', at: 4e12 })],
  ])('the best where %s is noted', async (_what, text) => {
    const memory = storage();
    memory.setItem(KEY, text);
    expect(await firstOfPage(memory)).toMatchObject({ transport: 'websocket' });
  });

  it('within the client where nothing may be kept', async () => {
    const refused = () => {
      throw new DOMException('no', 'SecurityError');
    };
    client = gateway.client({ memory: { getItem: refused, setItem: refused, removeItem: refused } });
    gateway.down.add('websocket').add('http-stream');
    listen(client);
    await gateway.pass(6_000);
    const before = attempts();
    const later = listen(client);
    await gateway.clock.pass(100);
    expect(later.state).toMatchObject({ phase: 'live', transport: 'sse' });
    expect(attempts() - before).toBe(1);
  });
});

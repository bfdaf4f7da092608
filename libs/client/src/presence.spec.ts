import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type Telewire, type TransportChoice } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (transport: TransportChoice, from = client) => new Listener(from.feed({ filters: ['a/#'], transport }));
const away = () => {
  TRANSPORTS.forEach((each) => gateway.down.add(each));
  TRANSPORTS.filter((each) => each !== 'poll').forEach((each) => gateway.cut(each));
};
const time = async (until: () => boolean) => {
  const begun = gateway.clock.now();
  while (!until() && gateway.clock.now() - begun < 60_000) await gateway.pass(50);
  return gateway.clock.now() - begun;
};
const INVENTORY = { at: 0, asOf: 'k3f9a2b1.1z4', devices: [], series: [] };

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

describe('a gateway that is back', () => {
  it.each([1, 2, 3, 4, 5])(
    'is found by all channels within the spread of the first (draws of seed %d)',
    async (seed) => {
      let state = seed * 7919;
      client = gateway.client({ random: () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647 });
      const widgets = TRANSPORTS.map((each) => listen(each));
      await gateway.pass(30_000);
      away();
      await gateway.clock.pass(40_000);
      gateway.down.clear();
      const first = await time(() => widgets.some(({ state: { phase } }) => phase === 'live'));
      const rest = await time(() => widgets.every(({ state: { phase } }) => phase === 'live'));
      expect(first).toBeLessThanOrEqual(15_000);
      expect(rest).toBeLessThanOrEqual(gateway.reconnectSpreadMs + 50);
    },
  );

  it('is found by a channel when a request is answered, and the widget knows of the new time', async () => {
    const widget = listen('websocket');
    await gateway.clock.pass(100);
    away();
    await gateway.clock.pass(14_000);
    gateway.down.clear();
    gateway.answers.push(() => Response.json(INVENTORY));
    const before = widget.state.retryAt!;
    expect(before).toBeGreaterThan(gateway.clock.now() + 2_000);
    await client.inventory();
    expect(widget.state.retryAt).toBe(gateway.clock.now() + 1_000);
    await gateway.clock.pass(1_050);
    expect(widget.state.phase).toBe('live');
  });

  it('is not taken to be back by an answer that is not from it', async () => {
    const widget = listen('websocket');
    await gateway.clock.pass(100);
    away();
    await gateway.clock.pass(14_000);
    const before = widget.state.retryAt!;
    gateway.answers.push(() => new Response('<html>', { status: 502 }));
    await expect(client.inventory()).rejects.toThrow();
    expect(widget.state.retryAt).toBe(before);
  });

  it('is found by auto in the midst of its pause', async () => {
    const widget = listen('auto');
    await gateway.clock.pass(100);
    away();
    const pausing = () => widget.state.phase === 'resuming' && widget.state.retryAt! > gateway.clock.now() + 3_000;
    await time(pausing);
    gateway.down.clear();
    gateway.answers.push(() => Response.json(INVENTORY));
    await client.inventory();
    await gateway.clock.pass(gateway.reconnectSpreadMs + 100);
    expect(widget.state).toMatchObject({ phase: 'live', transport: 'websocket' });
  });

  it('is found in time by who comes only after that was known', async () => {
    const early = listen('websocket');
    await gateway.clock.pass(100);
    away();
    await gateway.clock.pass(14_000);
    early.stop();
    gateway.down.clear();
    gateway.answers.push(() => Response.json(INVENTORY));
    await client.inventory();
    const late = listen('websocket');
    expect(await time(() => late.state.phase === 'live')).toBeLessThanOrEqual(1_050);
  });
});

describe('a channel that is blocked while others work', () => {
  it('is not tried more often for it, however much they bring', async () => {
    gateway.down.add('websocket');
    listen('websocket');
    listen('sse');
    await gateway.pass(60_000);
    const before = gateway.sockets;
    for (let i = 0; i < 600; i++) {
      gateway.append('a/x');
      await gateway.pass(1_000);
    }
    expect(gateway.sockets - before).toBeLessThanOrEqual(600 / 7.5);
  });

  it('is tried at most once more in 15 s, however often requests are answered and others come and go', async () => {
    gateway.down.add('websocket');
    listen('websocket');
    listen('sse');
    await gateway.clock.pass(60_000);
    const before = gateway.sockets;
    for (let i = 0; i < 100; i++) {
      gateway.answers.push(() => Response.json(INVENTORY));
      await client.inventory();
      await gateway.clock.pass(3_000);
      gateway.cut('sse');
      await gateway.clock.pass(3_000);
    }
    expect(gateway.sockets - before).toBeLessThanOrEqual(600 / 7.5 + 600 / 15);
  });
});

it('fifty clients come back spread, not in a burst', async () => {
  let state = 11;
  const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const clients = Array.from({ length: 50 }, () => gateway.client({ random }));
  for (const each of clients)
    for (const transport of ['websocket', 'sse', 'long-poll'] as const) listen(transport, each);
  await gateway.clock.pass(500);
  away();
  await gateway.clock.pass(40_000);
  gateway.down.clear();
  const tries: number[] = [];
  for (let i = 0; i < 180; i++) {
    const before = gateway.sockets + gateway.requests.length;
    await gateway.pass(100);
    tries.push(gateway.sockets + gateway.requests.length - before);
  }
  // 50 clients with three channels each over up to 15 s; long-poll asks twice.
  expect(Math.max(...tries)).toBeLessThan(20);
  expect(gateway.lines.size).toBe(150);
  clients.forEach((each) => each.close());
});

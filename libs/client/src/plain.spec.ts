import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { connect, TRANSPORTS, type Batch, type Telewire } from './plain.js';

let gateway: ScriptedGateway;
let client: Telewire;
const named = (batch: Batch) =>
  batch.kind === 'readings' ? batch.readings.map(({ series, n }) => `${series}#${n}`) : [];

beforeEach(() => {
  gateway = new ScriptedGateway();
  const { fetch, WebSocket, clock: scheduler } = gateway;
  client = connect({ url: 'http://gateway.test', fetch, WebSocket, scheduler, random: () => 0.5 });
});

afterEach(async () => {
  client.close();
  await gateway.clock.pass(0);
  expect(gateway.clock.pending).toBe(0);
  expect(gateway.lines.size).toBe(0);
});

it.each(TRANSPORTS)('calls back with readings over %s, and is closed after the last has left', async (transport) => {
  const feed = client.feed({ filters: ['a/#'], transport });
  const heard: string[] = [];
  const phases = new Set<string>();
  const state = feed.state.subscribe(({ phase }) => phases.add(phase));
  const listening = feed.batches.subscribe((batch) => heard.push(...named(batch)));
  await gateway.clock.pass(100);
  gateway.append('a/x');
  gateway.append('a/x');
  await gateway.clock.pass(100);
  expect(heard).toEqual(ordinals('a/x', 1, 2));
  listening.unsubscribe();
  state.unsubscribe();
  expect([...phases]).toEqual(['closed', 'connecting', 'live']);
  expect(feed.ledger().get('a/x')).toMatchObject({ matched: 2, delivered: 2, lost: 0 });
});

it('brings each reading once to a loop that takes its time, while the line is lost and changed', async () => {
  const feed = client.feed({ filters: ['a/#'] });
  const heard: string[] = [];
  const loop = (async () => {
    for await (const batch of feed.batches) {
      heard.push(...named(batch));
      await new Promise((resolve) => gateway.clock.schedule(() => resolve(undefined), 40));
    }
  })();
  await gateway.clock.pass(100);
  for (let i = 0; i < 30; i++) {
    if (i === 10) gateway.cut('websocket');
    if (i === 20) feed.use('sse');
    gateway.append('a/x');
    await gateway.clock.pass(100);
  }
  await gateway.clock.pass(5_000);
  client.close();
  await gateway.clock.pass(100);
  await loop;
  expect(heard).toEqual(ordinals('a/x', 1, 30));
});

it('gives the clock and the inventory', async () => {
  const offsets: number[] = [];
  gateway.answers.push(() => Response.json({ at: gateway.clock.now() + 500 }));
  const listening = client.clock.subscribe(({ offsetMs }) => offsets.push(offsetMs));
  await gateway.clock.pass(100);
  listening.unsubscribe();
  expect(offsets).toEqual([500]);
  gateway.answers.push(() => Response.json({ at: 0, asOf: 'k3f9a2b1.1z4', devices: [], series: [] }));
  expect(await client.inventory()).toMatchObject({ asOf: 'k3f9a2b1.1z4' });
});

it('ends a loop over the batches when the client is closed, and one that begins later', async () => {
  const { batches } = client.feed({ filters: ['a/#'] });
  const over = async () => {
    for await (const _ of batches) throw new Error('nothing was sent');
    return 'over';
  };
  const first = over();
  await gateway.clock.pass(100);
  client.close();
  expect(await first).toBe('over');
  expect(await over()).toBe('over');
});

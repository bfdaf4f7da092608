import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mqtt from 'mqtt';
import { begin, BrokerBench, connected, publish, until } from '../testing/broker-bench.js';
import { latch } from '../testing/latch.js';
import type { Message } from './broker.js';

describe('an external broker', () => {
  let bench: BrokerBench;

  beforeEach(() => {
    bench = new BrokerBench();
  });

  afterEach(() => bench.clear());

  it('delivers what devices send, and takes an acknowledgement only once it has been kept', async () => {
    const { port, aedes } = await bench.serve();
    const arrived = latch<Message>();
    const kept = latch();
    const order: string[] = [];
    const broker = await begin(bench.link(port), async (message) => {
      arrived.open(message);
      await kept.opened;
      order.push('kept');
    });
    await connected(broker);
    const acknowledged = once(aedes, 'ack').then(() => order.push('acknowledged'));
    await publish(port, 'telewire/data/a', 'x');
    expect(await arrived.opened).toMatchObject({ topic: 'telewire/data/a' });
    // Several round trips: an early PUBACK would have come before their end.
    await publish(port, 'elsewhere', 'x');
    expect(order).toEqual([]);
    kept.open();
    await acknowledged;
    expect(order).toEqual(['kept', 'acknowledged']);
  });

  it('has many messages taken before the first is kept, and gets their acknowledgements in order', async () => {
    const { port, aedes } = await bench.serve();
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    const arrived: { text: string; keep: () => void }[] = [];
    const all = latch();
    const broker = await begin(bench.link(port), ({ payload }) => {
      return new Promise((keep) => {
        arrived.push({ text: Buffer.from(payload).toString(), keep });
        if (arrived.length === numbers.length) all.open();
      });
    });
    await connected(broker);
    const acknowledged: number[] = [];
    const done = latch();
    aedes.on('ack', ({ messageId }) => {
      acknowledged.push(messageId!);
      if (acknowledged.length === numbers.length) done.open();
    });
    const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
    bench.add(() => device.endAsync(true));
    await Promise.all(numbers.map((n) => device.publishAsync('telewire/data/a', String(n), { qos: 1 })));
    await all.opened;
    expect(arrived.map(({ text }) => Number(text))).toEqual(numbers);
    expect(acknowledged).toEqual([]);
    // The last is kept first; each acknowledgement still waits for those before it.
    arrived.toReversed().forEach(({ keep }) => keep());
    await done.opened;
    expect(acknowledged).toEqual(acknowledged.toSorted((a, b) => a - b));
  });

  it('that sends what cannot be taken is left, says why, and asked for it again with what came after it', async () => {
    const { port } = await bench.serve();
    const heard: string[] = [];
    const all = latch();
    let full = true;
    const broker = await begin(bench.link(port), ({ payload }) => {
      const text = Buffer.from(payload).toString();
      heard.push(text);
      if (text === '2' && full) return Promise.reject(new Error('no room'));
      if (!full && text === '3') all.open();
      return Promise.resolve();
    });
    await connected(broker);
    const left = until(broker, (state) => !state.connected);
    for (const text of ['1', '2', '3']) await publish(port, 'telewire/data/a', text);
    expect(await left).toEqual({ connected: false, reason: 'cut, for what it sends cannot be taken: no room' });
    full = false;
    await all.opened;
    expect(heard.filter((each) => each === '1')).toHaveLength(1);
    expect(heard.slice(-2)).toEqual(['2', '3']);
  });

  it('is left for longer each time while nothing can be taken, although each time it was reached', async () => {
    const { port, aedes } = await bench.serve();
    const REFUSALS = 9;
    const firstRetryMs = 5;
    const broker = await begin(bench.link(port, { firstRetryMs }), () => Promise.reject(new Error('no room')));
    const startedAt = performance.now();
    for (let refused = 0; refused < REFUSALS; refused++) {
      await connected(broker);
      const lost = until(broker, (state) => !state.connected);
      // At QoS 0, for what came again would be refused before the subscription is granted.
      const said = {
        cmd: 'publish',
        topic: 'telewire/data/a',
        payload: 'x',
        qos: 0,
        retain: false,
        dup: false,
      } as const;
      await new Promise<void>((resolve) => aedes.publish(said, () => resolve()));
      await lost;
    }
    // Half of 5 + 10 + 20 + … ms at least, for which no machine is too slow.
    expect(performance.now() - startedAt).toBeGreaterThan((firstRetryMs * (2 ** (REFUSALS - 1) - 1)) / 2);
  });

  it('is not asked again before all that it has sent is settled', async () => {
    const { port, aedes } = await bench.serve();
    const arrived = latch();
    const kept = latch();
    let connections = 0;
    aedes.on('client', ({ id }) => id === 'gateway' && connections++);
    const broker = await begin(bench.link(port), () => {
      arrived.open();
      return kept.opened;
    });
    await connected(broker);
    await publish(port, 'telewire/data/a', 'x');
    await arrived.opened;
    const lost = until(broker, (state) => !state.connected);
    const [session] = Object.values((aedes as unknown as { clients: Record<string, { conn: Socket }> }).clients);
    session!.conn.destroy();
    await lost;
    // Many times the first pause of a millisecond, in round trips.
    for (let i = 0; i < 20; i++) await publish(port, 'elsewhere', 'x');
    expect(connections).toBe(1);
    kept.open();
    await connected(broker);
    expect(connections).toBe(2);
  });

  it('keeps what arrives while the link is cut, and hands it over when it is back', async () => {
    const { port, aedes } = await bench.serve();
    const heard: string[] = [];
    const all = latch();
    const take = ({ payload }: Message) => {
      heard.push(Buffer.from(payload).toString());
      if (heard.length === 3) all.open();
      return Promise.resolve();
    };
    const first = await begin(bench.link(port), take);
    await connected(first);
    const left = once(aedes, 'clientDisconnect');
    await first.stop();
    await left;
    for (const text of ['1', '2', '3']) await publish(port, 'telewire/data/a', text);
    await begin(bench.link(port), take);
    await all.opened;
    expect(heard).toEqual(['1', '2', '3']);
  });
});

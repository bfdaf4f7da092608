import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { Network, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { type Batch, connect, type Feed, type Telewire, type TransportName, TRANSPORTS } from '@telewire/client';
import { type BrokerAtTest, mosquitto } from '../support/brokers.js';
import { startGateway } from '../support/containers.js';
import { describeInDocker, docker, freePort } from '../support/docker.js';
import { eventually } from '../support/eventually.js';
import { type NumberedDevice, numberedDevice } from '../support/numbered-device.js';
import { readiness } from '../support/readiness.js';

jest.setTimeout(180_000);

const RATE_HZ = 50;
const PAUSE_S = 20;

/** A client on one transport, and what it was given. */
class Watcher {
  readonly values: number[] = [];
  readonly ordinals: number[] = [];
  readonly gaps: Extract<Batch, { kind: 'gap' }>[] = [];
  /** How many values had come when the last gap was told. */
  beforeGap = 0;
  /** Of them those of snapshots, which no ledger counts: they are the present, and not what was matched since. */
  inSnapshots = 0;
  readonly #telewire: Telewire;
  readonly #feed: Feed;

  constructor(
    url: string,
    readonly transport: TransportName,
    private readonly series: string,
  ) {
    this.#telewire = connect({ url });
    this.#feed = this.#telewire.feed({ filters: [series], transport });
    this.#feed.batches.subscribe((batch) => {
      if (batch.kind === 'gap') {
        this.gaps.push(batch);
        this.beforeGap = this.values.length;
        return;
      }
      if (batch.kind === 'snapshot') this.inSnapshots += batch.readings.length;
      this.values.push(...batch.readings.map(({ value }) => Number(value)));
      this.ordinals.push(...batch.readings.map(({ n }) => n));
    });
  }

  get ledger() {
    return this.#feed.ledger().get(this.series);
  }

  close(): void {
    this.#telewire.close();
  }
}

const counted = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describeInDocker('five clients of a gateway in a container', () => {
  let front: StartedNetwork;
  let field: StartedNetwork;
  let broker: BrokerAtTest;
  let gateway: StartedTestContainer;
  let url: string;
  let client: MqttClient;
  let device: NumberedDevice;
  let watchers: Watcher[];
  let cases = 0;

  const each = (check: (watcher: Watcher) => void) => {
    for (const watcher of watchers) {
      try {
        check(watcher);
      } catch (error) {
        throw new Error(`${watcher.transport}: ${(error as Error).message}`, { cause: error });
      }
    }
  };
  const ready = (expected: unknown) => eventually(async () => expect(await readiness(url)).toEqual(expected));
  /** Resolves once every client has what was sent last; the device says nothing more. */
  const settled = async () => {
    const last = await device.stop();
    await eventually(() => each(({ values }) => expect(values.at(-1)).toBe(last)));
    return last;
  };
  /**
   * Nothing is missing, no ordinal came twice, nobody was told of a gap, and the ledger says the same. A number may have an
   * ordinal more: what was not acknowledged in time is sent again, and the gateway takes it for another reading.
   */
  const whole = (last: number) =>
    each(({ values, ordinals, gaps, inSnapshots, ledger }) => {
      expect([...new Set(values)].sort((a, b) => a - b)).toEqual(counted(values[0]!, last));
      expect(ordinals).toEqual(counted(ordinals[0]!, ordinals.at(-1)!));
      expect(gaps).toEqual([]);
      const delivered = values.length - inSnapshots;
      expect(ledger).toEqual({ delivered, matched: delivered, withheld: 0, lost: 0 });
    });
  /** Another second and more of readings has come to everybody. */
  const flowing = () => {
    const goal = watchers.map(({ values }) => values.length + RATE_HZ);
    return eventually(() => watchers.forEach(({ values }, i) => expect(values.length).toBeGreaterThan(goal[i]!)));
  };

  beforeAll(async () => {
    [front, field] = await Promise.all([new Network().start(), new Network().start()]);
    broker = await mosquitto(field);
    const port = await freePort();
    // Browsers reach it through one network and it reaches the broker through the other, which can be cut alone.
    gateway = await startGateway({ network: front, alias: 'gateway', port }, broker.gateway);
    await docker('network', 'connect', field.getName(), gateway.getId());
    url = `http://localhost:${port}`;
    await ready(true);
  });

  afterAll(async () => {
    await gateway?.stop();
    await broker?.container.stop();
    await Promise.all([front?.stop(), field?.stop()]);
  });

  beforeEach(async () => {
    client = await broker.device({ clientId: 'counter', clean: false, reconnectPeriod: 250 });
    // A series of its own: what the case before said is not in its snapshot.
    const name = `lab/counter-${++cases}`;
    device = numberedDevice(client, name, RATE_HZ);
    watchers = TRANSPORTS.map((transport) => new Watcher(url, transport, `${name}/x`));
    await flowing();
  });

  afterEach(async () => {
    for (const watcher of watchers) watcher.close();
    await client.endAsync(true);
  });

  it('go on without a gap after the gateway was paused for 20 s', async () => {
    await docker('pause', gateway.getId());
    const goal = device.sent + PAUSE_S * RATE_HZ;
    await ready('no answer');
    await eventually(() => expect(device.sent).toBeGreaterThan(goal));
    await docker('unpause', gateway.getId());
    await ready(true);
    await flowing();
    whole(await settled());
  });

  it('go on without a gap after the network between gateway and broker was cut', async () => {
    await docker('network', 'disconnect', field.getName(), gateway.getId());
    await ready(expect.stringMatching(/^MQTT broker: /));
    const goal = device.sent + RATE_HZ;
    await eventually(() => expect(device.sent).toBeGreaterThan(goal));
    await docker('network', 'connect', field.getName(), gateway.getId());
    await ready(true);
    await flowing();
    whole(await settled());
  });

  it('go on without a gap after the broker was restarted', async () => {
    await docker('stop', broker.container.getId());
    await ready(expect.stringMatching(/^MQTT broker: /));
    const goal = device.sent + RATE_HZ;
    await eventually(() => expect(device.sent).toBeGreaterThan(goal));
    await docker('start', broker.container.getId());
    await ready(true);
    await flowing();
    whole(await settled());
  });

  it.each([
    ['stopped', 'stop'],
    ['killed', 'kill'],
  ])('are told of a restart after the gateway was %s, and go on with what came meanwhile', async (how, command) => {
    await docker(command, gateway.getId());
    expect(await readiness(url)).toBe('not there');
    const goal = device.sent + RATE_HZ;
    await eventually(() => expect(device.sent).toBeGreaterThan(goal));
    const downAt = device.sent;
    await docker('start', gateway.getId());
    await ready(true);
    await flowing();
    const last = await settled();
    each(({ transport, values, gaps, beforeGap }) => {
      expect(gaps).toEqual([expect.objectContaining({ reason: 'restarted' })]);
      const before = values.slice(0, beforeGap);
      const after = values.slice(beforeGap);
      expect(before).toEqual(counted(before[0]!, before.at(-1)!));
      expect(after).toEqual(counted(after[0]!, last));
      expect(after[0]!).toBeLessThanOrEqual(downAt);
      // The journal lives in memory, but a stop in order empties it into the requests that are open.
      if (how === 'stopped' && transport !== 'poll') expect(after[0]).toBe(before.at(-1)! + 1);
    });
  });
});

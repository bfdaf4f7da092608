import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { filter, firstValueFrom, map, timeout } from 'rxjs';
import { Network, type StartedNetwork } from 'testcontainers';
import { type Batch, connect, type Telewire, TRANSPORTS } from '@telewire/client';
import { type DeviceInfo, topicOf } from '@telewire/telemetry';
import { type BrokerAtTest, mosquitto, oldBroker } from '../support/brokers.js';
import { CleanUp } from '../support/clean-up.js';
import { startGateway, startSimulator } from '../support/containers.js';
import { describeInDocker, docker, freePort } from '../support/docker.js';
import { eventually } from '../support/eventually.js';
import { readiness } from '../support/readiness.js';

jest.setTimeout(120_000);

const SCALE: DeviceInfo = {
  device: 'lab/scale',
  label: 'Scale',
  type: 'scale',
  simulated: false,
  series: [{ series: 'lab/scale/mass', label: 'Mass', kind: 'number', unit: 'kg', intervalMs: 1000 }],
};
const STATUS = topicOf('status', SCALE.device);
// Only a hung test waits this long.
const PATIENCE_MS = 30_000;
const RETAINED = { qos: 1, retain: true } as const;

describeInDocker('a gateway in a container', () => {
  const standing = new CleanUp();
  let network: StartedNetwork;
  let broker: BrokerAtTest;

  const begin = async (start: typeof mosquitto) => {
    network = await new Network().start();
    standing.add(() => network.stop());
    broker = await start(network);
    standing.add(() => broker.container.stop());
  };
  /** Starts a gateway at the broker. */
  const gatewayAt = async (alias: string, env = broker.gateway) => {
    const port = await freePort();
    const container = await startGateway({ network, alias, port }, env);
    return { container, url: `http://localhost:${port}` };
  };

  describe.each([
    ['Mosquitto (MQTT 5)', mosquitto],
    ['a broker that speaks 3.1.1 alone', oldBroker],
  ])('at %s', (_name, start) => {
    let device: MqttClient;
    let telewire: Telewire;

    const seen = (series: string, value: unknown) =>
      firstValueFrom(
        telewire.feed({ filters: [series] }).batches.pipe(
          map((batch) => (batch.kind === 'gap' ? [] : batch.readings)),
          filter((readings) => readings.some((each) => each.series === series && each.value === value)),
          timeout(PATIENCE_MS),
        ),
      );

    beforeAll(async () => {
      await begin(start);
      const { container, url } = await gatewayAt('gateway');
      standing.add(() => container.stop());
      await eventually(async () => expect(await readiness(url)).toBe(true));
      telewire = connect({ url });
      standing.add(() => telewire.close());
      device = await broker.device();
      standing.add(() => device.endAsync(true));
    });

    afterAll(() => standing.run());

    it.each(TRANSPORTS)('brings a reading from the broker over %s', async (transport) => {
      const mass = 70 + TRANSPORTS.indexOf(transport) / 2;
      const pack = [{ bn: 'lab/scale/', n: 'mass', u: 'kg', v: mass }];
      const feed = telewire.feed({ filters: ['lab/scale/mass'], transport });
      const batches: Batch[] = [];
      const listening = feed.batches.subscribe((batch) => batches.push(batch));
      try {
        await firstValueFrom(feed.state.pipe(filter(({ phase }) => phase === 'live')));
        await device.publishAsync(topicOf('data', 'lab/scale'), JSON.stringify(pack), { qos: 1 });
        const reading = expect.objectContaining({ series: 'lab/scale/mass', value: mass });
        const arrival = { kind: 'readings', transport, readings: [reading] };
        await eventually(() => expect(batches).toContainEqual(arrival));
      } finally {
        listening.unsubscribe();
      }
    });

    it('knows what a device announced before it came, for that is retained', async () => {
      await device.publishAsync(topicOf('info', SCALE.device), JSON.stringify(SCALE), RETAINED);
      const late = await gatewayAt('late');
      try {
        const client = connect({ url: late.url });
        const scale = expect.objectContaining({ device: 'lab/scale', label: 'Scale' });
        await eventually(async () => expect((await client.inventory()).devices).toContainEqual(scale));
        client.close();
      } finally {
        await late.container.stop();
      }
    });

    it('hears from the Last Will that a device has died', async () => {
      const will = { topic: STATUS, payload: Buffer.from('offline'), ...RETAINED };
      const dying = await broker.device({ will, reconnectPeriod: 0 });
      await dying.publishAsync(STATUS, 'online', RETAINED);
      await seen('lab/scale/status', 'online');
      dying.stream.destroy();
      await seen('lab/scale/status', 'offline');
    });

    it('shows the fleet of a simulator in a container, and that it is gone when that is killed', async () => {
      const simulator = await startSimulator(network, broker.simulator, ['--beds', '1', '--stations', '0']);
      try {
        await seen('icu/bed-01/status', 'online');
        await docker('kill', simulator.getId());
        await seen('icu/bed-01/status', 'offline');
      } finally {
        await simulator.stop();
      }
    });
  });

  describe('at a broker that asks for passwords', () => {
    beforeAll(() => begin(mosquitto));
    afterAll(() => standing.run());

    it('says at /health/ready and in its log that its own is refused', async () => {
      const { container, url } = await gatewayAt('gateway', { ...broker.gateway, MQTT_PASSWORD: 'wrong-one' });
      try {
        const said = 'it refuses the user name or password';
        await eventually(async () => expect(await readiness(url)).toBe(`MQTT broker: ${said}`));
        const { stdout, stderr } = await docker('logs', container.getId());
        expect(`${stdout}${stderr}`).toContain(`not connected to broker:1883: ${said}; trying again`);
        expect(`${stdout}${stderr}`).not.toContain('wrong-one');
      } finally {
        await container.stop();
      }
    });

    it('has beside it a simulator that says what to set', async () => {
      const simulator = await startSimulator(network, { ...broker.simulator, MQTT_PASSWORD: 'wrong-one' });
      try {
        await eventually(async () => {
          const { stdout } = await docker('logs', simulator.getId());
          expect(stdout).toContain('set MQTT_USERNAME and MQTT_PASSWORD');
        });
      } finally {
        await simulator.stop();
      }
    });

    it('is no way round it: nobody comes in without one', async () => {
      const anonymous = broker.device({ username: undefined, password: undefined, reconnectPeriod: 0 });
      await expect(anonymous).rejects.toThrow(/not authorized/i);
    });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Network, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { TRANSPORTS } from '@telewire/client';
import { type BrokerAtTest, mosquitto, oldBroker } from '../support/brokers.js';
import { CleanUp } from '../support/clean-up.js';
import { startGateway } from '../support/containers.js';
import { describeInDocker, docker, freePort } from '../support/docker.js';
import { eventually } from '../support/eventually.js';
import { type NumberedDevice, numberedDevice } from '../support/numbered-device.js';
import { readiness } from '../support/readiness.js';
import { Watcher } from '../support/watcher.js';

jest.setTimeout(180_000);

const RATE_HZ = 50;
const PAUSE_S = 20;

const counted = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const networkCalled = (name: string) => new Network({ nextUuid: () => `telewire-test-${name}-${process.pid}` }).start();

describeInDocker('five clients of a gateway in a container', () => {
  describe.each([
    ['Mosquitto', mosquitto],
    ['a broker that speaks 3.1.1 alone', oldBroker],
  ])('at %s', (_name, startTestBroker) => {
    // The other one keeps what waits in memory, and hands it over among what is new.
    const remembers = startTestBroker === mosquitto;
    /** Each number once, in the order in which the broker had to hand them over. */
    const distinct = (values: readonly number[]) => {
      const once = [...new Set(values)];
      return remembers ? once : once.sort((a, b) => a - b);
    };

    const standing = new CleanUp();
    const own = new CleanUp();
    let field: StartedNetwork;
    let broker: BrokerAtTest;
    let gateway: StartedTestContainer;
    let url: string;
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
    /** The device has said so many numbers more. */
    const said = (more: number) => {
      const goal = device.sent + more;
      return eventually(() => expect(device.sent).toBeGreaterThan(goal));
    };
    /** Another second and more of readings has come to everybody. */
    const flowing = () => {
      const goals = watchers.map(({ values }) => values.length + RATE_HZ);
      return eventually(() => watchers.forEach(({ values }, i) => expect(values.length).toBeGreaterThan(goals[i]!)));
    };
    /** Resolves with the last number once every client has it; the device says nothing more. */
    const settled = async () => {
      const last = await device.stop();
      await eventually(() => each(({ values }) => expect(values).toContain(last)));
      return last;
    };
    /**
     * Nothing is missing, no ordinal came twice, nobody was told of a gap, and the ledger says the same. A number may have
     * an ordinal more: what was not acknowledged in time is sent again, and the gateway takes it for another reading.
     */
    const whole = (last: number) =>
      each(({ values, ordinals, gaps, inSnapshots, ledger }) => {
        expect(distinct(values)).toEqual(counted(values[0]!, last));
        expect(ordinals).toEqual(counted(ordinals[0]!, ordinals.at(-1)!));
        expect(gaps).toEqual([]);
        const delivered = values.length - inSnapshots;
        expect(ledger).toEqual({ delivered, matched: delivered, withheld: 0, lost: 0 });
      });
    /** Does something to a container, and undoes it at the end of the case, should the case not get there. */
    const hurt = async (container: StartedTestContainer, what: string[], undo: string[]) => {
      await docker(...what, container.getId());
      const heal = async () => void (await docker(...undo, container.getId()));
      own.add(() => heal().catch(() => undefined));
      return heal;
    };

    beforeAll(async () => {
      // Browsers reach the gateway through one network and it reaches the broker through the other. Ports are published on
      // the one whose name comes first, so that the other can be cut alone.
      const front = await networkCalled('a-front');
      standing.add(() => front.stop());
      field = await networkCalled('b-field');
      standing.add(() => field.stop());
      broker = await startTestBroker(field);
      standing.add(() => broker.container.stop());
      const port = await freePort();
      gateway = await startGateway({ network: front, alias: 'gateway', port }, broker.gateway);
      standing.add(() => gateway.stop());
      await docker('network', 'connect', field.getName(), gateway.getId());
      url = `http://localhost:${port}`;
      await ready(true);
    });

    afterAll(() => standing.run());

    beforeEach(async () => {
      const client = await broker.device({ clientId: 'counter', clean: false, reconnectPeriod: 250 });
      own.add(() => client.endAsync(true));
      // A series of its own: what the case before said is not in its snapshot.
      const counter = `lab/counter-${++cases}`;
      device = numberedDevice(client, counter, RATE_HZ);
      own.add(() => device.hush());
      watchers = TRANSPORTS.map((transport) => {
        const watcher = new Watcher(url, transport, `${counter}/x`);
        own.add(() => watcher.close());
        return watcher;
      });
      await flowing();
    });

    afterEach(() => own.run());

    it('go on without a gap after the gateway was paused for 20 s', async () => {
      const heal = await hurt(gateway, ['pause'], ['unpause']);
      await ready('no answer');
      await said(PAUSE_S * RATE_HZ);
      await heal();
      await ready(true);
      await flowing();
      whole(await settled());
    });

    it('do not even notice when the network between gateway and broker was cut, but for the silence', async () => {
      const breaks = watchers.map(({ interruptions }) => interruptions);
      const cut = ['network', 'disconnect', field.getName()];
      const heal = await hurt(gateway, cut, ['network', 'connect', field.getName()]);
      await ready(expect.stringMatching(/^MQTT broker: /));
      await said(RATE_HZ);
      await heal();
      await ready(true);
      await flowing();
      whole(await settled());
      expect(watchers.map(({ interruptions }) => interruptions)).toEqual(breaks);
    });

    (remembers ? it : () => undefined)('go on without a gap after the broker was restarted', async () => {
      const heal = await hurt(broker.container, ['stop'], ['start']);
      await ready(expect.stringMatching(/^MQTT broker: /));
      await said(RATE_HZ);
      await heal();
      await ready(true);
      await flowing();
      whole(await settled());
    });

    it.each(['stop', 'kill'])('go on without a gap after docker %s of the gateway', async (command) => {
      const heal = await hurt(gateway, [command], ['start']);
      expect(await readiness(url)).toBe('not there');
      await said(RATE_HZ);
      await heal();
      await ready(true);
      await flowing();
      whole(await settled());
    });
  });
});

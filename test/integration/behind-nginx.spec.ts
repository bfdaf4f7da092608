import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { filter, firstValueFrom, timeout } from 'rxjs';
import { GenericContainer, Network, Wait } from 'testcontainers';
import { connect, type Telewire, TRANSPORTS } from '@telewire/client';
import { topicOf } from '@telewire/telemetry';
import { mosquitto } from '../support/brokers.js';
import { CleanUp } from '../support/clean-up.js';
import { startGateway } from '../support/containers.js';
import { describeInDocker, freePort, IMAGES, root } from '../support/docker.js';
import { eventually } from '../support/eventually.js';
import { readiness } from '../support/readiness.js';

jest.setTimeout(120_000);

const PORT = 3080;
const PATIENCE_MS = 30_000;

/** What the page on proxies shows. */
const shown = (): string => {
  const page = readFileSync(join(root, 'docs/behind-a-proxy.md'), 'utf8');
  return /```nginx\n([^]*?)```/.exec(page)![1]!;
};

describeInDocker('a gateway behind nginx as it comes, with its own buffers', () => {
  const standing = new CleanUp();
  let device: MqttClient;
  let telewire: Telewire;

  beforeAll(async () => {
    const network = await new Network().start();
    standing.add(() => network.stop());
    const broker = await mosquitto(network);
    standing.add(() => broker.container.stop());
    const gateway = await startGateway({ network, alias: 'gateway', port: await freePort() }, broker.gateway);
    standing.add(() => gateway.stop());
    const port = await freePort();
    const nginx = await new GenericContainer(IMAGES.nginx)
      .withNetwork(network)
      .withExposedPorts({ container: PORT, host: port })
      .withCopyContentToContainer([{ content: shown(), target: '/etc/nginx/conf.d/telewire.conf' }])
      .withEntrypoint(['nginx', '-g', 'daemon off;'])
      .withWaitStrategy(Wait.forListeningPorts())
      .start();
    standing.add(() => nginx.stop());
    const url = `http://localhost:${port}`;
    await eventually(async () => expect(await readiness(url)).toBe(true));
    telewire = connect({ url });
    standing.add(() => telewire.close());
    device = await broker.device();
    standing.add(() => device.endAsync(true));
  });

  afterAll(() => standing.run());

  it.each(TRANSPORTS)('shows each reading before the next is sent, over %s', async (transport) => {
    const feed = telewire.feed({ filters: ['lab/scale/mass'], transport });
    const came: unknown[] = [];
    const listening = feed.batches.subscribe((batch) => {
      if (batch.kind === 'readings') came.push(...batch.readings.map(({ value }) => value));
    });
    try {
      await firstValueFrom(
        feed.state.pipe(
          filter(({ phase }) => phase === 'live'),
          timeout(PATIENCE_MS),
        ),
      );
      for (let value = 1; value <= 5; value++) {
        const pack = [{ n: 'lab/scale/mass', u: 'kg', v: value }];
        await device.publishAsync(topicOf('data', 'lab/scale'), JSON.stringify(pack), { qos: 1 });
        await eventually(() => expect(came.at(-1)).toBe(value));
      }
      expect(came).toEqual([1, 2, 3, 4, 5]);
      expect(feed.ledger().get('lab/scale/mass')).toMatchObject({ delivered: 5, lost: 0 });
    } finally {
      listening.unsubscribe();
    }
  });
});

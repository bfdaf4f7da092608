import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import mqtt from 'mqtt';
import { topicOf } from '@telewire/telemetry';
import { GenericContainer, Wait } from 'testcontainers';
import { CleanUp } from '../support/clean-up.js';
import { describeInDocker, IMAGES } from '../support/docker.js';
import { eventually } from '../support/eventually.js';
import { readiness } from '../support/readiness.js';

jest.setTimeout(180_000);

const HTTP = 3000;
const MQTT = 1883;
const DISK_MB = 8;

describeInDocker('a gateway in a container, on a disk of its own,', () => {
  let own: CleanUp;
  beforeEach(() => {
    own = new CleanUp();
  });
  afterEach(() => own.run());

  const container = (env: Record<string, string> = {}) =>
    new GenericContainer(IMAGES.gateway)
      .withExposedPorts(HTTP, MQTT)
      .withEnvironment({ MQTT_HOST: '0.0.0.0', JOURNAL_MAX_MB: '2', ...env })
      .withWaitStrategy(Wait.forLogMessage('Telewire gateway on'));
  const start = async (built: GenericContainer) => {
    const gateway = await built.start();
    own.add(async () => void (await gateway.stop()));
    const url = `http://127.0.0.1:${gateway.getMappedPort(HTTP)}`;
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.getMappedPort(MQTT)}`, { protocolVersion: 4 });
    own.add(() => client.endAsync(true));
    const send = (v: number) =>
      client.publishAsync(topicOf('data', 'lab/x'), JSON.stringify([{ n: 'lab/x/n', v }]), { qos: 1 });
    return { gateway, url, send };
  };
  const shown = async (url: string) => {
    const answer = await fetch(`${url}/api/v1/readings?filter=lab/x/n&after=earliest`);
    const { frames } = (await answer.json()) as { frames: { type: string; rows: unknown[][] }[] };
    return frames.flatMap(({ type, rows }) => (type === 'readings' ? rows.map(([, , value]) => value) : []));
  };

  it('acknowledges nothing once that is full, says so, shows what it has, and goes on when there is room', async () => {
    const { gateway, url, send } = await start(
      container().withTmpFs({ '/data': `rw,size=${DISK_MB}m,uid=1000,gid=1000` }),
    );
    await send(1);
    await gateway.exec(['sh', '-c', 'dd if=/dev/zero of=/data/other bs=64k; true']);
    // What it has set aside on the disk lasts for a while.
    let acknowledged = 1;
    let asked = 1;
    let waiting: Promise<unknown> = Promise.resolve();
    await eventually(async () => {
      for (const stop = asked + 100; asked < stop;) waiting = send(++asked).then(() => (acknowledged += 1));
      expect(await readiness(url)).toMatch(/^journal: .*full/);
    });
    const held = acknowledged;
    expect(held).toBeLessThan(asked);
    const present = await shown(url);
    expect(present).toEqual(present.map((_, i) => i + 1));
    expect(present.length).toBeGreaterThanOrEqual(held);
    expect(present.length).toBeLessThan(asked);
    await gateway.exec(['rm', '/data/other']);
    await waiting;
    await eventually(async () => expect(await readiness(url)).toBe(true));
    expect(acknowledged).toBe(asked);
  });

  it('is not started where that can only be read, unless it may forget', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telewire-'));
    own.add(() => rm(folder, { recursive: true, force: true }));
    const onReadOnly = (env?: Record<string, string>) =>
      container(env).withBindMounts([{ source: folder, target: '/data', mode: 'ro' }]);
    const refused = onReadOnly()
      .withWaitStrategy(Wait.forLogMessage(/Bad setting: DATA_DIR: .*cannot be used/))
      .start();
    own.add(async () => void (await (await refused).stop()));
    await refused;
    const { url, send } = await start(onReadOnly({ ALLOW_VOLATILE: '1' }));
    await send(1);
    expect(await shown(url)).toEqual([1]);
    const answer = await fetch(`${url}/health/ready`);
    expect(await answer.json()).toMatchObject({
      ready: true,
      warnings: [expect.stringMatching(/kept in memory only/)],
    });
  });
});

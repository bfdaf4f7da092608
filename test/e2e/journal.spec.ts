import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import mqtt from 'mqtt';
import { topicOf } from '@telewire/telemetry';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import { dataFolder, GATEWAY, startProgram } from '../support/processes.js';
import { readiness } from '../support/readiness.js';

jest.setTimeout(60_000);

describe('a gateway that keeps its journal on disk', () => {
  let cleanUp: CleanUp;
  let folder: string;

  const start = async (env: Record<string, string> = {}) => {
    const all = { DATA_DIR: folder, PORT: '0', MQTT_PORT: '0', MQTT_URL: '', LOG_LEVEL: 'error', ...env };
    const gateway = await startProgram('gateway', all, GATEWAY);
    cleanUp.add(() => gateway.end('SIGKILL'));
    const [, url, , mqttPort] = gateway.found as unknown as [string, string, string, string];
    return { ...gateway, url, mqttPort };
  };
  const deviceAt = async (mqttPort: string) => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { protocolVersion: 4 });
    cleanUp.add(() => client.endAsync(true));
    return (v: number) =>
      client.publishAsync(topicOf('data', 'lab/x'), JSON.stringify([{ n: 'lab/x/n', v }]), { qos: 1 });
  };
  const shown = async (url: string) => {
    const answer = await fetch(`${url}/api/v1/readings?filter=lab/x/n&after=earliest`);
    const { frames } = (await answer.json()) as { frames: { type: string; rows: unknown[][] }[] };
    return frames.flatMap(({ type, rows }) => (type === 'readings' ? rows.map(([, , value]) => value) : []));
  };

  beforeEach(async () => {
    cleanUp = new CleanUp();
    folder = await dataFolder();
    cleanUp.add(() => rm(folder, { recursive: true, force: true }));
  });
  afterEach(() => cleanUp.run());

  it('has its file again, with everything in it, when somebody deletes it', async () => {
    const first = await start();
    const send = await deviceAt(first.mqttPort);
    await send(1);
    await rm(join(folder, 'journal.sqlite'));
    await send(2);
    await eventually(async () => expect(await readiness(first.url)).toBe(true));
    await first.end('SIGKILL');
    const { url } = await start();
    expect(await shown(url)).toEqual([1, 2]);
  });

  it('acknowledges nothing while it cannot write, says so, and goes on when it can', async () => {
    const { url, mqttPort } = await start();
    const send = await deviceAt(mqttPort);
    await send(1);
    // A folder of that name is in the way of a new file.
    const file = join(folder, 'journal.sqlite');
    await rename(file, `${file}.away`);
    await mkdir(file);
    let acknowledged = false;
    const second = send(2).then(() => (acknowledged = true));
    await eventually(async () => expect(await readiness(url)).toMatch(/^journal: it cannot be opened/));
    expect(acknowledged).toBe(false);
    expect(await shown(url)).toEqual([1]);
    await rmdir(file);
    await second;
    expect(await shown(url)).toEqual([1, 2]);
    await eventually(async () => expect(await readiness(url)).toBe(true));
  });

  it('knows its devices and their series after a kill, before they have said a word, and that none is connected', async () => {
    const inventoryOf = async (url: string) => {
      const answer = await fetch(`${url}/api/v1/series`);
      const { devices, series } = (await answer.json()) as Record<'devices' | 'series', { device: string }[]>;
      return [devices, series].map((all) => all.filter(({ device }) => device === 'lab/x'));
    };
    const first = await start();
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${first.mqttPort}`, { protocolVersion: 4 });
    cleanUp.add(() => client.endAsync(true));
    const n = { series: 'lab/x/n', label: 'N', kind: 'number', unit: 'kg', intervalMs: 1000 };
    const info = { device: 'lab/x', label: 'X', type: 'scale', series: [n] };
    await client.publishAsync(topicOf('info', 'lab/x'), JSON.stringify(info), { qos: 1 });
    await client.publishAsync(topicOf('status', 'lab/x'), 'online', { qos: 1 });
    await (
      await deviceAt(first.mqttPort)
    )(7);
    const before = await inventoryOf(first.url);
    expect(before).toMatchObject([[{ label: 'X', online: true }], [{ unit: 'kg', latest: { value: 7 } }, {}]]);
    await first.end('SIGKILL');
    const { url } = await start();
    await eventually(async () => {
      const [[device], [number, status]] = (await inventoryOf(url)) as [object[], object[]];
      expect(device).toEqual({ ...before[0]![0], online: false });
      expect(number).toEqual(before[1]![0]);
      expect(status).toMatchObject({ series: 'lab/x/status', latest: { value: 'offline' } });
    });
  });

  it('has everything again after a stop in order', async () => {
    const first = await start();
    const send = await deviceAt(first.mqttPort);
    for (let v = 1; v <= 100; v++) await send(v);
    expect(await first.end()).toBe(0);
    const { url } = await start();
    expect(await shown(url)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('says what it holds, after a kill and without a gateway', async () => {
    const first = await start();
    const send = await deviceAt(first.mqttPort);
    for (let v = 1; v <= 3; v++) await send(v);
    await first.end('SIGKILL');
    await startProgram('gateway', { DATA_DIR: folder }, /numbers: 3 readings,[^]*1 epochs:/, ['journal', 'stats']);
  });

  it('is not started where another one writes', async () => {
    await start();
    await expect(start()).rejects.toThrow(/Bad setting: DATA_DIR: .* another gateway uses it/);
  });

  it('is not started where nothing can be written, unless it may forget', async () => {
    const DATA_DIR = join(folder, 'file');
    await writeFile(DATA_DIR, '');
    await expect(start({ DATA_DIR })).rejects.toThrow(/ended with 1: Bad setting: DATA_DIR: .*cannot be used/);
    const { url, mqttPort } = await start({ DATA_DIR, ALLOW_VOLATILE: '1' });
    await (
      await deviceAt(mqttPort)
    )(1);
    expect(await shown(url)).toEqual([1]);
    const answer = await fetch(`${url}/health/ready`);
    expect(await answer.json()).toMatchObject({
      ready: true,
      warnings: [expect.stringMatching(/kept in memory only/)],
    });
  });

  it('puts a damaged file aside and begins another', async () => {
    await writeFile(join(folder, 'journal.sqlite'), 'x'.repeat(10_000));
    const { url, mqttPort } = await start();
    await (
      await deviceAt(mqttPort)
    )(1);
    expect(await shown(url)).toEqual([1]);
  });
});

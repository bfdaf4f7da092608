import { rm } from 'node:fs/promises';
import { expect, it, jest } from '@jest/globals';
import mqtt from 'mqtt';
import { firstValueFrom, timer } from 'rxjs';
import { TRANSPORTS } from '@telewire/client';
import { randomOf } from '../../apps/gateway/src/testing/seeded-random.js';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import { numberedDevice } from '../support/numbered-device.js';
import { dataFolder, GATEWAY, startProgram } from '../support/processes.js';
import { Watcher } from '../support/watcher.js';

jest.setTimeout(180_000);

const RATE_HZ = 300;
const KILLS = 8;
// Shorter than a start takes some clients to come back, longer than it takes others.
const LONGEST_LIFE_MS = 4_000;

const counted = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('loses nothing that it has acknowledged and shows nothing twice, however often it is killed', async () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e6));
  const random = randomOf(seed);
  const cleanUp = new CleanUp();
  const folder = await dataFolder();
  cleanUp.add(() => rm(folder, { recursive: true }));
  const env = { DATA_DIR: folder, MQTT_URL: '', RECONNECT_SPREAD_MS: '100', LOG_LEVEL: 'error' };
  let gateway = await startProgram('gateway', { ...env, PORT: '0', MQTT_PORT: '0' }, GATEWAY);
  cleanUp.add(() => gateway.end('SIGKILL'));
  const [, url, PORT, MQTT_PORT] = gateway.found as unknown as [string, string, string, string];
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${MQTT_PORT}`, {
    protocolVersion: 4,
    clientId: 'counter',
    clean: false,
    reconnectPeriod: 100,
  });
  cleanUp.add(() => client.endAsync(true));
  const device = numberedDevice(client, 'lab/counter', RATE_HZ);
  cleanUp.add(() => device.hush());
  const watchers = TRANSPORTS.map((transport) => new Watcher(url, transport, 'lab/counter/x'));
  cleanUp.add(() => watchers.forEach((watcher) => watcher.close()));
  const flowing = () => {
    const goals = watchers.map(({ values }) => values.length);
    return eventually(() => watchers.forEach(({ values }, i) => expect(values.length).toBeGreaterThan(goals[i]!)));
  };
  try {
    await flowing();
    for (let kill = 0; kill < KILLS; kill++) {
      await firstValueFrom(timer(random.upTo(LONGEST_LIFE_MS)));
      // Some lives end when everybody is served, others before.
      if (random.chance(0.5)) await flowing();
      await gateway.end('SIGKILL');
      gateway = await startProgram('gateway', { ...env, PORT, MQTT_PORT }, GATEWAY);
    }
    await flowing();
    // Resolves once the last number is acknowledged, and with it all before.
    const last = await device.stop();
    await eventually(() => watchers.forEach(({ values }) => expect(values).toContain(last)));
    for (const { transport, values, ordinals, gaps, ledger, inSnapshots } of watchers) {
      try {
        const lost = [...device.acknowledged].filter((value) => value > values[0]! && !values.includes(value));
        expect(lost).toEqual([]);
        expect(gaps).toEqual([]);
        expect(values.toSorted((a, b) => a - b)).toEqual(counted(values[0]!, last));
        expect(ordinals).toEqual(counted(ordinals[0]!, ordinals.at(-1)!));
        const delivered = values.length - inSnapshots;
        expect(ledger).toEqual({ delivered, matched: delivered, withheld: 0, lost: 0 });
      } catch (error) {
        throw new Error(`${transport}: ${(error as Error).message}`, { cause: error });
      }
    }
    // More than two seconds of every life had come to everybody, or the case says little.
    expect(last).toBeGreaterThan(KILLS * RATE_HZ);
    expect(Math.min(...watchers.map(({ interruptions }) => interruptions))).toBeGreaterThan(0);
  } catch (error) {
    const missing = counted(1, device.sent).filter((value) => !device.acknowledged.has(value));
    console.error(
      `SEED=${seed}; ${device.sent} sent; not acknowledged: ${missing.length}, ${missing[0]}…${missing.at(-1)}`,
    );
    throw error;
  } finally {
    await cleanUp.run();
  }
});

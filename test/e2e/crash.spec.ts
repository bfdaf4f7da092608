import { rm } from 'node:fs/promises';
import { expect, it, jest } from '@jest/globals';
import { firstValueFrom, timer } from 'rxjs';
import { TRANSPORTS } from '@telewire/client';
import { randomOf } from '../../apps/gateway/src/testing/seeded-random.js';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import { dataFolder, GATEWAY, startProgram } from '../support/processes.js';
import { ResendingDevice } from '../support/resending-device.js';
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
  const device = new ResendingDevice(`mqtt://127.0.0.1:${MQTT_PORT}`, 'lab/counter', RATE_HZ);
  cleanUp.add(() => device.close());
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
    device.hush();
    await eventually(() => expect(device.acknowledged.size).toBe(device.measured));
    const last = device.measured;
    await eventually(() => watchers.forEach(({ values }) => expect(values).toContain(last)));
    for (const { transport, values, ordinals, gaps, ledger, inSnapshots } of watchers) {
      try {
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
    console.error(`SEED=${seed}; ${device.measured} measured, ${device.acknowledged.size} acknowledged`);
    throw error;
  } finally {
    await cleanUp.run();
  }
});

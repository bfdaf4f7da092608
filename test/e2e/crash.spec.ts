import { rm } from 'node:fs/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { firstValueFrom, timer } from 'rxjs';
import { TRANSPORTS } from '@telewire/client';
import { randomOf, type SeededRandom } from '../../apps/gateway/src/testing/seeded-random.js';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import { describeWithMosquitto, Mosquitto } from '../support/mosquitto.js';
import { dataFolder, GATEWAY, startProgram } from '../support/processes.js';
import { ResendingDevice } from '../support/resending-device.js';
import { TallyWatcher } from '../support/tally.js';

// `npm run test:long` goes on for longer.
const SECONDS = Number(process.env['CRASH_SECONDS'] ?? 60);
const RATE_HZ = 5_000;
const MIN_KILLS = 10;
// Shorter than a start takes some clients to come back, longer than it takes others.
const LONGEST_LIFE_MS = 3_000;

jest.setTimeout(SECONDS * 1_000 + 240_000);

/** Kills a gateway again and again while a device sends and five clients watch; then tells what has come of it. */
async function survive(random: SeededRandom, cleanUp: CleanUp, mosquitto?: Mosquitto): Promise<void> {
  const folder = await dataFolder();
  cleanUp.add(() => rm(folder, { recursive: true }));
  const env = {
    DATA_DIR: folder,
    MQTT_URL: mosquitto?.url ?? '',
    MQTT_CLIENT_ID: 'gateway-under-test',
    RECONNECT_SPREAD_MS: '100',
    LOG_LEVEL: 'error',
  };
  let gateway = await startProgram('gateway', { ...env, PORT: '0', MQTT_PORT: '0' }, GATEWAY);
  cleanUp.add(() => gateway.end('SIGKILL'));
  const [, url, PORT, MQTT_PORT = ''] = gateway.found as unknown as [string, string, string, string?];
  const device = new ResendingDevice(mosquitto?.url ?? `mqtt://127.0.0.1:${MQTT_PORT}`, 'lab/counter', RATE_HZ);
  cleanUp.add(() => device.close());
  const watchers = TRANSPORTS.map((transport) => new TallyWatcher(url, transport, 'lab/counter/x'));
  cleanUp.add(() => watchers.forEach((watcher) => watcher.close()));
  const flowing = () => {
    const goals = watchers.map(({ tally }) => tally.count);
    // All that is known of those on whom nothing comes: a run cannot be looked at afterwards.
    return eventually(() => {
      const stuck = watchers.filter(({ tally }, i) => tally.count <= goals[i]!);
      expect(
        stuck.map(({ transport, stands, tally }) => ({ transport, stands, count: tally.count, owed: device.owed })),
      ).toEqual([]);
    });
  };
  await flowing();
  const until = Date.now() + SECONDS * 1_000;
  let kills = 0;
  for (; kills < MIN_KILLS || Date.now() < until; kills++) {
    await firstValueFrom(timer(random.upTo(LONGEST_LIFE_MS)));
    // Some lives end when everybody is served, others before.
    if (random.chance(0.5)) await flowing();
    if (random.chance(0.3)) await mosquitto?.restart();
    await gateway.end('SIGKILL');
    if (random.chance(0.3)) await mosquitto?.restart();
    gateway = await startProgram('gateway', { ...env, PORT, MQTT_PORT }, GATEWAY);
  }
  await flowing();
  device.hush();
  await eventually(() => expect(device.owed).toBe(0));
  const last = device.measured;
  await eventually(() => watchers.forEach(({ tally }) => expect(tally.has(last)).toBe(true)));
  for (const { transport, tally, gaps, ledger, inSnapshots } of watchers) {
    const delivered = tally.count - inSnapshots;
    expect({
      transport,
      gaps,
      missing: tally.missing(last),
      repeated: tally.repeated,
      jumps: tally.jumps,
      ledger,
    }).toEqual({
      transport,
      gaps: [],
      missing: [],
      repeated: [],
      jumps: [],
      ledger: { delivered, matched: delivered, withheld: 0, lost: 0 },
    });
  }
  // Half of the time and more it was measured in, or the case says little.
  expect(last).toBeGreaterThan((SECONDS / 2) * RATE_HZ);
  expect(Math.min(...watchers.map(({ interruptions }) => interruptions))).toBeGreaterThan(0);
  console.info(`${last} readings over ${kills} kills, each once for every client`);
}

/** Runs it with a seed that a failure names. */
async function surviveWith(start?: () => Promise<Mosquitto>): Promise<void> {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e6));
  const cleanUp = new CleanUp();
  try {
    const mosquitto = await start?.();
    if (mosquitto) cleanUp.add(() => mosquitto.stop());
    await survive(randomOf(seed), cleanUp, mosquitto);
  } catch (error) {
    console.error(`SEED=${seed}`);
    throw error;
  } finally {
    await cleanUp.run();
  }
}

describe('a gateway that is killed again and again', () => {
  it('loses nothing that it has acknowledged and shows nothing twice', () => surviveWith());

  describeWithMosquitto('at a Mosquitto that is stopped and started now and then', () => {
    it('loses nothing that was acknowledged and shows nothing twice', () => surviveWith(() => Mosquitto.start()));
  });
});

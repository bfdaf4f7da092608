import { expect, it, jest } from '@jest/globals';
import mqtt from 'mqtt';
import { firstValueFrom, timer } from 'rxjs';
import { TRANSPORTS, type TransportChoice } from '@telewire/client';
import { randomOf } from '../../apps/gateway/src/testing/seeded-random.js';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import type { Fault } from '../support/faults.js';
import { faultyProxy } from '../support/faulty-proxy.js';
import { testGateway } from '../support/gateway.js';
import { numberedDevice } from '../support/numbered-device.js';
import { Watcher } from '../support/watcher.js';
import { expectWhole } from '../support/whole.js';

// `npm run test:long` goes on for longer.
const SECONDS = Number(process.env['FAULTS_SECONDS'] ?? 60);
const RATE_HZ = 50;
const LONGEST_MS = 4_000;

jest.setTimeout(SECONDS * 1_000 + 180_000);

const FAULTS: readonly Fault[] = [
  { kind: 'none' },
  { kind: 'none' },
  { kind: 'silent' },
  { kind: 'buffered' },
  { kind: 'cut', everyBytes: 3_000 },
  { kind: 'truncated', bytes: 1_000 },
  { kind: 'page', status: '502 Bad Gateway', html: '<h1>Bad gateway' },
  { kind: 'page', status: '200 OK', html: '<h1>Log in' },
  { kind: 'mistyped' },
  { kind: 'late', ms: 300 },
  { kind: 'no-upgrade' },
  { kind: 'slow', bytesPerSecond: 2_000 },
];

it('brings every reading once and in order, whatever the way there does and in whatever order', async () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e6));
  const random = randomOf(seed);
  const cleanUp = new CleanUp();
  const story: string[] = [];
  try {
    const gateway = await testGateway({ HEARTBEAT_MS: '1000', RECONNECT_SPREAD_MS: '200' });
    cleanUp.add(() => gateway.stop());
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { protocolVersion: 4 });
    cleanUp.add(() => client.endAsync(true));
    const device = numberedDevice(client, 'lab/counter', RATE_HZ);
    cleanUp.add(() => device.hush());
    await eventually(() => expect(device.sent).toBeGreaterThan(1));
    // Held polls have a way of their own: one that is half-open is found only when it should have been answered.
    const ways = await Promise.all(
      [['auto', 'websocket', 'http-stream', 'sse', 'poll'] as const, ['long-poll'] as const].map(async (choices) => {
        const proxy = await faultyProxy();
        cleanUp.add(() => proxy.close());
        proxy.target(Number(new URL(gateway.url).port));
        const own = choices.map((choice: TransportChoice) => new Watcher(proxy.url, choice, 'lab/counter/x'));
        cleanUp.add(() => own.forEach((watcher) => watcher.close()));
        return { proxy, own };
      }),
    );
    const watchers = ways.flatMap(({ own }) => own);
    expect(watchers.map(({ transport }) => transport).sort()).toEqual(['auto', ...TRANSPORTS].sort());
    await eventually(() => watchers.forEach(({ values }) => expect(values.length).toBeGreaterThan(0)));

    const until = Date.now() + SECONDS * 1_000;
    while (Date.now() < until) {
      for (const [i, { proxy }] of ways.entries()) {
        const fault = random.pick(FAULTS);
        const extent = random.chance(0.3) ? 'upgrades' : 'all';
        proxy.turn({ ...fault, extent });
        // What is open stays as it was opened, dies with a word, or without.
        const end = random.pick(['stays', 'cut', 'cut', i === 0 ? 'forgotten' : 'cut'] as const);
        if (end === 'cut') proxy.cut();
        if (end === 'forgotten') proxy.forget();
        story.push(`${fault.kind} for ${extent}, what was open ${end}`);
      }
      await firstValueFrom(timer(random.upTo(LONGEST_MS)));
    }
    for (const { proxy } of ways) {
      proxy.turn({ kind: 'none' });
      // What was opened through a fault keeps it.
      proxy.cut();
    }
    const last = await device.stop();
    await eventually(() =>
      expect(
        watchers.filter(({ values }) => values.at(-1) !== last).map(({ transport, stands }) => [transport, stands]),
      ).toEqual([]),
    );
    for (const watcher of watchers) expectWhole(watcher, last);
    console.info(`${last} readings through ${story.length} faults; auto used ${[...watchers[0]!.used].join(', ')}`);
  } catch (error) {
    console.error([`SEED=${seed}`, ...story.slice(-20)].join('\n'));
    throw error;
  } finally {
    await cleanUp.run();
  }
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import mqtt, { type MqttClient } from 'mqtt';
import { TRANSPORTS, type TransportChoice, type TransportName } from '@telewire/client';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import type { Weather } from '../support/faults.js';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { type NumberedDevice, numberedDevice } from '../support/numbered-device.js';
import { Watcher } from '../support/watcher.js';
import { expectWhole } from '../support/whole.js';

jest.setTimeout(180_000);

const RATE_HZ = 10;
const PAGE = '<!doctype html><title>not Telewire</title>'.padEnd(3_000, ' ');
const CHOICES: readonly TransportChoice[] = ['auto', ...TRANSPORTS];
const ALL = TRANSPORTS;
const POLLS = ['long-poll', 'poll'] as const;
const BUT_SOCKETS = ['http-stream', 'sse', ...POLLS] as const;
const NONE: readonly TransportName[] = [];

/** A fault, the transports that bring readings while it lasts, and how long `auto` may take for the first, in seconds. */
const FAULTS: readonly (readonly [what: string, Weather, carried: readonly TransportName[], withinS: number])[] = [
  ['nothing', { kind: 'none' }, ALL, 1],
  ['silence after 101', { kind: 'silent', extent: 'upgrades' }, BUT_SOCKETS, 7],
  ['silence after every head', { kind: 'silent' }, NONE, 0],
  ['a buffer that waits for the end', { kind: 'buffered' }, POLLS, 7],
  ['a cut after every 2 KB', { kind: 'cut', everyBytes: 2_000 }, ALL, 1],
  ['a 502 in HTML', { kind: 'page', status: '502 Bad Gateway', html: PAGE }, NONE, 0],
  ['a portal that answers 200 in HTML', { kind: 'page', status: '200 OK', html: PAGE }, NONE, 0],
  ['answers that end in their middle', { kind: 'truncated', bytes: 300 }, NONE, 0],
  ['answers of another type', { kind: 'mistyped' }, ['websocket'], 1],
  ['a second of delay each way', { kind: 'late', ms: 1_000 }, ALL, 5],
  ['upgrades that are dropped', { kind: 'no-upgrade' }, BUT_SOCKETS, 1],
  ['2 KB a second', { kind: 'slow', bytesPerSecond: 2_000 }, ALL, 2],
];

describe('between the SDK and a gateway', () => {
  const cleanUp = new CleanUp();
  let gateway: TestGateway;
  let device: NumberedDevice;
  const proxies = new Map<string, FaultyProxy>();
  const watchers = new Map<string, Watcher[]>();

  const of = (what: string, choice: TransportChoice) =>
    watchers.get(what)!.find(({ transport }) => transport === choice)!;

  // All of it at once: what takes time here is waiting, not work.
  beforeAll(async () => {
    gateway = await testGateway({ HEARTBEAT_MS: '1000', RECONNECT_SPREAD_MS: '500' });
    cleanUp.add(() => gateway.stop());
    const info = {
      series: 'lab/counter/x',
      label: 'X',
      kind: 'number' as const,
      unit: '1',
      intervalMs: 1000 / RATE_HZ,
    };
    await gateway.announce({ device: 'lab/counter', label: 'C', type: 'test', simulated: false, series: [info] });
    const client: MqttClient = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { protocolVersion: 4 });
    cleanUp.add(() => client.endAsync(true));
    device = numberedDevice(client, 'lab/counter', RATE_HZ);
    cleanUp.add(() => device.hush());
    await eventually(() => expect(device.sent).toBeGreaterThan(1));
    for (const [what, weather] of FAULTS) await watch(what, weather, CHOICES);
  });

  async function watch(what: string, weather: Weather, choices: readonly TransportChoice[]): Promise<void> {
    const proxy = await faultyProxy();
    cleanUp.add(() => proxy.close());
    proxies.set(what, proxy);
    proxy.target(Number(new URL(gateway.url).port));
    proxy.turn(weather);
    const own = choices.map((choice) => new Watcher(proxy.url, choice, 'lab/counter/x'));
    cleanUp.add(() => own.forEach((watcher) => watcher.close()));
    watchers.set(what, own);
  }

  afterAll(() => cleanUp.run());

  describe.each(FAULTS)('%s', (what, _weather, carried, withinS) => {
    it(`leaves readings to ${carried.join(', ') || 'nobody'}`, async () => {
      const hungry = (choices: readonly TransportChoice[]) =>
        choices.filter((choice) => of(what, choice).firstAfterMs === undefined);
      const expected = CHOICES.filter((choice) => (choice === 'auto' ? carried.length > 0 : carried.includes(choice)));
      await eventually(() => expect(hungry(expected)).toEqual([]));
      expect(hungry(CHOICES)).toEqual(CHOICES.filter((choice) => !expected.includes(choice)));
      if (carried.length > 0) expect(of(what, 'auto').firstAfterMs! / 1000).toBeLessThan(withinS);
      for (const choice of hungry(CHOICES)) expect(of(what, choice).stands).toMatch(/^(connecting|resuming)/);
    });
  });

  describe('when it is over', () => {
    beforeAll(() => proxies.forEach((proxy) => proxy.turn({ kind: 'none' })));

    it.each(FAULTS)('%s: everybody is served, and auto goes back to the best', async (what) => {
      const from = CHOICES.map((choice) => of(what, choice).values.length);
      await eventually(() => {
        expect(CHOICES.filter((choice, i) => of(what, choice).values.length < from[i]! + RATE_HZ)).toEqual([]);
        expect(of(what, 'auto').delivering).toBe('websocket');
      });
    });

    it('connections that are half-open are found by the silence on them', async () => {
      // Of a held poll the silence is part of the bargain, for as long as it asked to be held.
      await watch('half-open', { kind: 'none' }, ['auto', 'websocket', 'http-stream', 'sse']);
      const own = watchers.get('half-open')!;
      await eventually(() => own.forEach(({ values }) => expect(values.length).toBeGreaterThan(RATE_HZ)));
      const before = own.map(({ interruptions, values }) => ({ interruptions, values: values.length }));
      proxies.get('half-open')!.forget();
      await eventually(() => {
        for (const [i, { interruptions, values }] of own.entries()) {
          expect(interruptions).toBeGreaterThan(before[i]!.interruptions);
          expect(values.length).toBeGreaterThan(before[i]!.values + RATE_HZ);
        }
      });
    });

    it('every reading since the first has come once and in order, and every ledger adds up', async () => {
      const last = await device.stop();
      for (const own of watchers.values()) {
        await eventually(() => expect(own.filter(({ values }) => !values.includes(last))).toEqual([]));
        for (const watcher of own) expectWhole(watcher, last);
      }
      console.info(table());
    });
  });

  /** How long each waited for its first reading. */
  function table(): string {
    const rows = [...watchers].map(([what, own]) => {
      const times = CHOICES.map((choice) => {
        const ms = own.find(({ transport }) => transport === choice)?.firstAfterMs;
        return (ms === undefined ? '' : `${(ms / 1000).toFixed(1)} s`).padStart(12);
      });
      return `${what.padEnd(36)}${times.join('')}`;
    });
    const head = `${'time to first data'.padEnd(36)}${CHOICES.map((choice) => choice.padStart(12)).join('')}`;
    return [head, ...rows].join('\n');
  }
});

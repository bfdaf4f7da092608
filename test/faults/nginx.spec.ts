import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { TRANSPORTS, type TransportChoice } from '@telewire/client';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { describeWithNginx, Nginx } from '../support/nginx.js';
import { type NumberedDevice, numberedDevice } from '../support/numbered-device.js';
import { root } from '../support/root.js';
import { Watcher } from '../support/watcher.js';
import { expectWhole } from '../support/whole.js';

jest.setTimeout(120_000);

const CHOICES: readonly TransportChoice[] = ['auto', ...TRANSPORTS];
const RATE_HZ = 20;

/** What README says to write. */
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const [, ADVICE = ''] = /```nginx\n([^]*?)```/.exec(readme) ?? [];
const [, ADVICE_HTTP = '', ADVICE_LOCATION = ''] =
  /^(map [^]*?\n\})[^]*?location \/ \{\n([^]*?)\n\s*\}/.exec(ADVICE) ?? [];

describeWithNginx('behind nginx', () => {
  const cleanUp = new CleanUp();
  let gateway: TestGateway;
  let device: NumberedDevice;

  beforeAll(async () => {
    gateway = await testGateway({ HEARTBEAT_MS: '1000', RECONNECT_SPREAD_MS: '500' });
    cleanUp.add(() => gateway.stop());
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { protocolVersion: 4 });
    cleanUp.add(() => client.endAsync(true));
    device = numberedDevice(client, 'lab/counter', RATE_HZ);
    cleanUp.add(() => device.hush());
    await eventually(() => expect(device.sent).toBeGreaterThan(1));
  });

  afterAll(() => cleanUp.run());

  describe.each<[what: string, location: string, http: string, carried: readonly TransportChoice[], auto: string]>([
    ['as Debian has it', '', '', TRANSPORTS.slice(1), 'http-stream'],
    // `X-Accel-Buffering: no` of the gateway is what has kept streams flowing above.
    [
      'that is told to hold everything back',
      'proxy_ignore_headers X-Accel-Buffering; proxy_buffer_size 64k; proxy_buffers 8 64k;',
      '',
      ['long-poll', 'poll'],
      'long-poll',
    ],
    ['set as README says', ADVICE_LOCATION.replace(/^\s*proxy_pass.*$/m, ''), ADVICE_HTTP, TRANSPORTS, 'websocket'],
  ])('%s', (_what, location, http, carried, auto) => {
    const own = new CleanUp();
    let watchers: Watcher[];

    beforeAll(async () => {
      const nginx = await Nginx.start(gateway.url, location, http);
      own.add(() => nginx.stop());
      watchers = CHOICES.map((choice) => new Watcher(nginx.url, choice, 'lab/counter/x'));
      own.add(() => watchers.forEach((watcher) => watcher.close()));
    });

    afterAll(() => own.run());

    it(`brings readings over ${carried.join(', ')}, and auto takes ${auto}`, async () => {
      const served = watchers.filter(({ transport }) => transport === 'auto' || carried.includes(transport));
      await eventually(() => {
        for (const { values } of served) expect(values.length).toBeGreaterThan(3 * RATE_HZ);
        expect(watchers[0]!.delivering).toBe(auto);
      });
      for (const watcher of served) expectWhole(watcher, watcher.values.at(-1)!);
      for (const { transport, stands } of watchers.filter((watcher) => !served.includes(watcher)))
        expect([transport, stands]).toEqual([transport, expect.stringMatching(/^(connecting|resuming): ./)]);
    });
  });
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { TRANSPORTS, type TransportName } from '@telewire/client';
import { openBrowser } from '../support/browser.js';
import { CleanUp } from '../support/clean-up.js';
import { type Compose, createCompose, type Service, SERVICES } from '../support/compose.js';
import { describeInDocker, docker, IMAGES } from '../support/docker.js';
import { eventually } from '../support/eventually.js';
import { poll } from '../support/poll.js';

jest.setTimeout(120_000);

// Docker's patience with a container that is told to stop, after which it is killed and ends with 137. One that waits for
// its streams to end waits for ever.
const KILL_AFTER_S = 30;
// One small reading a second: a buffer of 4 KiB would take longer to fill.
const HELD_BACK_MS = 30_000;
const KEPT_BYTES = 300_000;
const SDK = '/sdk/telewire.js';

describeInDocker('the compose file', () => {
  const cleanUp = new CleanUp();
  let compose: Compose;
  let browser: Browser;
  let page: Page;
  let securePage: Page;

  beforeAll(async () => {
    compose = await createCompose();
    cleanUp.add(() => compose.down());
    await compose.up();
    browser = await openBrowser();
    cleanUp.add(() => browser.close());
    page = await browser.newPage();
    securePage = await browser.newPage({ ignoreHTTPSErrors: true });
  });

  afterAll(() => cleanUp.run());

  const as = (user: 'gateway' | 'simulator') => ['-u', user, '-P', `${user}-for-trying`];
  const publish = (topic: string, message: string, ...login: readonly string[]) =>
    compose.exec('broker', 'mosquitto_pub', '-V', '5', '-q', '1', '-d', '-t', topic, '-m', message, ...login);
  // What the broker answers in MQTT 5: success or no matching subscribers; not authorized.
  const TAKEN = /PUBACK \(Mid: 1, RC:(0|16)\)/;
  const REFUSED = /PUBACK \(Mid: 1, RC:135\)/;
  const processes = (name: Service) => compose.exec(name, 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');

  it.each(['gateway', 'simulator', 'nginx'] as const)(
    'runs %s without rights and on a read-only root',
    async (name) => {
      expect(Number((await compose.exec(name, 'id', '-u')).output)).toBeGreaterThan(0);
      const { output } = await compose.exec(name, 'cat', '/proc/1/status');
      expect(output).toMatch(/^CapBnd:\s*0+$/m);
      expect(output).toMatch(/^NoNewPrivs:\s*1$/m);
      // As root, for what must refuse is the file system and not the user.
      const { Id } = await compose.inspect(name);
      await expect(docker('exec', '-u', '0', Id, 'touch', '/etc/mark')).rejects.toThrow(/Read-only file system/);
    },
  );

  it('runs the broker on a read-only root, as a user who owns what it keeps', async () => {
    expect((await compose.exec('broker', 'touch', '/etc/mark')).output).toMatch(/Read-only file system/);
    const numbers = async (...command: string[]) => (await compose.exec('broker', ...command)).output.trim();
    const user = await numbers('id', '-u', 'mosquitto');
    expect(await numbers('sh', '-c', 'stat -c %u /proc/$(pidof mosquitto)')).toBe(user);
    expect(await numbers('stat', '-c', '%u', '/mosquitto/data')).toBe(user);
    expect(Number(user)).toBeGreaterThan(0);
    const { output: status } = await compose.exec('broker', 'sh', '-c', 'cat /proc/$(pidof mosquitto)/status');
    expect(status).toMatch(/^CapEff:\s*0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s*1$/m);
    // What its init keeps: CHOWN, DAC_OVERRIDE, KILL, SETGID and SETUID.
    const { output: init } = await compose.exec('broker', 'cat', '/proc/1/status');
    expect(init).toMatch(/^CapBnd:\s*0*e3$/m);
    expect(init).toMatch(/^NoNewPrivs:\s*1$/m);
  });

  it('publishes gateway and nginx on this machine only, and the broker nowhere', async () => {
    const published: string[] = [];
    for (const name of SERVICES) {
      const { Ports } = (await compose.inspect(name)).NetworkSettings;
      for (const { HostIp, HostPort } of Object.values(Ports).flatMap((bindings) => bindings ?? []))
        published.push(`${name} ${HostIp}:${HostPort}`);
    }
    const [port, tlsPort] = [compose.url, compose.secureUrl].map((url) => new URL(url).port);
    expect(published).toEqual([`gateway 127.0.0.1:${port}`, `nginx 127.0.0.1:${tlsPort}`]);
  });

  it('has a broker that refuses who has no password or a wrong one', async () => {
    for (const nobody of [[], ['-u', 'simulator'], ['-u', 'simulator', '-P', 'wrong'], ['-u', 'x', '-P', 'x']]) {
      const { code, output } = await publish('telewire/data/lab/scale-1', '[]', ...nobody);
      expect(output).toMatch(/not authori[sz]ed/i);
      expect(code).not.toBe(0);
    }
  });

  it.each([
    ['simulator', 'telewire/data/lab/scale-1', true],
    ['simulator', 'telewire/info/lab/scale-1', true],
    ['simulator', 'telewire/status/lab/scale-1', true],
    ['simulator', 'telewire/elsewhere', false],
    ['simulator', 'elsewhere', false],
    ['gateway', 'telewire/data/lab/scale-1', false],
    ['gateway', 'elsewhere', false],
  ] as const)('has a broker that answers %s, who writes %s, with %s', async (user, topic, allowed) => {
    const { output } = await publish(topic, '[]', ...as(user));
    expect(output).toMatch(allowed ? TAKEN : REFUSED);
  });

  // All day long something is sent below telewire/, and the broker says of itself what stands below $SYS/.
  it.each([
    ['gateway', 'telewire/#', true],
    ['gateway', '$SYS/#', false],
    ['simulator', 'telewire/#', false],
    ['simulator', '$SYS/#', false],
  ] as const)('has a broker that answers %s, who reads %s, with %s', async (user, filter, allowed) => {
    const command = ['mosquitto_sub', '-C', '1', '-W', '3', '-F', 'heard %t', '-t', filter, ...as(user)];
    const { output } = await compose.exec('broker', ...command);
    if (allowed) expect(output).toMatch(/^heard telewire\//m);
    else expect(output).not.toMatch(/heard/);
  });

  it('has no password in the list of processes', async () => {
    const { output } = await processes('broker');
    expect(output).toMatch(/mosquitto -c/);
    expect(output).not.toMatch(/for-trying/);
  });

  it('shows the ward to a browser', async () => {
    await visit(page, compose.url);
    await showsTheWard(page);
  });

  it('shows the ward to a browser over HTTP/2 and TLS', async () => {
    await visit(securePage, compose.secureUrl);
    await showsTheWard(securePage);
    expect(await protocols(securePage, 'navigation')).toEqual(['h2']);
  });

  it.each(TRANSPORTS)(
    'nginx holds nothing back: %s',
    async (transport) => {
      await visit(securePage, compose.secureUrl);
      const arrivals = await watch(securePage, transport, 5);
      expect(new Set(arrivals.map((each) => each.transport))).toEqual(new Set([transport]));
      // The first may be what stood there; the others were sent while we were watching. What is held back waits until some
      // kilobytes are there, which takes them far longer than a busy machine.
      expect(Math.max(...arrivals.slice(1).map(({ ageMs }) => ageMs))).toBeLessThan(10_000);
      expect([...new Set(await protocols(securePage, 'resource'))]).toEqual(['h2']);
    },
    HELD_BACK_MS,
  );

  it('nginx keeps nothing for a client that does not read, so that the gateway knows that it is slow', async () => {
    const open = (): ClientHttp2Stream => {
      const session = connectHttp2(compose.secureUrl, { rejectUnauthorized: false });
      cleanUp.add(() => session.destroy());
      return session.request({ ':path': '/api/v1/stream?filter=icu/%23' });
    };
    open();
    let taken = 0;
    // As long as another, who reads, is given a good deal more than buffers on the way hold.
    for await (const chunk of open()) if ((taken += (chunk as Buffer).length) > KEPT_BYTES) break;
    expect(await compose.run('logs', '--no-color', 'nginx')).not.toMatch(/buffered to a temporary file/);
  });

  it('nginx finds a gateway that is recreated at another address, and an open page goes on', async () => {
    await visit(securePage, compose.secureUrl);
    await showsTheWard(securePage);
    const address = async () => (await compose.inspect('gateway')).NetworkSettings.Networks[compose.network]!.IPAddress;
    const before = await address();
    await compose.run('rm', '-s', '-f', 'gateway');
    // Somebody else gets the address that is free now.
    const settler = ['--network', compose.network, '--entrypoint', 'sleep', IMAGES.broker, 'infinity'];
    const { stdout: other } = await docker('run', '-d', '--rm', ...settler);
    try {
      await compose.up();
      expect(await address()).not.toBe(before);
      await showsTheWard(securePage);
      await poll(securePage, () => securePage.locator('tw-banner').innerText()).toBe('');
    } finally {
      await docker('rm', '-f', '-v', other.trim());
    }
  });

  it('what is sent while the gateway is away survives a broker that is killed and recreated', async () => {
    await compose.run('rm', '-s', '-f', 'gateway');
    const reading = '[{"bn":"lab/scale-2/","n":"mass","u":"kg","v":72.4}]';
    expect((await publish('telewire/data/lab/scale-2', reading, ...as('simulator'))).output).toMatch(TAKEN);
    const isKept = () => compose.exec('broker', 'grep', '-q', 'lab/scale-2/', '/mosquitto/data/mosquitto.db');
    await eventually(async () => expect((await isKept()).code).toBe(0));
    await compose.run('kill', 'broker');
    await compose.run('rm', '-f', 'broker');
    await compose.up();
    await eventually(async () => {
      const answer = await fetch(`${compose.url}/api/v1/readings?filter=lab/scale-2/mass`);
      expect(await answer.text()).toMatch(/72\.4/);
    });
  });

  it('nginx takes a renewed certificate under open streams, and its old workers end', async () => {
    await visit(securePage, compose.secureUrl);
    await Promise.all(TRANSPORTS.map((transport) => watch(securePage, transport, 2, true)));
    await compose.run('kill', '-s', 'HUP', 'nginx');
    const LEAVING = /worker process is shutting down/;
    await eventually(async () => expect((await processes('nginx')).output).toMatch(LEAVING));
    await eventually(async () => expect((await processes('nginx')).output).not.toMatch(LEAVING));
    await watch(securePage, 'sse', 2);
  });

  it.each([
    ['no certificate', [], 'tls.crt'],
    ['a certificate without its key', ['tls.crt'], 'tls.key'],
    ['a key that it may not read', ['tls.crt', 'tls.key'], 'tls.key'],
  ])('nginx does not start where TLS_DIR has %s', async (_what, names, missing) => {
    const directory = await mkdtemp(join(tmpdir(), 'telewire-tls-'));
    cleanUp.add(() => rm(directory, { recursive: true }));
    await chmod(directory, 0o755);
    for (const name of names) {
      await writeFile(join(directory, name), '');
      await chmod(join(directory, name), name === 'tls.key' ? 0o000 : 0o644);
    }
    const refused = await createCompose({ TLS_DIR: directory });
    cleanUp.add(() => refused.down());
    await expect(refused.run('run', '--rm', '--no-deps', '-T', 'nginx')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${directory}: ${missing} is missing there, or user 101 may not read it.`),
    });
  });

  it('the simulator is not healthy while the broker is away', async () => {
    await compose.up();
    await compose.run('stop', 'broker');
    await eventually(async () => expect(await compose.health('simulator')).toBe('unhealthy'));
  });

  it.each(SERVICES)('%s stops under open streams, and in good order', async (name) => {
    await compose.up();
    await visit(page, compose.url);
    await visit(securePage, compose.secureUrl);
    for (const each of [page, securePage])
      await Promise.all(TRANSPORTS.map((transport) => watch(each, transport, 2, true)));
    await compose.run('stop', '--timeout', String(KILL_AFTER_S), name);
    expect((await compose.inspect(name)).State.ExitCode).toBe(0);
  });
});

/** Opens an address; a browser gives up when Docker adds or removes a network meanwhile, this project's or another's. */
function visit(page: Page, url: string) {
  return eventually(() => page.goto(url));
}

/** Resolves once a heart rate stands there and has become another one. */
async function showsTheWard(page: Page): Promise<void> {
  const rate = page.locator('tw-bed').first().locator('.hr .n');
  await poll(page, () => rate.innerText()).toMatch(/^\d+$/);
  const before = await rate.innerText();
  await poll(page, () => rate.innerText()).not.toBe(before);
}

/** The protocols over which the page came, or what it has asked for since. */
function protocols(page: Page, type: 'navigation' | 'resource'): Promise<string[]> {
  return page.evaluate(
    (type) => performance.getEntriesByType(type).map((entry) => (entry as PerformanceResourceTiming).nextHopProtocol),
    type,
  );
}

/** What arrives in the page through the SDK, with the age that it has on this machine's one clock. */
function watch(page: Page, transport: TransportName, count: number, keepOpen = false) {
  return page.evaluate(
    async ({ sdk, transport, count, keepOpen }) => {
      const { connect } = (await import(sdk)) as typeof import('@telewire/client');
      const telewire = connect({ url: location.origin });
      const arrivals: { transport: string; ageMs: number }[] = [];
      await new Promise<void>((resolve) => {
        telewire.feed({ filters: ['icu/bed-01/hr'], transport }).batches.subscribe((batch) => {
          if (batch.kind === 'gap') return;
          for (const { at } of batch.readings) arrivals.push({ transport: batch.transport, ageMs: Date.now() - at });
          if (arrivals.length >= count) resolve();
        });
      });
      if (!keepOpen) telewire.close();
      return arrivals;
    },
    { sdk: SDK, transport, count, keepOpen },
  );
}

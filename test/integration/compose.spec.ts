import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { TRANSPORTS, type TransportName } from '@telewire/client';
import { openBrowser } from '../support/browser.js';
import { type Compose, createCompose, SERVICES } from '../support/compose.js';
import { describeInDocker, docker, IMAGES } from '../support/docker.js';
import { poll } from '../support/poll.js';

jest.setTimeout(120_000);

// Docker's patience with a container that is told to stop, after which it is killed and ends with 137.
const KILL_AFTER_MS = 10_000;
// One small reading a second: a buffer of 4 KiB would take longer to fill.
const HELD_BACK_MS = 30_000;
const SDK = '/sdk/telewire.js';

describeInDocker('the compose file', () => {
  let compose: Compose;
  let browser: Browser;
  let page: Page;
  let securePage: Page;

  beforeAll(async () => {
    compose = await createCompose();
    await compose.up();
    browser = await openBrowser();
    page = await browser.newPage();
    securePage = await browser.newPage({ ignoreHTTPSErrors: true });
  });

  afterAll(async () => {
    await browser?.close();
    await compose?.down();
  });

  const as = (user: 'gateway' | 'simulator') => ['-u', user, '-P', `${user}-for-trying`];
  const publish = (topic: string, message: string, ...login: readonly string[]) =>
    compose.exec('broker', 'mosquitto_pub', '-V', '5', '-q', '1', '-d', '-t', topic, '-m', message, ...login);
  // What the broker answers in MQTT 5: success or no matching subscribers; not authorized.
  const TAKEN = /PUBACK \(Mid: 1, RC:(0|16)\)/;
  const REFUSED = /PUBACK \(Mid: 1, RC:135\)/;

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

  it('has no password in the list of processes', async () => {
    const { output } = await compose.exec('broker', 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    expect(output).toMatch(/mosquitto -c/);
    expect(output).not.toMatch(/for-trying/);
  });

  it('shows the ward to a browser', async () => {
    await page.goto(compose.url);
    await showsTheWard(page);
  });

  it('shows the ward to a browser over HTTP/2 and TLS', async () => {
    await securePage.goto(compose.secureUrl);
    await showsTheWard(securePage);
    expect(await protocols(securePage, 'navigation')).toEqual(['h2']);
  });

  it.each(TRANSPORTS)(
    'nginx holds nothing back: %s',
    async (transport) => {
      await securePage.goto(compose.secureUrl);
      const arrivals = await watch(securePage, transport, 5);
      expect(new Set(arrivals.map((each) => each.transport))).toEqual(new Set([transport]));
      // The first may be what stood there; the others were sent while we were watching.
      expect(Math.max(...arrivals.slice(1).map(({ ageMs }) => ageMs))).toBeLessThan(3_000);
      expect([...new Set(await protocols(securePage, 'resource'))]).toEqual(['h2']);
    },
    HELD_BACK_MS,
  );

  it('nginx finds a gateway that is recreated at another address, and an open page goes on', async () => {
    await securePage.goto(compose.secureUrl);
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
      await docker('rm', '-f', other.trim());
    }
  });

  it('what is sent while the gateway is away survives a broker that is killed and recreated', async () => {
    await compose.run('rm', '-s', '-f', 'gateway');
    const reading = '[{"bn":"lab/scale-2/","n":"mass","u":"kg","v":72.4}]';
    expect((await publish('telewire/data/lab/scale-2', reading, ...as('simulator'))).output).toMatch(TAKEN);
    const isKept = () => compose.exec('broker', 'grep', '-q', 'lab/scale-2/', '/mosquitto/data/mosquitto.db');
    await poll(page, async () => (await isKept()).code).toBe(0);
    await compose.run('kill', 'broker');
    await compose.run('rm', '-f', 'broker');
    await compose.up();
    await poll(page, async () => {
      const answer = await fetch(`${compose.url}/api/v1/readings?filter=lab/scale-2/mass`);
      return answer.text();
    }).toMatch(/72\.4/);
  });

  it.each(['nginx', 'gateway'] as const)('%s stops at once under open streams, and in good order', async (name) => {
    await compose.up();
    await page.goto(compose.url);
    await securePage.goto(compose.secureUrl);
    for (const each of [page, securePage])
      await Promise.all(TRANSPORTS.map((transport) => watch(each, transport, 2, true)));
    const startedAt = Date.now();
    await compose.run('stop', name);
    const tookMs = Date.now() - startedAt;
    expect((await compose.inspect(name)).State.ExitCode).toBe(0);
    expect(tookMs).toBeLessThan(KILL_AFTER_MS / 2);
  });
});

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

import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.js';
import { freePorts } from '../support/free-ports.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { poll } from '../support/poll.js';
import { root } from '../support/root.js';

jest.setTimeout(90_000);

const NAME = 'telewire.example';

describe('the lab behind a port mapping, on ports of its own that are fixed', () => {
  let mapping: FaultyProxy;
  let gateway: TestGateway;
  let browser: Browser;

  beforeAll(async () => {
    mapping = await faultyProxy();
    gateway = await testGateway({
      ALLOWED_HOSTS: `${NAME}:${mapping.port}`,
      DASHBOARD_DIR: join(root, 'dist/dashboard/browser'),
      LAB: 'on',
      LAB_PORT: String(await freePorts(4)),
    });
    mapping.target(Number(new URL(gateway.url).port));
    browser = await openBrowser([`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]);
  });

  afterAll(async () => {
    await browser?.close();
    await mapping?.close();
    await gateway?.stop();
  });

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  it.each(['localhost', '127.0.0.1', NAME])('races and echoes for a page at %s', async (name) => {
    const page = await browser.newPage();
    await page.goto(`http://${name}:${mapping.port}/lab`);
    await button(page, 'Start').click();
    for (const lane of ['WebSocket', 'HTTP stream', 'SSE', 'Long-poll', 'Poll']) {
      const more = page.getByLabel(`More figures of ${lane}`);
      await more.click();
      const readings = page
        .getByRole('listitem')
        .filter({ has: more })
        .locator('.further dl > div')
        .filter({ has: page.getByText('readings', { exact: true }) })
        .locator('dd');
      await poll(page, async () => Number((await readings.innerText()).replace(/\D/g, '')) > 0).toBe(true);
    }
    // The echoes have a session of their own beside that of the race.
    await button(page, 'Send echoes').click();
    const back = page.getByRole('row').filter({ hasText: 'WebSocket' }).locator('td').first();
    await poll(page, async () => Number(/\d+/.exec(await back.innerText())?.[0] ?? 0) > 5).toBe(true);
    await page.close();
  });
});

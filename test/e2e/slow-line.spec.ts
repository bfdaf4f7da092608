import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { CleanUp } from '../support/clean-up.js';
import { faultyProxy, type FaultyProxy } from '../support/faulty-proxy.js';
import { startWave } from '../support/wave-device.js';

jest.setTimeout(120_000);

const BYTES_PER_SECOND = 2_000;
const SLOW = /slow line: (extremes kept, the rest withheld|only the latest come|paused until it can carry more)/;

describe('a widget on a line of 2 KB/s, in a browser (PROTOCOL R32)', () => {
  const cleanUp = new CleanUp();
  let browser: Browser;
  let proxy: FaultyProxy;
  let series: string;

  beforeAll(async () => {
    const { url, device } = await startWave(cleanUp);
    series = device.series;
    proxy = await faultyProxy();
    cleanUp.add(() => proxy.close());
    proxy.target(Number(new URL(url).port));
    browser = await openBrowser();
    cleanUp.add(() => browser.close());
  });

  afterAll(() => cleanUp.run());

  const board = async (transport: string): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(
      ([shows, transport]) => {
        const widgets = [1, 2, 3].map((id) => {
          const place = { x: 0, y: 4 * id, w: 12, h: 4 };
          localStorage.setItem(`telewire.transport.board.wave-${id}`, transport);
          return { id: `wave-${id}`, kind: 'wave', shows, policy: 'every', maxHz: 10 * id, place };
        });
        localStorage.setItem('telewire.board', JSON.stringify({ version: 1, widgets }));
      },
      [series, transport] as const,
    );
    await page.goto(`${proxy.url}/board`);
    return page;
  };

  it.each([
    ['websocket', 'WS'],
    ['sse', 'SSE'],
  ])('says so on %s, and no more once the line can carry everything again', async (transport, sign) => {
    const page = await board(transport);
    const words = page.getByText(SLOW);
    try {
      await page.locator('tw-wave canvas').first().waitFor();
      expect(await words.count()).toBe(0);
      expect(await page.locator('tw-board-widget').getByText(sign, { exact: true }).count()).toBe(3);
      proxy.turn({ kind: 'slow', bytesPerSecond: BYTES_PER_SECOND });
      proxy.cut();
      await words.first().waitFor({ timeout: 40_000 });
      proxy.turn({ kind: 'none' });
      proxy.cut();
      await words.first().waitFor({ state: 'detached', timeout: 40_000 });
    } finally {
      proxy.turn({ kind: 'none' });
      await page.close();
    }
  });
});

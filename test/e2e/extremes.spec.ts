import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { CleanUp } from '../support/clean-up.js';
import { poll } from '../support/poll.js';
import { startWave, type WaveDevice } from '../support/wave-device.js';

jest.setTimeout(90_000);

// 25 mm/s at 96 px to the inch; forty columns in ten seconds of it.
const PX_PER_SECOND = 94.5;
const COLUMN_MS = 250;
const SPIKE = 1;

describe('a wave that comes by extremes, in a browser', () => {
  const cleanUp = new CleanUp();
  let page: Page;
  let device: WaveDevice;
  let columns = 0;

  beforeAll(async () => {
    const wave = await startWave(cleanUp);
    device = wave.device;
    const browser = await openBrowser();
    cleanUp.add(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes(`"columnMs":${COLUMN_MS}`)) columns += 1;
      }),
    );
    await page.addInitScript((shows) => {
      const place = { x: 0, y: 0, w: 12, h: 6 };
      const widget = { id: 'wave', kind: 'wave', shows, policy: 'extremes', maxHz: 4, place };
      localStorage.setItem('telewire.board', JSON.stringify({ version: 1, widgets: [widget] }));
    }, device.series);
    await page.goto(`${wave.url}/board`);
  });

  afterAll(() => cleanUp.run());

  /** Whether the trace is on the sweep around the instant `at`, at the height of `value`. */
  const isDrawn = (at: number, value: number): Promise<boolean> =>
    page.locator('tw-wave canvas').evaluate(
      (element, [at, value, pxPerSecond]) => {
        const canvas = element as HTMLCanvasElement;
        const { width, height } = canvas.getBoundingClientRect();
        const x = ((at / 1000) * pxPerSecond) % width;
        // The scale of an ECG: -0.5 to 1.3 mV, but for two pixels at each end.
        const y = height - 2 - ((value + 0.5) * (height - 4)) / 1.8;
        const [left, top] = [Math.max(0, Math.round(x) - 2), Math.round(y) - 2];
        const { data } = canvas.getContext('2d')!.getImageData(left, top, 5, 5);
        // The trace has a hue; the bar ahead of the pen, which passes here too, has none.
        for (let i = 0; i < data.length; i += 4) {
          const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(i, i + 4);
          if (alpha > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) > 40) return true;
        }
        return false;
      },
      [at, value, PX_PER_SECOND] as const,
    );

  it('shows a spike of one sample at forty columns, as a bar in the middle of its column', async () => {
    await poll(page, () => columns > 4).toBe(true);
    // Near the begin of a column, away from where its bar stands.
    const at = await device.spike(SPIKE, COLUMN_MS, 12);
    const middle = (Math.floor(at / COLUMN_MS) + 0.5) * COLUMN_MS;
    await poll(page, () => isDrawn(middle, 0.98 * SPIKE)).toBe(true);
    const heights = [0.8, 0.6, 0.4, 0.2, 0];
    expect(await Promise.all(heights.map((part) => isDrawn(middle, part * SPIKE)))).toEqual(heights.map(() => true));
    const besides = [at, middle - COLUMN_MS, middle + COLUMN_MS];
    expect(await Promise.all(besides.map((other) => isDrawn(other, 0.98 * SPIKE)))).toEqual([false, false, false]);
    // What lies beside it is there, and small.
    await poll(page, () => isDrawn(middle + COLUMN_MS, 0)).toBe(true);
    expect(await isDrawn(middle - COLUMN_MS, 0)).toBe(true);
  });

  it('lets it be chosen, and says how many readings were left out', async () => {
    await page.getByRole('button', { name: /^Settings of/ }).click();
    expect(await page.getByRole('radio', { name: 'extremes kept' }).isChecked()).toBe(true);
    expect(await page.locator('.pace').innerText()).toMatch(/columns a second/);
    await poll(page, () => page.locator('.ledger').innerText()).toMatch(/ [1-9]\d* withheld, 0 lost/);
    await page.getByText('every one').click();
    const at = await device.spike(SPIKE, COLUMN_MS, 12);
    await poll(page, () => isDrawn(at, 0.9 * SPIKE)).toBe(true);
    await page.getByText('extremes kept').click();
    // The pace of the board was typed; that of its pixels is one click away.
    expect(await page.locator('.pace input').inputValue()).toBe('4');
    const own = page.getByRole('button', { name: 'own pace, 60 Hz' });
    await own.click();
    await poll(page, () => own.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.pace input').inputValue()).toBe('');
  });
});

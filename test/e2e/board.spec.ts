import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser, Page, Request } from 'playwright-core';
import { TRANSPORTS } from '@telewire/client';
import { openBrowser } from '../support/browser.js';
import { poll } from '../support/poll.js';
import type { System } from '../support/processes.js';
import { describeSystems } from '../support/systems.js';

jest.setTimeout(90_000);

describeSystems((start) => {
  let system: System;
  let browser: Browser;
  let page: Page;
  /** Requests of ours that have not ended. */
  const open = new Set<Request>();
  const perTransport = new Map<string, number>();

  const SERIES = ['hr', 'spo2', 'rr', 'temp', 'ecg-ii', 'pleth'].flatMap((metric) =>
    ['01', '02'].map((bed) => `icu/bed-${bed}/${metric}`),
  );
  const PATHS: Readonly<Record<string, string>> = {
    '/api/v1/stream': 'http-stream',
    '/api/v1/events': 'sse',
    '/api/v1/readings?wait': 'long-poll',
    '/api/v1/readings': 'poll',
  };
  const openOf = (...names: string[]) =>
    [...open].filter((request) => names.includes(transportOf(request.url())!)).length;
  const transportOf = (url: string) => Object.entries(PATHS).find(([path]) => url.includes(path))?.[1];

  beforeAll(async () => {
    system = await start(['--beds', '2', '--stations', '0']);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('request', (request) => {
      const transport = transportOf(request.url());
      if (!transport) return;
      open.add(request);
      const now = openOf(transport);
      perTransport.set(transport, Math.max(perTransport.get(transport) ?? 0, now));
    });
    const ended = (request: Request) => open.delete(request);
    page.on('requestfinished', ended);
    page.on('requestfailed', ended);
    page.on('websocket', () => {
      perTransport.set('websocket', (perTransport.get('websocket') ?? 0) + 1);
    });
    await page.addInitScript(
      ([series, transports]) => {
        const widgets = series.map((shows, i) => ({
          id: `w${i}`,
          kind: i < 8 ? 'number' : 'wave',
          shows,
          policy: 'every',
          maxHz: 30,
          place: { x: (i % 4) * 3, y: Math.floor(i / 4) * 4, w: 3, h: 4 },
        }));
        if (localStorage.getItem('telewire.board') === null) {
          localStorage.setItem('telewire.board', JSON.stringify({ version: 1, widgets }));
          widgets.forEach(({ id }, i) =>
            localStorage.setItem(`telewire.transport.board.${id}`, transports[i % transports.length]!),
          );
        }
      },
      [SERIES, [...TRANSPORTS]] as const,
    );
    await page.goto(`${system.url}/board`);
  });

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('shows twelve widgets over five transports on one connection each, and the gateway still answers at once', async () => {
    const codes = () => page.locator('tw-board-widget button.tx').allInnerTexts();
    await poll(page, async () => new Set(await codes()).size).toBe(5);
    await poll(page, () => page.locator('tw-board-widget .tag', { hasText: /STALE|LATE/ }).count()).toBe(0);
    await poll(page, async () =>
      (await page.locator('tw-big-number .n').allInnerTexts()).every((text) => /\d/.test(text)),
    ).toBe(true);
    expect([...perTransport.keys()].sort()).toEqual([...TRANSPORTS].sort());
    expect(perTransport.get('websocket')).toBe(1);
    // Widgets on the same transport share one request; while the set changes the old one may still be ending.
    for (const name of ['http-stream', 'sse', 'long-poll', 'poll'])
      expect(perTransport.get(name)).toBeLessThanOrEqual(2);
    expect(openOf('http-stream', 'sse', 'long-poll')).toBeLessThanOrEqual(3);
    // A browser opens six connections to an origin over HTTP/1.1; what does not fit waits for ever.
    const answered = await page.evaluate(async () => {
      const abort = AbortSignal.timeout(3_000);
      return (await fetch('/api/v1/time', { signal: abort })).ok;
    });
    expect(answered).toBe(true);
  });

  it('keeps a board in the browser when it is saved', async () => {
    const save = page.getByRole('button', { name: 'Save board' });
    expect(await save.isDisabled()).toBe(true);
    await page.locator('tw-board-widget .more').first().click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await poll(page, () => page.locator('tw-board-widget').count()).toBe(11);
    await poll(page, () => save.isDisabled()).toBe(false);
    await save.click();
    await poll(page, () => page.getByText(/Saved \d\d:\d\d:\d\d/).count()).toBe(1);
    await page.reload();
    await poll(page, () => page.locator('tw-board-widget').count()).toBe(11);
  });
});

import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser, Locator, Page, Request } from 'playwright-core';
import { lastValueFrom, takeWhile, toArray } from 'rxjs';
import { connect } from '@telewire/client';
import { durationMs, isSamples } from '@telewire/telemetry';
import { openBrowser } from '../support/browser.js';
import { poll as pollPage } from '../support/poll.js';
import type { System } from '../support/processes.js';
import { describeSystems } from '../support/systems.js';

jest.setTimeout(90_000);

describeSystems((start) => {
  let system: System;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  /** Requests that have not ended, and sockets that are not closed. */
  const open = new Set<Request>();
  let sockets = 0;

  beforeAll(async () => {
    system = await start(['--beds', '2', '--stations', '2']);
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    // Said where a case fails: what the page could not get.
    page.on('requestfailed', (request) => console.info(`${request.url()}: ${request.failure()?.errorText}`));
    page.on('request', (request) => open.add(request));
    page.on('requestfinished', (request) => open.delete(request));
    page.on('requestfailed', (request) => open.delete(request));
    page.on('websocket', (socket) => {
      sockets++;
      socket.on('close', () => sockets--);
    });
    await page.goto(system.url);
  });

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  const bed = (number: string): Locator => page.locator('tw-bed', { has: page.locator('h2', { hasText: number }) });
  const isOpen = (path: string) => [...open].some((request) => request.url().includes(path));
  const inkOf = (canvas: Locator) =>
    canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      let sum = 0;
      for (let i = 3; i < data.length; i += 4) sum = (sum * 31 + data[i]! * i) % 1_000_000_007;
      return sum;
    });

  /** Resolves once the picture of a wave is another one, and again another one. */
  async function movesOn(canvas: Locator): Promise<void> {
    for (let i = 0; i < 2; i++) {
      const before = await inkOf(canvas);
      await poll(() => inkOf(canvas)).not.toBe(before);
    }
  }

  const poll = <T>(read: () => T | Promise<T>) => pollPage(page, read);

  async function choose(transport: string): Promise<void> {
    await bed('01').locator('button.tx').click();
    await bed('01').getByRole('menuitemradio', { name: transport }).click();
    await page.keyboard.press('Escape');
  }

  it('shows waves that move and numbers that change', async () => {
    const one = bed('01');
    await poll(() => one.locator('.hr .n').innerText()).toMatch(/^\d+$/);
    await movesOn(one.locator('canvas').first());
    const before = await one.locator('.hr .n').innerText();
    await poll(() => one.locator('.hr .n').innerText()).not.toBe(before);
    await poll(() => one.locator('.nibp .n').innerText()).toMatch(/^\d+\/\d+\s*\(\d+\)$/);
    expect(errors).toEqual([]);
  });

  it('carries one bed over each of the transports while its data keeps coming', async () => {
    const canvas = bed('01').locator('canvas').first();
    const code = () => bed('01').locator('button.tx').innerText();
    expect(isOpen('/api/v1/events') || isOpen('/api/v1/readings')).toBe(false);
    expect(sockets).toBe(1);

    await choose('SSE');
    await poll(() => isOpen('/api/v1/events')).toBe(true);
    expect(await code()).toMatch(/SSE/);
    await movesOn(canvas);
    // The other bed stays where it is.
    expect(sockets).toBe(1);

    await choose('Long-poll');
    await poll(() => isOpen('/api/v1/readings')).toBe(true);
    await poll(() => isOpen('/api/v1/events')).toBe(false);
    expect(await code()).toMatch(/LP/);
    await movesOn(canvas);

    await choose('WebSocket');
    await poll(() => isOpen('/api/v1/readings')).toBe(false);
    expect(await code()).toMatch(/WS/);
    await movesOn(canvas);
    expect(await page.locator('.tag', { hasText: 'STALE' }).count()).toBe(0);
  });

  it('says that the link is lost, strikes what is stale, and recovers without a hole', async () => {
    const telewire = connect({ url: system.url });
    const blocks: { at: number; endsAt: number }[] = [];
    let restartedAt = Infinity;
    const watching = lastValueFrom(
      telewire.feed({ filters: ['icu/bed-01/ecg-ii'] }).batches.pipe(
        takeWhile((batch) => {
          if (batch.kind === 'gap') return true;
          for (const { at, value } of batch.readings)
            if (isSamples(value)) blocks.push({ at, endsAt: at + durationMs(value) });
          return !blocks.some(({ at }) => at > restartedAt + 2_000);
        }),
        toArray(),
      ),
    );
    await poll(() => blocks.length > 4).toBe(true);

    expect(await system.stopGateway()).toBe(0);
    await poll(() => page.locator('tw-banner').innerText()).toMatch(/WebSocket lost .* ago/);
    await poll(() => bed('01').locator('.tag').innerText()).toMatch(/STALE/);
    await poll(() => bed('01').locator('.hr .stale-n').count()).toBe(1);
    expect(await bed('01').locator('canvas').count()).toBe(0);

    await system.startGateway();
    restartedAt = Date.now();
    await watching;
    telewire.close();
    blocks.sort((a, b) => a.at - b.at);
    const holes = blocks.slice(1).filter(({ at }, i) => at - blocks[i]!.endsAt > 2);
    expect(holes).toEqual([]);

    await poll(() => page.locator('.tag', { hasText: 'STALE' }).count()).toBe(0);
    await movesOn(bed('01').locator('canvas').first());
    await poll(() => page.locator('tw-banner').innerText()).toBe('');
  });

  it('shows the corridor with its stations', async () => {
    await page.getByRole('link', { name: 'Corridor' }).first().click();
    await poll(() =>
      page
        .getByText('S01')
        .count()
        .then((count) => count > 0),
    ).toBe(true);
    await poll(() => page.locator('tw-station-row').first().innerText()).toMatch(/\d/);
    expect(errors).toEqual([]);
  });
});

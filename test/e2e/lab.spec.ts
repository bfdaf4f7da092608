import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { poll } from '../support/poll.js';
import { startSystem, type System } from '../support/processes.js';

jest.setTimeout(150_000);

const NAMES = ['WebSocket', 'HTTP stream', 'SSE', 'Long-poll', 'Poll'];
/** The pace of one client that asks again at once (PROTOCOL R18), and what a minute's extrapolation may add. */
const MOST_ASKS_A_MINUTE = 20 * 60 * 1.1;

describe('the transport lab', () => {
  let system: System;
  let browser: Browser;
  let page: Page;
  const button = (name: string, within: Page | Locator = page) => within.getByRole('button', { name, exact: true });
  const lane = (name: string) => page.getByRole('listitem').filter({ has: page.getByLabel(`More figures of ${name}`) });
  const numbers = async (name: string) =>
    (await lane(name).locator('.race-lane .fig').allInnerTexts()).map((text) =>
      // Thousands are parted by a narrow space.
      Number(text.replaceAll('\u202f', '').match(/[\d.]+/)?.[0]),
    );
  /** A figure of the detail that is open. */
  const further = async (name: string, figure: string) =>
    lane(name)
      .locator('.further dl > div')
      .filter({ has: page.getByText(figure, { exact: true }) })
      .locator('dd')
      .innerText();
  const setRate = async (rate: string) => {
    const box = page.getByRole('spinbutton', { name: 'Readings a second' });
    await box.fill(rate);
    await box.press('Enter');
  };
  const digits = (text: string) => Number(text.replace(/[^\d]/g, ''));
  const heard = () => page.getByRole('listbox').getByRole('option').allInnerTexts();
  const seconds = async () => Number(/(\d+) s/.exec(await page.locator('.about').innerText())?.[1] ?? 0);
  /** The race has gone on for so long since it began, or was counted anew. */
  const run = async (for_: number) => {
    const done = page.locator('.about').filter({ hasText: new RegExp(`\\b(${for_}|${for_ + 1}|${for_ + 2}) s`) });
    await done.waitFor({ timeout: (for_ + 20) * 1_000 });
  };

  beforeAll(async () => {
    system = await startSystem(['--beds', '1', '--stations', '0']);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    await page.goto(`${system.url}/lab`);
  });

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('races five transports for half a minute, and nothing is lost or repeated on any', async () => {
    await button('Start').click();
    for (const name of NAMES) await page.getByLabel(`More figures of ${name}`).click();
    for (const name of NAMES) await poll(page, async () => digits(await further(name, 'readings')) > 0).toBe(true);
    await run(30);
    expect(await seconds()).toBeGreaterThanOrEqual(30);
    for (const name of NAMES) {
      expect(digits(await further(name, 'readings'))).toBeGreaterThan(300);
      expect(await further(name, 'lost')).toBe('0');
      expect(await further(name, 'repeated')).toBe('0');
    }
  });

  it('counts what each costs: little around the frames of a WebSocket, most of what a poll asks', async () => {
    const overhead = Object.fromEntries(
      await Promise.all(NAMES.map(async (name) => [name, (await numbers(name))[1]] as const)),
    );
    expect(overhead['WebSocket']).toBeGreaterThan(0);
    expect(overhead['WebSocket']).toBeLessThan(20);
    expect(overhead['HTTP stream']).toBeLessThan(overhead['SSE']!);
    expect(overhead['SSE']).toBeLessThan(40);
    expect(overhead['Long-poll']).toBeGreaterThan(overhead['SSE']!);
    expect(digits(await further('WebSocket', 'requests'))).toBe(1);
  });

  it('keeps long-poll within its pace at 500 readings a second, and shows what the naive loop does', async () => {
    await setRate('500');
    await button('Count anew').click();
    await run(12);
    const paced = (await numbers('Long-poll'))[2]!;
    expect(paced).toBeGreaterThan(60);
    expect(paced).toBeLessThanOrEqual(MOST_ASKS_A_MINUTE);
    for (const name of NAMES) expect(await further(name, 'lost')).toBe('0');
    await button('naive').click();
    await poll(page, async () => (await numbers('Long-poll'))[2]! > paced).toBe(true);
    await button('paced').click();
    await setRate('20');
  });

  it('goes on when connections are cut, and says who recovered how fast', async () => {
    await button('Count anew').click();
    await button('5 s').click();
    await poll(page, () => lane('WebSocket').locator('.back').innerText()).toMatch(/cuts?, back (with)?in [\d.]+ m?s/);
    await poll(page, () => lane('SSE').locator('.back').innerText()).toMatch(/cuts?, back (with)?in [\d.]+ m?s/);
    await button('never').click();
    for (const name of NAMES)
      await poll(page, () => lane(name).locator('.who').innerText()).toMatch(/open|held|nextAt/);
    for (const name of NAMES) expect(await further(name, 'lost')).toBe('0');
  });

  it('shows a WebSocket byte for byte, from the upgrade to the close', async () => {
    const wire = page.getByRole('region', { name: 'Wire view' });
    await button('Your socket', wire).click();
    await button('Open a socket', wire).click();
    await poll(page, async () => (await heard()).join('; ')).toMatch(/GET \/socket.*101 Switching Protocols.*readings/);
    await button('Send', wire).click();
    await poll(page, async () => (await heard()).join('; ')).toMatch(/browser to gateway, subscribe/);
    await button('Ping', wire).click();
    await poll(page, async () => (await heard()).join('; ')).toMatch(
      /gateway to browser, ping.*browser to gateway, pong/,
    );
    await button('Close', wire).click();
    await poll(page, async () => (await heard()).join('; ')).toMatch(
      /browser to gateway, close 1000.*gateway to browser, close 1000/,
    );
    await poll(page, () => wire.locator('.said').innerText()).toMatch(/Closed: code 1000/);
    const list = page.getByRole('listbox');
    await list.focus();
    await page.keyboard.press('Home');
    await poll(page, () => list.getByRole('option').first().getAttribute('aria-selected')).toBe('true');
    const detail = page.getByRole('region', { name: 'The message that is chosen' });
    const upTo = async (what: RegExp) => {
      for (let shown = await detail.innerText(); !what.test(shown); shown = await detail.innerText()) {
        await page.keyboard.press('ArrowRight');
        // The detail is painted in its own time; a second press before it would pass over a message.
        await poll(page, () => detail.innerText()).not.toBe(shown);
      }
    };
    await upTo(/Request \d+, browser to gateway, GET/);
    expect(await detail.innerText()).toMatch(/sec-websocket-key/i);
    await upTo(/101 Switching Protocols/);
    expect(await detail.innerText()).toMatch(/RFC 6455 §4.2.2[\s\S]*the same/);
    await upTo(/Frame \d+, browser to gateway, close 1000/);
    expect(await detail.innerText()).toMatch(/The browser began with 1000/);
    expect(await detail.locator('.hex b').first().innerText()).toMatch(/^88 /);
  });

  it('gives the run as Markdown and as CSV', async () => {
    await button('Stop').click();
    const kept = async (name: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()]);
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
    };
    const markdown = await kept('Markdown');
    expect(markdown.name).toMatch(/\.md$/);
    for (const row of ['websocket', 'http-stream', 'sse', 'long-poll', 'poll'])
      expect(markdown.text).toContain(`| ${row} `);
    const csv = await kept('CSV');
    expect(csv.name).toMatch(/\.csv$/);
    expect(csv.text.split('\r\n')[0]).toContain('overhead');
    expect(csv.text.trim().split('\r\n')).toHaveLength(6);
  });

  it('holds nothing once it is stopped', async () => {
    expect(await button('Start').count()).toBe(1);
    // The race's session is closed and so is that of the socket: all places are free.
    const opened = () =>
      page.evaluate(async () => {
        const aborts = [1, 2, 3, 4].map(() => new AbortController());
        const answers = await Promise.all(
          aborts.map(({ signal }) => fetch('/api/v1/lab/sessions', { method: 'POST', signal })),
        );
        for (const abort of aborts) abort.abort();
        return answers.every(({ ok }) => ok);
      });
    await poll(page, opened).toBe(true);
  });
});

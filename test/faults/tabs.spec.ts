import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { firstValueFrom, timer } from 'rxjs';
import type { FeedState, LedgerEntry, TransportChoice } from '@telewire/client';
import { openBrowser } from '../support/browser.js';
import { CleanUp } from '../support/clean-up.js';
import { eventually } from '../support/eventually.js';
import type { Weather } from '../support/faults.js';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { type NumberedDevice, numberedDevice } from '../support/numbered-device.js';
import { sdkPage } from '../support/sdk-page.js';

jest.setTimeout(180_000);

const RATE_HZ = 500;
const SERIES = 'lab/counter/x';
const HTML = '<h1>not Telewire';

/** What a page has seen: see `page/page.js`. */
interface Seen {
  readonly firstAfterMs?: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly jumps: readonly unknown[];
  readonly gaps: readonly unknown[];
  readonly losses: number;
  readonly state: FeedState & { readonly afterMs: number };
  readonly ledger: () => LedgerEntry;
}
declare global {
  var watch: (transport: TransportChoice, series: string) => void;
  var seen: Seen;
}

describe('in a browser', () => {
  const cleanUp = new CleanUp();
  let gateway: TestGateway;
  let device: NumberedDevice;
  let browser: Browser;

  beforeAll(async () => {
    const page = await sdkPage();
    cleanUp.add(() => page.remove());
    gateway = await testGateway({ HEARTBEAT_MS: '1000', RECONNECT_SPREAD_MS: '500', DASHBOARD_DIR: page.folder });
    cleanUp.add(() => gateway.stop());
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { protocolVersion: 4 });
    cleanUp.add(() => client.endAsync(true));
    device = numberedDevice(client, 'lab/counter', RATE_HZ);
    cleanUp.add(() => device.hush());
    browser = await openBrowser();
    cleanUp.add(() => browser.close());
  });

  afterAll(() => cleanUp.run());

  const watch = (page: Page, transport: TransportChoice) =>
    page.evaluate(([transport, series]) => globalThis.watch(transport, series), [transport, SERIES] as const);
  const look = (page: Page) =>
    page.evaluate(() => {
      const { ledger, ...seen } = globalThis.seen;
      return { ...seen, ledger: ledger() };
    });
  /** Every number has come once and in order, from the first on, and the ledger says the same. */
  const expectWhole = async (page: Page) => {
    const { first, last, count, jumps, gaps, ledger } = await look(page);
    expect({ jumps, gaps, count }).toEqual({ jumps: [], gaps: [], count: last - first + 1 });
    expect(ledger).toMatchObject({ withheld: 0, lost: 0, matched: ledger.delivered });
  };

  it('seven tabs with SSE chosen in each: who gets no connection says why within 5 s, and auto has another (freenet-core#5213)', async () => {
    const context = await browser.newContext();
    const tabs = await Promise.all(Array.from({ length: 7 }, () => context.newPage()));
    for (const tab of tabs) await tab.goto(gateway.url);
    await Promise.all(tabs.map((tab) => watch(tab, 'sse')));
    await firstValueFrom(timer(5_000));
    const states = await Promise.all(tabs.map((tab) => look(tab)));
    const waiting = states.filter(({ state }) => state.phase !== 'live');
    // Six connections to an address: the seventh waits for one of them.
    expect(waiting).toHaveLength(1);
    expect(waiting[0]!.state.reason).toMatch(/^no answer yet: .* other tabs/);
    const last = tabs[states.indexOf(waiting[0]!)]!;
    await watch(last, 'auto');
    await eventually(async () =>
      expect((await look(last)).state).toMatchObject({ phase: 'live', delivering: 'websocket' }),
    );
    await Promise.all(tabs.map(expectWhole));
    await context.close();
  });

  describe('through a proxy', () => {
    it.each<[what: string, Weather, by: RegExp, withinS: number]>([
      ['that passes everything on', { kind: 'none' }, /^websocket$/, 2],
      ['that is silent after 101', { kind: 'silent', extent: 'upgrades' }, /^(http-stream|long-poll)$/, 8],
      ['that drops upgrades', { kind: 'no-upgrade' }, /^http-stream$/, 3],
      [
        'that answers upgrades with an HTML 502',
        { kind: 'page', status: '502 Bad Gateway', html: HTML, extent: 'upgrades' },
        /^http-stream$/,
        3,
      ],
      ['that waits for the end of answers', { kind: 'buffered' }, /^long-poll$/, 8],
      ['that cuts every 50 KB', { kind: 'cut', everyBytes: 50_000 }, /./, 3],
      ['that is a second late each way', { kind: 'late', ms: 1_000 }, /^websocket$/, 8],
    ])('%s', async (_what, weather, by, withinS) => {
      await through(weather, async (page) => {
        await eventually(async () => expect((await look(page)).count).toBeGreaterThan(RATE_HZ));
        const { firstAfterMs, state } = await look(page);
        console.info(
          `${weather.kind}: ${(firstAfterMs! / 1000).toFixed(1)} s to the first reading, by ${state.delivering}`,
        );
        expect(state.delivering).toMatch(by);
        expect(firstAfterMs! / 1_000).toBeLessThan(withinS);
        await expectWhole(page);
      });
    });

    it('that answers everything with the page of a portal, until somebody logs in', () =>
      through({ kind: 'page', status: '200 OK', html: HTML }, async (page, proxy) => {
        await eventually(async () => {
          const { count, state } = await look(page);
          expect({ count, ...state }).toMatchObject({
            count: 0,
            phase: 'connecting',
            reason: expect.stringMatching(/./),
          });
        });
        proxy.turn({ kind: 'none' });
        await eventually(async () => expect((await look(page)).state).toMatchObject({ phase: 'live' }));
        await eventually(async () => expect((await look(page)).count).toBeGreaterThan(RATE_HZ));
        await expectWhole(page);
      }));

    it('that forgets its connections and closes none: half-open', () =>
      through({ kind: 'none' }, async (page, proxy) => {
        await eventually(async () => expect((await look(page)).count).toBeGreaterThan(RATE_HZ));
        proxy.forget();
        await eventually(async () => expect((await look(page)).losses).toBeGreaterThan(0));
        const { count } = await look(page);
        await eventually(async () => expect((await look(page)).count).toBeGreaterThan(count + RATE_HZ));
        await expectWhole(page);
      }));

    it('of 2 KB a second, with more to carry than that', () =>
      through({ kind: 'slow', bytesPerSecond: 2_000 }, async (page, proxy) => {
        await eventually(async () => expect((await look(page)).count).toBeGreaterThan(0));
        expect((await look(page)).firstAfterMs! / 1_000).toBeLessThan(8);
        proxy.turn({ kind: 'none' });
        await eventually(async () => expect((await look(page)).count).toBeGreaterThan(RATE_HZ));
        await expectWhole(page);
      }));

    /** A page that was loaded before the weather turned, and watches then; `fn` does the rest. */
    async function through(weather: Weather, fn: (page: Page, proxy: FaultyProxy) => Promise<void>): Promise<void> {
      const proxy = await faultyProxy();
      const page = await browser.newPage();
      try {
        proxy.target(Number(new URL(gateway.url).port));
        await page.goto(proxy.url);
        proxy.turn(weather);
        await watch(page, 'auto');
        await fn(page, proxy);
      } finally {
        await page.close();
        await proxy.close();
      }
    }
  });
});

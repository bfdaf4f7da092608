import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import mqtt from 'mqtt';
import { firstValueFrom, timer } from 'rxjs';
import { type LedgerEntry, TRANSPORTS, type TransportChoice } from '@telewire/client';
import { CleanUp } from '../support/clean-up.js';
import { type Tab, TabbedBrowser } from '../support/devtools.js';
import { eventually } from '../support/eventually.js';
import { testGateway } from '../support/gateway.js';
import { type NumberedDevice, numberedDevice } from '../support/numbered-device.js';
import { sdkPage } from '../support/sdk-page.js';

jest.setTimeout(180_000);

// Longer sleeps are a matter of patience: nothing but the journal grows meanwhile.
const SLEEP_S = Number(process.env['SLEEP_SECONDS'] ?? 10);
const RATE_HZ = 500;
const CHOICES: readonly TransportChoice[] = ['auto', ...TRANSPORTS];
const WITHIN_MS = 500;

interface Report {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly jumps: readonly unknown[];
  readonly gaps: readonly unknown[];
  /** How often the line was lost. */
  readonly losses: number;
  readonly ledger: LedgerEntry;
  /** What was painted since it is shown again: after how long, and which number. */
  readonly paints: readonly { readonly afterMs: number; readonly value: number }[];
}

const LOOK = `(() => {
  const { first, last, count, jumps, gaps, losses, paints, ledger } = window.seen;
  const since = paints.filter(({ at }) => at >= window.shownAt);
  const told = since.map(({ at, value }) => ({ afterMs: at - window.shownAt, value }));
  return { first, last, count, jumps, gaps, losses, ledger: ledger(), paints: told };
})()`;

describe(`a tab at ${RATE_HZ} readings a second that was hidden for ${SLEEP_S} s`, () => {
  const cleanUp = new CleanUp();
  let device: NumberedDevice;
  let browser: TabbedBrowser;
  let url: string;

  beforeAll(async () => {
    const page = await sdkPage();
    cleanUp.add(() => page.remove());
    const gateway = await testGateway({ HEARTBEAT_MS: '1000', RECONNECT_SPREAD_MS: '500', DASHBOARD_DIR: page.folder });
    cleanUp.add(() => gateway.stop());
    url = gateway.url;
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { protocolVersion: 4 });
    cleanUp.add(() => client.endAsync(true));
    device = numberedDevice(client, 'lab/counter', RATE_HZ);
    cleanUp.add(() => device.hush());
    browser = await TabbedBrowser.start();
    cleanUp.add(() => browser.close());
  });

  afterAll(() => cleanUp.run());

  const look = (tab: Tab) => tab.evaluate<Report>(LOOK);

  describe.each(['hidden', 'frozen'] as const)('and %s', (how) => {
    const tabs = new Map<TransportChoice, Tab>();

    beforeAll(async () => {
      for (const choice of CHOICES) {
        const tab = await browser.open(url);
        tabs.set(choice, tab);
        await eventually(async () => expect(await tab.evaluate('typeof window.watch')).toBe('function'));
        await tab.evaluate(`window.watch('${choice}', 'lab/counter/x')`);
        await eventually(async () => expect(await tab.evaluate('window.seen.count')).toBeGreaterThan(0));
      }
      await (await browser.open('about:blank')).show();
      for (const tab of tabs.values()) {
        await eventually(async () => expect(await tab.evaluate('document.visibilityState')).toBe('hidden'));
        if (how === 'frozen') await tab.freeze();
      }
      await firstValueFrom(timer(SLEEP_S * 1_000));
    });

    it.each(CHOICES)(`on %s is back within ${WITHIN_MS} ms, without a flood, and whole`, async (choice) => {
      const tab = tabs.get(choice)!;
      const sent = device.sent;
      if (how === 'frozen') {
        expect(await tab.evaluate('window.frozenAt')).toBeGreaterThan(0);
        await tab.thaw();
      }
      await tab.show();
      const { paints, first, last, count, jumps, gaps, losses, ledger } = await eventually(async () => {
        const report = await look(tab);
        expect(report.paints.some(({ value }) => value >= sent)).toBe(true);
        return report;
      });
      const present = paints.findIndex(({ value }) => value >= sent);
      const told = `first paint after ${Math.round(paints[0]!.afterMs)} ms, of the present after ${Math.round(paints[present]!.afterMs)} ms`;
      console.info(`${choice}, ${how}: ${told}, the ${present + 1}th`);
      expect(paints[0]!.afterMs).toBeLessThan(WITHIN_MS);
      // All that was missed comes in a few frames of the display, not as it would have come.
      expect(present).toBeLessThan(30);
      expect({ jumps, gaps, count }).toEqual({ jumps: [], gaps: [], count: last - first + 1 });
      // A page that is frozen may lose its line, and goes on from its cursor.
      if (how === 'hidden') expect(losses).toBe(0);
      expect(ledger).toMatchObject({ withheld: 0, lost: 0, matched: ledger.delivered });
    });
  });
});

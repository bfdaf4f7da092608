import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LabError } from '@telewire/lab';
import { keptFiles } from './testing/kept-files.js';
import { LabPage } from './testing/lab-page.js';
import { counted, report } from './testing/reports.js';

describe('the lab', () => {
  let page: LabPage;

  beforeEach(() => void (page = new LabPage()));
  afterEach(() => page.end());

  it.each([
    ['off', 'The lab is switched off', /LAB=on npm start/],
    ['unreachable', 'The gateway does not answer', /whether it has a lab cannot be told/],
    ['foreign', 'What answers here is not a gateway', /does not hand it on, or another program/],
    [
      'remote',
      'The lab cannot be reached from this address',
      /on the machine that the gateway runs on.*http:\/\/localhost\/lab/,
    ],
  ] as const)('says what is the matter where it is %s, and what would end it', async (place, heading, what) => {
    page.lab.at = place;
    await page.show();
    expect(page.host.querySelector('h2')?.textContent).toBe(heading);
    expect(page.text).toMatch(what);
    expect(page.button('Start')).toBeUndefined();
    page.lab.at = 'on';
    await page.press('Ask again');
    expect(page.button('Start')).toBeDefined();
  });

  it('opens nothing before it is started', async () => {
    await page.show();
    expect(page.lab.sessions).toHaveLength(0);
    expect(page.host.querySelectorAll('tw-lane-row')).toHaveLength(5);
    expect(page.text).toContain('not running');
  });

  it('races all lanes through the session’s proxy and shows what they cost', async () => {
    const { session, race } = await page.run();
    expect(race.options).toMatchObject({ url: session.url, filters: [session.series] });
    expect(session.settings[0]).toMatchObject({ rateHz: 20, watch: 'websocket' });
    expect(page.text).toContain('open, 1 connection');
    expect(page.text).toContain('1 cut, back in 310 ms');
    expect(page.text).toContain('4 of 6 are open over HTTP/1.1 to 127.0.0.1:4100,');
    expect(await page.unfold()).toContain('bytes a reading');
  });

  it('takes weather, rate and ways of asking while it runs', async () => {
    const { session, race } = await page.run();
    await page.press('300 ms');
    expect(session.settings.at(-1)?.weather).toMatchObject({ delayMs: 300 });
    await page.setRate('500');
    expect(session.settings.at(-1)).toMatchObject({ rateHz: 500 });
    await page.press('naive');
    expect(race.changes.at(-1)).toMatchObject({ unpaced: true });
    await page.press('10 s');
    expect(race.changes.at(-1)).toMatchObject({ pollEveryMs: 10_000 });
    expect(page.text).toContain('every reading, JSON');
    await page.press('CBOR');
    expect(page.text).toContain('every reading, CBOR');
    expect(race.changes.at(-1)).toMatchObject({ format: 'cbor' });
  });

  it('says beside the rate why the gateway does not take it, and races on', async () => {
    const { session, race } = await page.run();
    session.refusal = new LabError('full', 'others make 500 now');
    await page.setRate('200');
    expect(page.host.querySelector('tw-rate-choice [role=status]')?.textContent).toBe(
      'Not taken: others make 500 now.',
    );
    expect(page.host.querySelector<HTMLInputElement>('[role=spinbutton]')?.value).toBe('20');
    expect([race.running, page.text.includes('20 readings a second')]).toEqual([true, true]);
  });

  it('counts from the beginning of its session, also what passed before the first tally', async () => {
    await page.show();
    await page.press('Start');
    page.lab.sessions[0]!.happened.next(counted(1_000, 1));
    page.lab.races[0]!.reports.next([report({ lane: 'websocket' })]);
    await page.settle();
    expect(await page.unfold()).toMatch(/requests\s*1/);
  });

  it('counts anew from the next tally, the bytes and the readings', async () => {
    const { session, race } = await page.run();
    await page.press('Count anew');
    expect(race.restarts).toBe(0);
    session.happened.next(counted(9_000, 30));
    expect(race.restarts).toBe(1);
    session.happened.next(counted(10_000, 37));
    await page.settle();
    expect(race.restarts).toBe(1);
    expect(await page.unfold()).toMatch(/requests\s*7/);
  });

  it('lets go of session and clients when it is stopped, and keeps the figures', async () => {
    const { session, race } = await page.run();
    await page.press('Stop');
    expect(session.closed).toBe(true);
    expect(race.running).toBe(false);
    expect(page.text).toContain('stopped after 4 s');
    expect(page.text).toContain('1 cut, back in 310 ms');
    expect(page.button('Markdown')?.disabled).toBe(false);
  });

  it('gives a report of what was run, whatever is set after it', async () => {
    const { session } = await page.run();
    await page.press('100');
    await page.press('Send echoes');
    page.lab.sessions[1]?.happened.next(counted(1, 0));
    page.lab.sessions[1]?.happened.next(counted(2, 0));
    await page.settle();
    page.lab.echoes.next({ way: 'websocket', sent: 50, returned: 50, requests: 1, p50: 1.2, p99: 3 });
    await page.press('300 ms');
    session.happened.next(counted(11_000, 10));
    await page.press('10 s');
    await page.press('Stop');
    await page.setRate('100');
    for (const name of ['buffers', 'naive', 'nextAt']) await page.press(name);
    const files = keptFiles();
    await page.press('Markdown');
    await page.press('CSV');
    const [markdown, csv] = files;
    expect(markdown).toContain('10 s: 20 readings/s; `telewire/lab-1`; JSON;');
    expect(markdown).toMatch(/\| 300 ms delay each way \| +4 s \|\n\| poll every 10 s +\| +10 s \|/);
    expect(markdown).toMatch(/\| websocket +\| 100 ms delay each way +\| +50 \|/);
    expect(markdown).not.toMatch(/buffers|unpaced/);
    expect(csv).toContain('after 4 s: 300 ms delay each way | after 10 s: poll every 10 s');
  });

  it('lets go of everything when the page is left', async () => {
    const { session, race } = await page.run();
    page.leave();
    expect(session.closed).toBe(true);
    expect(race.running).toBe(false);
  });

  it('says why there is no session, and why one has ended', async () => {
    page.lab.refusal = new Error('the lab has room for 4 at a time; close another');
    await page.show();
    await page.press('Start');
    expect(page.text).toContain('room for 4 at a time');
    page.lab.refusal = undefined;
    await page.press('Start');
    page.lab.sessions[0]?.happened.error(new Error('the line to the lab is lost'));
    await page.settle();
    expect(page.text).toContain('the line to the lab is lost');
    expect(page.button('Start')).toBeDefined();
  });

  it('does not begin a race that was stopped while its session was being opened', async () => {
    await page.show();
    page.button('Start')?.click();
    page.render();
    page.button('Stop')?.click();
    await page.settle();
    expect(page.lab.races).toHaveLength(0);
    expect(page.lab.sessions.every(({ closed }) => closed)).toBe(true);
  });

  it('sends the same echo over both ways, each counted on the sockets', async () => {
    await page.run();
    await page.press('Send echoes');
    const session = page.lab.sessions[1];
    session?.happened.next(counted(1, 0));
    session?.happened.next(counted(2, 0));
    await page.settle();
    page.lab.echoes.next({ way: 'websocket', sent: 50, returned: 49, requests: 1, p50: 1.2, p99: 3 });
    await page.settle();
    expect(page.host.querySelector('tw-duplex-panel')?.textContent).toContain('49');
    await page.press('Stop');
    const panel = page.host.querySelector<HTMLButtonElement>('tw-duplex-panel button');
    panel?.click();
    await page.settle();
    expect(session?.closed).toBe(true);
  });
});

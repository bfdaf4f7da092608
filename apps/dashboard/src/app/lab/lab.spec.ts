import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { LabError } from '@telewire/lab';
import { LAB_LANES, type LabEvent } from '@telewire/protocol';
import { TELEWIRE } from '../telewire.js';
import { LAB_TOOLS } from './lab-tools.js';
import { Lab } from './lab.js';
import { FakeLab, SILENT_CLIENT } from './testing/fake-lab.js';
import { keptFiles } from './testing/kept-files.js';
import { message } from './testing/messages.js';
import { report, tally } from './testing/reports.js';

class Observer {
  observe = () => undefined;
  disconnect = () => undefined;
}

const counted = (at: number, requests: number): LabEvent => ({
  type: 'tally',
  at,
  http: 4,
  lanes: Object.fromEntries(LAB_LANES.map((lane) => [lane, tally({ requests })])),
  marks: [[at - 100, 'sse', 'down', 14, 486]],
});

describe('the lab', () => {
  let fixture: ComponentFixture<Lab>;
  let lab: FakeLab;
  const host = () => fixture.nativeElement as HTMLElement;
  const text = () => host().textContent?.replace(/\s+/g, ' ').trim() ?? '';
  const button = (name: string) =>
    [...host().querySelectorAll('button')].find((each) => each.textContent?.trim() === name);
  const settle = async () => {
    await jest.advanceTimersByTimeAsync(250);
    fixture.detectChanges();
  };
  const press = async (name: string) => {
    button(name)?.click();
    await settle();
  };
  const setRate = async (rate: string) => {
    const box = host().querySelector<HTMLInputElement>('[role=spinbutton]')!;
    box.value = rate;
    box.dispatchEvent(new Event('change'));
    await settle();
  };
  const show = async () => {
    fixture = TestBed.createComponent(Lab);
    fixture.detectChanges();
    await settle();
  };
  const run = async () => {
    await show();
    await press('Start');
    const [session, race] = [lab.sessions[0]!, lab.races[0]!];
    session.happened.next(counted(1_000, 0));
    session.happened.next(counted(5_000, 4));
    race.reports.next([
      report({ lane: 'websocket' }),
      report({ lane: 'sse', interruptions: 1, longestRecoveryMs: 310 }),
    ]);
    await settle();
    return { session, race };
  };

  beforeEach(() => {
    jest.useFakeTimers({ now: 100_000, doNotFake: ['requestAnimationFrame', 'queueMicrotask'] });
    globalThis.ResizeObserver = Observer as never;
    lab = new FakeLab();
    TestBed.configureTestingModule({
      providers: [
        { provide: TELEWIRE, useValue: SILENT_CLIENT },
        { provide: LAB_TOOLS, useValue: lab },
      ],
    });
  });
  afterEach(() => {
    fixture.destroy();
    jest.useRealTimers();
  });

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
    lab.at = place;
    await show();
    expect(host().querySelector('h2')?.textContent).toBe(heading);
    expect(text()).toMatch(what);
    expect(button('Start')).toBeUndefined();
    lab.at = 'on';
    await press('Ask again');
    expect(button('Start')).toBeDefined();
  });

  it('opens nothing before it is started', async () => {
    await show();
    expect(lab.sessions).toHaveLength(0);
    expect(host().querySelectorAll('tw-lane-row')).toHaveLength(5);
    expect(text()).toContain('not running');
  });

  it('races all lanes through the session’s proxy and shows what they cost', async () => {
    const { session, race } = await run();
    expect(race.options).toMatchObject({ url: session.url, filters: [session.series] });
    expect(session.settings[0]).toMatchObject({ rateHz: 20, watch: 'websocket' });
    expect(text()).toContain('open, 1 connection');
    expect(text()).toContain('1 cut, back in 310 ms');
    expect(text()).toContain('4 of 6 are open over HTTP/1.1 to 127.0.0.1:4100,');
    host().querySelector<HTMLButtonElement>('.race-lane .open')?.click();
    await settle();
    expect(host().querySelector('.further')?.textContent).toContain('bytes a reading');
  });

  it('takes weather, rate and ways of asking while it runs', async () => {
    const { session, race } = await run();
    await press('300 ms');
    expect(session.settings.at(-1)?.weather).toMatchObject({ delayMs: 300 });
    await setRate('500');
    expect(session.settings.at(-1)).toMatchObject({ rateHz: 500 });
    await press('naive');
    expect(race.changes.at(-1)).toMatchObject({ unpaced: true });
    await press('10 s');
    expect(race.changes.at(-1)).toMatchObject({ pollEveryMs: 10_000 });
    expect(text()).toContain('every reading, JSON');
    await press('CBOR');
    expect(text()).toContain('every reading, CBOR');
    expect(race.changes.at(-1)).toMatchObject({ format: 'cbor' });
  });

  it('says beside the rate why the gateway does not take it, and races on', async () => {
    const { session, race } = await run();
    session.refusal = new LabError('full', 'others make 500 now');
    await setRate('200');
    expect(host().querySelector('tw-rate-choice [role=status]')?.textContent).toBe('Not taken: others make 500 now.');
    expect(host().querySelector<HTMLInputElement>('[role=spinbutton]')?.value).toBe('20');
    expect([race.running, text().includes('20 readings a second')]).toEqual([true, true]);
  });

  it('counts from the beginning of its session, also what passed before the first tally', async () => {
    await show();
    await press('Start');
    lab.sessions[0]!.happened.next(counted(1_000, 1));
    lab.races[0]!.reports.next([report({ lane: 'websocket' })]);
    await settle();
    host().querySelector<HTMLButtonElement>('.race-lane .open')?.click();
    await settle();
    expect(host().querySelector('.further')?.textContent).toMatch(/requests\s*1/);
  });

  it('counts anew from the next tally, the bytes and the readings', async () => {
    const { session, race } = await run();
    await press('Count anew');
    expect(race.restarts).toBe(0);
    session.happened.next(counted(9_000, 30));
    expect(race.restarts).toBe(1);
    session.happened.next(counted(10_000, 37));
    await settle();
    expect(race.restarts).toBe(1);
    host().querySelector<HTMLButtonElement>('.race-lane .open')?.click();
    await settle();
    expect(host().querySelector('.further')?.textContent).toMatch(/requests\s*7/);
  });

  it('lets go of session and clients when it is stopped, and keeps the figures', async () => {
    const { session, race } = await run();
    await press('Stop');
    expect(session.closed).toBe(true);
    expect(race.running).toBe(false);
    expect(text()).toContain('stopped after 4 s');
    expect(text()).toContain('1 cut, back in 310 ms');
    expect(button('Markdown')?.disabled).toBe(false);
  });

  it('gives a report of what was run, whatever is set after it', async () => {
    const { session } = await run();
    await press('100');
    await press('Send echoes');
    lab.sessions[1]?.happened.next(counted(1, 0));
    lab.sessions[1]?.happened.next(counted(2, 0));
    await settle();
    lab.echoes.next({ way: 'websocket', sent: 50, returned: 50, requests: 1, p50: 1.2, p99: 3 });
    await press('300 ms');
    session.happened.next(counted(11_000, 10));
    await press('10 s');
    await press('Stop');
    await setRate('100');
    for (const name of ['buffers', 'naive', 'nextAt']) await press(name);
    const files = keptFiles();
    await press('Markdown');
    await press('CSV');
    const [markdown, csv] = files;
    expect(markdown).toContain('10 s: 20 readings/s; `telewire/lab-1`; JSON;');
    expect(markdown).toMatch(/\| 300 ms delay each way \| +4 s \|\n\| poll every 10 s +\| +10 s \|/);
    expect(markdown).toMatch(/\| websocket +\| 100 ms delay each way +\| +50 \|/);
    expect(markdown).not.toMatch(/buffers|unpaced/);
    expect(csv).toContain('after 4 s: 300 ms delay each way | after 10 s: poll every 10 s');
  });

  it('lets go of everything when the page is left', async () => {
    const { session, race } = await run();
    fixture.destroy();
    expect(session.closed).toBe(true);
    expect(race.running).toBe(false);
  });

  it('says why there is no session, and why one has ended', async () => {
    lab.refusal = new Error('the lab has room for 4 at a time; close another');
    await show();
    await press('Start');
    expect(text()).toContain('room for 4 at a time');
    lab.refusal = undefined;
    await press('Start');
    lab.sessions[0]?.happened.error(new Error('the line to the lab is lost'));
    await settle();
    expect(text()).toContain('the line to the lab is lost');
    expect(button('Start')).toBeDefined();
  });

  it('does not begin a race that was stopped while its session was being opened', async () => {
    await show();
    button('Start')?.click();
    fixture.detectChanges();
    button('Stop')?.click();
    await settle();
    expect(lab.races).toHaveLength(0);
    expect(lab.sessions.every(({ closed }) => closed)).toBe(true);
  });

  it('shows the wire, and holds it while a message is looked at', async () => {
    const { session } = await run();
    const tell = (...messages: ReturnType<typeof message>[]) =>
      session.happened.next({ type: 'messages', messages, missed: 0 });
    tell(
      message({ kind: 'request', direction: 'up', title: 'GET /api/v1/socket' }),
      message({ kind: 'response', title: '101 Switching Protocols' }),
    );
    await settle();
    const list = host().querySelector<HTMLElement>('[role=listbox]');
    expect(list?.querySelectorAll('[role=option]')).toHaveLength(2);
    list?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
    await settle();
    expect(host().querySelector('.det h3')?.textContent).toContain('Request 1, browser to gateway');
    tell(message({ title: 'ping' }));
    await settle();
    expect(list?.querySelectorAll('[role=option]')).toHaveLength(2);
    await press('Follow');
    expect(list?.querySelectorAll('[role=option]')).toHaveLength(3);
  });

  it('kills the newest connection that is open, and has none watched while it is not looked at', async () => {
    const { session } = await run();
    const tell = (...messages: ReturnType<typeof message>[]) =>
      session.happened.next({ type: 'messages', messages, missed: 0 });
    tell(message({ connection: 4 }), message({ connection: 5 }), message({ connection: 5, kind: 'reset' }));
    await settle();
    await press('Kill');
    expect(session.acts).toEqual([{ connection: 4, act: 'kill' }]);
    tell(message({ connection: 4, kind: 'end' }));
    await settle();
    expect(button('Kill')).toBeUndefined();
    await press('Your socket');
    expect(session.settings.at(-1)).toEqual({ watch: null });
    host().querySelector<HTMLButtonElement>('tw-wire-view .seg button')?.click();
    expect(session.settings.at(-1)).toEqual({ watch: 'websocket' });
  });

  it('opens a socket of the reader’s own in a session of its own, and speaks on it', async () => {
    await run();
    await press('Your socket');
    await press('Open a socket');
    const [, own] = lab.sessions;
    const [socket] = lab.sockets;
    expect(socket?.url).toBe('ws://127.0.0.1:4100/api/v1/socket?filter=telewire%2Flab-1');
    socket?.onopen?.();
    own?.happened.next({ type: 'messages', messages: [message({ connection: 3, kind: 'request' })], missed: 0 });
    await settle();
    await press('Send');
    expect(JSON.parse(socket?.sent[0] ?? '{}')).toMatchObject({ type: 'subscribe' });
    await press('Ping');
    expect(own?.acts).toEqual([{ connection: 3, act: 'ping' }]);
    await press('Close');
    expect(socket?.closes[0]?.[0]).toBe(1000);
    socket?.onclose?.({ code: 1000, wasClean: true });
    await settle();
    expect(text()).toContain('Closed: code 1000, done, nothing wrong.');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(own?.closed).toBe(true);
  });

  it('sends the same echo over both ways, each counted on the sockets', async () => {
    await run();
    await press('Send echoes');
    const session = lab.sessions[1];
    session?.happened.next(counted(1, 0));
    session?.happened.next(counted(2, 0));
    await settle();
    lab.echoes.next({ way: 'websocket', sent: 50, returned: 49, requests: 1, p50: 1.2, p99: 3 });
    await settle();
    expect(host().querySelector('tw-duplex-panel')?.textContent).toContain('49');
    await press('Stop');
    const panel = host().querySelector<HTMLButtonElement>('tw-duplex-panel button');
    panel?.click();
    await settle();
    expect(session?.closed).toBe(true);
  });
});

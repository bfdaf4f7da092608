import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LabPage } from './testing/lab-page.js';
import { message } from './testing/messages.js';

describe('the wire on the page of the lab', () => {
  let page: LabPage;

  beforeEach(() => void (page = new LabPage()));
  afterEach(() => page.end());

  it('shows the wire, and holds it while a message is looked at', async () => {
    const { session } = await page.run();
    const tell = (...messages: ReturnType<typeof message>[]) =>
      session.happened.next({ type: 'messages', messages, missed: 0 });
    tell(
      message({ kind: 'request', direction: 'up', title: 'GET /api/v1/socket' }),
      message({ kind: 'response', title: '101 Switching Protocols' }),
    );
    await page.settle();
    const list = page.host.querySelector<HTMLElement>('[role=listbox]');
    expect(list?.querySelectorAll('[role=option]')).toHaveLength(2);
    list?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
    await page.settle();
    expect(page.host.querySelector('.det h3')?.textContent).toContain('Request 1, browser to gateway');
    tell(message({ title: 'ping' }));
    await page.settle();
    expect(list?.querySelectorAll('[role=option]')).toHaveLength(2);
    await page.press('Follow');
    expect(list?.querySelectorAll('[role=option]')).toHaveLength(3);
  });

  it('kills the newest connection that is open, and has none watched while it is not looked at', async () => {
    const { session } = await page.run();
    const tell = (...messages: ReturnType<typeof message>[]) =>
      session.happened.next({ type: 'messages', messages, missed: 0 });
    tell(message({ connection: 4 }), message({ connection: 5 }), message({ connection: 5, kind: 'reset' }));
    await page.settle();
    await page.press('Kill');
    expect(session.acts).toEqual([{ connection: 4, act: 'kill' }]);
    tell(message({ connection: 4, kind: 'end' }));
    await page.settle();
    expect(page.button('Kill')).toBeUndefined();
    await page.press('Your socket');
    expect(session.settings.at(-1)).toEqual({ watch: null });
    page.host.querySelector<HTMLButtonElement>('tw-wire-view .seg button')?.click();
    expect(session.settings.at(-1)).toEqual({ watch: 'websocket' });
  });

  it('opens a socket of the reader’s own in a session of its own, and speaks on it', async () => {
    await page.run();
    await page.press('Your socket');
    await page.press('Open a socket');
    const [, own] = page.lab.sessions;
    const [socket] = page.lab.sockets;
    expect(socket?.url).toBe('ws://127.0.0.1:4100/api/v1/socket?filter=telewire%2Flab-1');
    socket?.onopen?.();
    own?.happened.next({ type: 'messages', messages: [message({ connection: 3, kind: 'request' })], missed: 0 });
    await page.settle();
    await page.press('Send');
    expect(JSON.parse(socket?.sent[0] ?? '{}')).toMatchObject({ type: 'subscribe' });
    await page.press('Ping');
    expect(own?.acts).toEqual([{ connection: 3, act: 'ping' }]);
    await page.press('Close');
    expect(socket?.closes[0]?.[0]).toBe(1000);
    socket?.onclose?.({ code: 1000, wasClean: true });
    await page.settle();
    expect(page.text).toContain('Closed: code 1000, done, nothing wrong.');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(own?.closed).toBe(true);
  });
});

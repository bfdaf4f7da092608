import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { decodeFrame } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import type { Driver, Line } from '../support/driver.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { Inbox } from '../support/inbox.js';

function socket(url: string, messages: readonly object[] = []): Line {
  const inbox = new Inbox();
  const open = new WebSocket(url.replace('http', 'ws'));
  open.on('open', () => messages.forEach((message) => open.send(JSON.stringify(message))));
  open.on('message', (data: Buffer) => inbox.push(decodeFrame(data.toString())));
  open.on('error', (error) => inbox.end(error.message));
  open.on('close', (code) => inbox.end(`closed with ${code}`));
  return {
    inbox,
    close: () =>
      new Promise((resolve) => {
        if (open.readyState === WebSocket.CLOSED) return resolve();
        open.once('close', () => resolve());
        open.close();
      }),
  };
}

export const websocket: Driver = {
  name: 'websocket',
  get: (url, query) => socket(`${url}/api/v1/socket?${query}`),
  post: (url, subscriptions) =>
    socket(
      `${url}/api/v1/socket`,
      subscriptions.map((each) => ({ type: 'subscribe', ...each })),
    ),
  refused: (url, query, headers) =>
    new Promise((resolve) => {
      const open = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket?${query}`, { headers });
      let body: unknown;
      open.on('message', (data: Buffer) => {
        body = JSON.parse(data.toString());
      });
      open.on('unexpected-response', (_request, response) =>
        resolve({ status: response.statusCode!, body: undefined }),
      );
      open.on('close', (code) => resolve({ status: code, body }));
      open.on('error', () => undefined);
    }),
};

conformance(websocket);

describe('WebSocket alone', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await testGateway();
  });
  afterEach(() => gateway.stop());

  const closeCodeAfter = (message: string | Buffer) =>
    new Promise<number>((resolve) => {
      const open = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/socket`);
      open.on('open', () => open.send(message));
      open.on('close', resolve);
      open.on('error', () => undefined);
    });

  it.each([
    ['text that is not JSON', 'hello', 1008],
    ['an unknown message', '{"type":"shout"}', 1008],
    ['a wrong field', '{"type":"subscribe","id":"a","filters":[]}', 1008],
    ['a field that does not exist', '{"type":"unsubscribe","id":"a","__proto__":{"x":1}}', 1008],
    ['a binary message', Buffer.from('{}'), 1003],
    ['a message above 64 KiB', JSON.stringify({ type: 'unsubscribe', id: 'x'.repeat(66_000) }), 1009],
  ])('R19 closes on %s', async (_what, message, code) => {
    expect(await closeCodeAfter(message)).toBe(code);
  });

  it('R19 R14 a refused subscription ends neither the connection nor the others', async () => {
    const line = websocket.post(gateway.url, [
      { id: 'a', filters: ['icu/#'] },
      { id: 'a', filters: ['icu/#'] },
      { id: 'b', filters: ['icu/#'], after: 'nonsense' },
    ]);
    expect(await line.inbox.next('error')).toMatchObject({ id: 'a', reason: 'repeated-id' });
    expect(await line.inbox.next('error')).toMatchObject({ id: 'b', reason: 'bad-cursor' });
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 2 }]);
    expect(await line.inbox.readings(1, 'a')).toMatchObject([{ value: 2 }]);
    await line.close();
  });

  it('R14 sends nothing more for a subscription that has been ended', async () => {
    const inbox = new Inbox();
    const open = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/socket`);
    open.on('message', (data: Buffer) => inbox.push(decodeFrame(data.toString())));
    await inbox.next('hello');
    const say = (message: object) => open.send(JSON.stringify(message));
    say({ type: 'subscribe', id: 'a', filters: ['icu/#'] });
    await inbox.next('snapshot');
    say({ type: 'unsubscribe', id: 'a' });
    say({ type: 'subscribe', id: 'b', filters: ['icu/#'] });
    await inbox.next('snapshot');
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 2 }]);
    await inbox.readings(1, 'b');
    expect(inbox.all.filter((frame) => frame.type === 'readings' && frame.id === 'a')).toEqual([]);
    open.terminate();
  });
});

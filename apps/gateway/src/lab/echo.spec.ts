import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type TestGateway, testGateway } from '../../../../test/support/gateway.js';
import { firstText, send } from '../../../../test/support/http-request.js';
import { askLab } from '../../../../test/support/lab-client.js';

let gateway: TestGateway;
const ask = (method: string, path: string, body?: unknown) => askLab(gateway.url, method, path, body);

beforeEach(async () => {
  gateway = await testGateway();
});
afterEach(() => gateway.stop());

describe('the two-way echo', () => {
  it('over a WebSocket says back what it hears, up to 4 KiB', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/lab/echo`);
    await once(socket, 'open');
    socket.send('there and back');
    expect(String((await once(socket, 'message'))[0])).toBe('there and back');
    socket.send('x'.repeat(4097));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  it('over SSE says back what is POSTed, up to 4 KiB, to the stream of the same id alone', async () => {
    const stream = send(`${gateway.url}/api/v1/lab/echo/events?id=me`);
    const response = await stream.response;
    expect((await ask('GET', '/echo/events?id=me')).status).toBe(400);
    expect((await ask('GET', '/echo/events')).status).toBe(400);
    expect((await ask('POST', '/echo?id=you', { a: 1 })).status).toBe(404);
    const long = 'x'.repeat(4097);
    expect((await ask('POST', '/echo?id=me', { long })).status).toBe(413);
    const text = (body: string) => fetch(`${gateway.url}/api/v1/lab/echo?id=me`, { method: 'POST', body });
    expect((await text(long.repeat(100))).status).toBe(413);
    expect((await text('two\nlines')).status).toBe(204);
    expect((await ask('POST', '/echo?id=me', { a: 1 })).status).toBe(204);
    expect(await firstText(response, '"a"')).toMatch(/\ndata: two\ndata: lines\n\ndata: {"a":1}\n\n$/);
    stream.request.destroy();
  });
});

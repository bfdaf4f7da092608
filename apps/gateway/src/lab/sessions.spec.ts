import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { decodeFrame, type Inventory, type LabLane } from '@telewire/protocol';
import type { Driver, Line } from '../../../../test/support/driver.js';
import { eventually } from '../../../../test/support/eventually.js';
import { type TestGateway, testGateway } from '../../../../test/support/gateway.js';
import { firstText, send, textOf } from '../../../../test/support/http-request.js';
import { Inbox } from '../../../../test/support/inbox.js';
import { pollDriver } from '../../../../test/support/poll-loop.js';
import { streamDriver } from '../../../../test/support/stream-driver.js';
import { LabClient } from '../../../../test/support/lab-client.js';

const websocket: Pick<Driver, 'name' | 'get'> = {
  name: 'websocket',
  get: (url, query): Line => {
    const inbox = new Inbox();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket?${query}`);
    socket.on('message', (data: Buffer) => inbox.push(decodeFrame(data.toString())));
    socket.on('error', (error) => inbox.end(error.message));
    socket.on('close', (code) => inbox.end(`closed with ${code}`));
    return { inbox, close: () => Promise.resolve(socket.close()) };
  },
};
const DRIVERS = [
  websocket,
  streamDriver('http-stream', '/api/v1/stream', (text) => {
    const lines = text.split('\n');
    return { rest: lines.pop()!, frames: lines };
  }),
  streamDriver('sse', '/api/v1/events', (text) => {
    const events = text.split('\n\n');
    const rest = events.pop()!;
    return { rest, frames: events.flatMap((event) => /^data: (.*)$/m.exec(event)?.[1] ?? []) };
  }),
  pollDriver('long-poll', 5),
  pollDriver('poll'),
];

let gateway: TestGateway;
const opened: LabClient[] = [];
const open = async () => {
  const lab = await LabClient.open(gateway.url);
  opened.push(lab);
  return lab;
};

beforeEach(async () => {
  gateway = await testGateway();
});

afterEach(async () => {
  for (const lab of opened.splice(0)) lab.leave();
  await gateway.stop();
});

describe('a session of the lab', () => {
  it('brings its own live series to all five transports at once, and counts for each what it cost', async () => {
    const lab = await open();
    await lab.change({ rateHz: 50 });
    const lines = DRIVERS.map((driver) => driver.get(lab.url, `filter=${lab.series}&after=earliest`));
    const readings = await Promise.all(lines.map(({ inbox }) => inbox.readings(20)));
    for (const each of readings)
      expect(each.map(({ n }) => n)).toEqual(Array.from({ length: each.length }, (_, i) => i + 1));
    const names = DRIVERS.map(({ name }) => name as LabLane);
    const { lanes } = await lab.next('tally', (event) => names.every((name) => event.lanes[name]!.down.body > 0));
    for (const name of names) {
      expect(lanes[name]!.requests).toBeGreaterThanOrEqual(1);
      expect(lanes[name]!.up.header).toBeGreaterThan(50);
    }
    expect(lanes.websocket).toMatchObject({ requests: 1, connections: 1, open: 1 });
    await Promise.all(lines.map((line) => line.close()));
  });

  it('lasts as long as the request that opened it, and leaves nothing behind', async () => {
    const inventory = async () => {
      const { devices, series } = (await (await fetch(`${gateway.url}/api/v1/series`)).json()) as Inventory;
      return [devices, series.map((each) => each.series)];
    };
    const before = await inventory();
    const lab = await open();
    await lab.change({ rateHz: 500 });
    const held = DRIVERS.map((driver) => driver.get(lab.url, `filter=${lab.series}`));
    await Promise.all(held.map(({ inbox }) => inbox.next('subscribed')));
    expect((await inventory())[1]).toContain(lab.series);
    lab.leave();
    const cut = held.map(({ inbox }) => expect(inbox.until(() => false)).rejects.toThrow());
    await Promise.all(cut);
    expect(await inventory()).toEqual(before);
    expect(await reachable(lab.opened.port)).toBe(false);
    expect(await lab.change({ rateHz: 1 })).toBe(404);
    expect((await open()).series).toBe(lab.series);
  });

  it('ends with the gateway', async () => {
    const lab = await open();
    await lab.change({ rateHz: 100 });
    const line = websocket.get(lab.url, `filter=${lab.series}`);
    await line.inbox.readings(1);
    await gateway.stop();
    await expect(lab.next('tally', () => false)).rejects.toThrow('ended');
    expect(await reachable(lab.opened.port)).toBe(false);
    gateway = await testGateway();
  });

  it('has a proxy and a series of its own; there are four at most', async () => {
    const labs = [await open(), await open(), await open(), await open()];
    expect(labs.map(({ series }) => series)).toEqual([1, 2, 3, 4].map((n) => `telewire/lab-${n}`));
    expect(new Set(labs.map(({ opened }) => opened.port)).size).toBe(4);
    const { status, body } = await ask('POST', '/sessions');
    expect([status, body]).toMatchObject([503, { type: 'error', code: 4503, reason: 'lab-full' }]);
  });

  it('tells the messages of the lane that is watched, and takes acts on their connections', async () => {
    const lab = await open();
    expect(await lab.change({ rateHz: 20, watch: 'websocket' })).toBe(204);
    const lines = DRIVERS.map((driver) => driver.get(lab.url, `filter=${lab.series}`));
    const { messages } = await lab.next('messages', ({ messages }) => messages.some(({ kind }) => kind === 'frame'));
    expect(new Set(messages.map(({ lane }) => lane))).toEqual(new Set(['websocket']));
    const { connection } = messages.find(({ title }) => title.startsWith('101'))!;
    expect(await lab.act({ connection, act: 'ping' })).toBe(204);
    const pinged = await lab.next('messages', ({ messages }) => messages.some(({ title }) => title === 'pong'));
    expect(pinged.messages.find(({ title }) => title === 'pong')).toMatchObject({ direction: 'up', text: 'telewire' });
    expect(await lab.act({ connection, act: 'kill' })).toBe(204);
    await lab.next('messages', ({ messages }) => messages.some(({ kind }) => kind === 'reset'));
    expect(await lab.act({ connection, act: 'kill' })).toBe(404);
    await Promise.all(lines.map((line) => line.close()));
  });

  it('pings nothing but a WebSocket', async () => {
    const lab = await open();
    await lab.change({ watch: 'sse' });
    const line = DRIVERS.find(({ name }) => name === 'sse')!.get(lab.url, 'filter=a');
    const { messages } = await lab.next('messages');
    expect(await lab.act({ connection: messages[0]!.connection, act: 'ping' })).toBe(422);
    await line.close();
  });

  it.each([
    [{ rateHz: 501 }, 'rateHz'],
    [{ rateHz: 0.1 }, 'rateHz'],
    [{ weather: { delayMs: -1 } }, 'weather.delayMs'],
    [{ watch: 'pigeon' }, 'watch'],
  ])('refuses settings that make no sense: %j', async (settings, path) => {
    const lab = await open();
    const { status, body } = await ask('PUT', `/sessions/${lab.opened.id}`, settings);
    expect([status, body]).toMatchObject([400, { type: 'error', code: 4400, message: expect.stringContaining(path) }]);
  });

  it('that nobody opened is not found', async () => {
    expect((await ask('PUT', '/sessions/none', {})).status).toBe(404);
    expect((await ask('POST', '/sessions/none/acts', { connection: 1, act: 'kill' })).status).toBe(404);
  });
});

describe('on a fixed port', () => {
  it('there is one session at a time', async () => {
    const free = await open();
    const port = String(free.opened.port);
    free.leave();
    await expect(free.next('tally', () => false)).rejects.toThrow();
    await gateway.stop();
    gateway = await testGateway({ LAB_PORT: port });
    expect(String((await open()).opened.port)).toBe(port);
    expect((await ask('POST', '/sessions')).body).toMatchObject({ reason: 'lab-full' });
  });

  it('that is taken there is none, and the gateway goes on', async () => {
    const other = await open();
    const second = await testGateway({ LAB_PORT: String(other.opened.port) });
    const { response } = send(`${second.url}/api/v1/lab/sessions`, { method: 'POST' });
    expect(JSON.parse(await textOf(await response))).toMatchObject({ code: 4503, reason: 'lab-port' });
    other.leave();
    await eventually(async () => opened.push(await LabClient.open(second.url)));
    await second.stop();
  });
});

describe('the naive long-poll', () => {
  it('is answered at once where there is news, however low the pace', async () => {
    await gateway.send('a/x', [{ n: 'y', v: 1 }]);
    const { body } = await ask('GET', '/unpaced?filter=a/%23&wait=50&maxHz=0.001&after=earliest');
    expect(body).toMatchObject({ frames: expect.arrayContaining([expect.objectContaining({ type: 'readings' })]) });
    expect((await ask('GET', '/unpaced?wait=1')).status).toBe(400);
  });
});

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

describe('a page of the gateway', () => {
  const through = async (port: number, origin: string, method = 'GET', host = 'localhost') => {
    const headers = { host: `${host}:${port}`, origin, 'access-control-request-method': 'POST' };
    const answer = await send(`http://127.0.0.1:${port}/api/v1/time`, { method, headers }).response;
    answer.resume();
    return answer;
  };

  it('may ask through the proxy of a session, which is another origin to it, and rarely by a preflight', async () => {
    const { opened: session } = await open();
    const origin = `http://localhost:${new URL(gateway.url).port}`;
    const answer = await through(session.port, origin);
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    const preflight = await through(session.port, origin, 'OPTIONS');
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '7200',
      vary: 'origin',
    });
    const elsewhere = await send(`${gateway.url}/api/v1/time`, { headers: { host: 'localhost:1', origin } }).response;
    expect(elsewhere.statusCode).toBe(403);
    expect((await through(session.port, 'http://localhost:1')).statusCode).toBe(403);
    expect((await through(session.port, origin, 'GET', '127.0.0.1')).statusCode).toBe(403);
    expect((await through(session.port, origin.replace('http', 'https'))).statusCode).toBe(403);
    expect((await through(Number(new URL(gateway.url).port), `http://localhost:${session.port}`)).statusCode).toBe(403);
  });

  it('may not once the session is over', async () => {
    const lab = await open();
    const port = Number(new URL(gateway.url).port);
    const asked = { host: `localhost:${lab.opened.port}`, origin: `http://localhost:${port}` };
    const status = async () => (await send(`${gateway.url}/api/v1/time`, { headers: asked }).response).statusCode;
    expect(await status()).toBe(200);
    lab.leave();
    await eventually(async () => expect(await status()).toBe(403));
  });

  it('is told that it may connect to other ports of the same loopback name, and the API is not', async () => {
    const policy = async (path: string, host: string) =>
      (await send(`${gateway.url}${path}`, { headers: { host } }).response).headers['content-security-policy'];
    expect(await policy('/', 'localhost:3000')).toContain("connect-src 'self' http://localhost:* ws://localhost:*");
    expect(await policy('/lab', '127.0.0.1')).toContain("connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*");
    expect(await policy('/', '[::1]:3000')).toMatch(/connect-src 'self'$/);
    expect(await policy('/api/v1/time', 'localhost:3000')).not.toContain('connect-src');
  });
});

describe('where the lab is off', () => {
  it('there is nothing of it', async () => {
    expect((await ask('GET', '')).body).toEqual({ enabled: true });
    await gateway.stop();
    gateway = await testGateway({ LAB: 'off' });
    const unknown = await ask('GET', '/../nothing');
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/sessions'],
      ['PUT', '/sessions/a'],
      ['POST', '/sessions/a/acts'],
      ['GET', '/unpaced?filter=a'],
      ['POST', '/echo?id=a'],
      ['GET', '/echo/events?id=a'],
    ] as const) {
      expect(await ask(method, path)).toEqual(unknown);
    }
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/lab/echo`);
    expect(String((await once(socket, 'error'))[0])).toContain('hang up');
    const page = await send(gateway.url).response;
    expect(page.headers['content-security-policy']).not.toContain('connect-src');
  });
});

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await send(`${gateway.url}/api/v1/lab${path}`, { method, body }).response;
  const text = await textOf(response);
  return { status: response.statusCode!, body: text === '' ? undefined : JSON.parse(text) };
}

/** True when something listens there. */
async function reachable(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // ECONNREFUSED
  } finally {
    socket.destroy();
  }
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LabLane, LabWeather } from '@telewire/protocol';
import { TestClock } from '../testing/hub-bench.js';
import { TcpEnd } from '../../../../test/support/tcp-end.js';
import { randomOf } from '../testing/seeded-random.js';
import { BUFFER_BYTES } from './connection.js';
import { FAIR, LabProxy, MAX_CONNECTIONS } from './proxy.js';
import { Tallies } from './tallies.js';
import type { WireMessage } from './wire/draft.js';

let clock: TestClock;
let server: Server;
let proxy: LabProxy;
let port: number;
let tallies: Tallies;
let messages: { connection: number; message: WireMessage }[];
let joined: LabLane[];
let left: LabLane[];
const ends: TcpEnd[] = [];
const endOf = (socket: Socket): TcpEnd => {
  const end = new TcpEnd(socket);
  ends.push(end);
  return end;
};

/** A connection through the proxy: both of its ends. */
async function open(): Promise<{ client: TcpEnd; gateway: TcpEnd }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = endOf(connect(port, '127.0.0.1'));
  await once(client.socket, 'connect');
  const [socket] = await accepted;
  return { client, gateway: endOf(socket) };
}

const turn = (weather: Partial<LabWeather>) => proxy.change({ ...FAIR, ...weather });
const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;
const REQUEST = lines('GET /api/v1/events?filter=a HTTP/1.1', 'Host: a');
const HEAD = lines('HTTP/1.1 200 OK', 'Content-Type: text/event-stream', 'Transfer-Encoding: chunked');
const UPGRADE = lines(
  'GET /api/v1/socket HTTP/1.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
);
const SWITCH = lines('HTTP/1.1 101 Switching Protocols', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
const HELLO = Buffer.from('810548656c6c6f', 'hex');
/** A WebSocket connection whose handshake has passed. */
async function openSocket() {
  const ends = await open();
  ends.client.socket.write(UPGRADE);
  await ends.gateway.has('\r\n\r\n');
  ends.gateway.socket.write(SWITCH);
  await ends.client.has('\r\n\r\n');
  return ends;
}
const counted = (direction: 'up' | 'down') =>
  Object.values(tallies.lanes).reduce((sum, lane) => sum + lane[direction].header + lane[direction].body, 0);
/** Round trips of the sockets of this process: what could happen by itself has happened then. */
async function settled(): Promise<void> {
  const { client, gateway } = await open();
  for (let i = 0; i < 50; i++) {
    client.socket.write('?');
    await gateway.until(({ got }) => got.length > i);
    await setImmediate();
  }
  client.socket.destroy();
}

beforeEach(async () => {
  clock = new TestClock();
  tallies = new Tallies();
  messages = [];
  joined = [];
  left = [];
  server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = new LabProxy(
    { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    {
      counted: (...passed) => tallies.counted(0, ...passed),
      requested: (lane) => tallies.requested(lane),
      joined: (lane) => joined.push(lane),
      left: (lane) => left.push(lane),
      shown: (connection, message) => messages.push({ connection, message }),
    },
    clock,
    randomOf(1).next,
  );
  port = await proxy.listen(0, '127.0.0.1');
});

afterEach(async () => {
  await proxy.close();
  for (const { socket } of ends.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect(proxy.size).toBe(0);
  expect(clock.timers).toBe(0);
});

describe('the proxy in fair weather', () => {
  it('hands on every byte, and counts each as the sockets of both ends do', async () => {
    const { client, gateway } = await open();
    const random = randomOf(7);
    const body = Buffer.from(Array.from({ length: 300_000 }, () => random.upTo(256)));
    client.socket.write(lines('POST /api/v1/stream HTTP/1.1', `Content-Length: ${body.length}`));
    client.socket.end(body);
    expect((await gateway.until(({ ended }) => ended)).subarray(-body.length).equals(body)).toBe(true);
    gateway.socket.write(lines('HTTP/1.1 200 OK', `Content-Length: ${body.length}`));
    gateway.socket.end(body);
    expect((await client.until(({ closed }) => closed)).subarray(-body.length).equals(body)).toBe(true);
    expect(counted('up')).toBe(client.socket.bytesWritten);
    expect(counted('up')).toBe(gateway.socket.bytesRead);
    expect(counted('down')).toBe(client.socket.bytesRead);
    expect(counted('down')).toBe(gateway.socket.bytesWritten);
    expect(tallies.lanes['http-stream']).toMatchObject({ requests: 1, up: { body: 300_000 }, down: { body: 300_000 } });
  });

  it('says which lanes use a connection, and when it is gone', async () => {
    const { client, gateway } = await open();
    client.socket.write(lines('GET /api/v1/readings HTTP/1.1') + lines('GET /api/v1/time HTTP/1.1'));
    await gateway.has('time');
    expect([joined, left]).toEqual([['poll', 'other'], []]);
    gateway.socket.resetAndDestroy();
    await client.until(({ closed }) => closed);
    expect(left).toEqual(['poll', 'other']);
    const kinds = messages.map(({ connection, message }) => `${connection} ${message.kind}`);
    expect(kinds).toEqual(['1 open', '1 request', '1 open', '1 request', '1 reset']);
  });

  it('lets one side end while the other still speaks', async () => {
    const { client, gateway } = await open();
    client.socket.end(REQUEST);
    await gateway.until(({ ended }) => ended);
    gateway.socket.end(HEAD);
    expect((await client.until(({ ended }) => ended)).toString()).toBe(HEAD);
    expect(messages.filter(({ message }) => message.kind === 'end').map(({ message }) => message.direction)).toEqual([
      'up',
      'down',
    ]);
  });

  it('closes a client whose gateway cannot be reached', async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    const client = endOf(connect(port, '127.0.0.1'));
    await client.until((end) => end.closed);
    await closed;
    server.listen(0);
  });

  it('takes no more connections than a page needs', async () => {
    for (let i = 0; i < MAX_CONNECTIONS; i++) await open();
    const one = endOf(connect(port, '127.0.0.1'));
    await one.until(({ closed }) => closed);
    expect(proxy.size).toBe(MAX_CONNECTIONS);
  });
});

describe('the weather', () => {
  it('delays both ways, and what waits is not yet counted for the client', async () => {
    turn({ delayMs: 100 });
    const { client, gateway } = await open();
    client.socket.write(REQUEST);
    await settledUntil(() => clock.timers === 1);
    expect(gateway.got).toHaveLength(0);
    clock.advance(100);
    await gateway.has('\r\n\r\n');
    gateway.socket.write(HEAD);
    await settledUntil(() => clock.timers === 1);
    expect(counted('down')).toBe(0);
    clock.advance(100);
    expect((await client.has('\r\n\r\n')).toString()).toBe(HEAD);
    const answer = messages.find(({ message }) => message.kind === 'response')!.message;
    expect(answer.waitedMs).toBe(200);
  });

  it('that buffers hands an answer on when it is complete, or a lot', async () => {
    turn({ buffers: true });
    const { client, gateway } = await open();
    client.socket.write(REQUEST);
    await gateway.has('\r\n\r\n');
    gateway.socket.write(`${HEAD}3\r\n:a\n\r\n`);
    await settled();
    expect(client.got).toHaveLength(0);
    gateway.socket.write('0\r\n\r\n');
    await client.has('0\r\n\r\n');
    client.socket.write(REQUEST);
    await gateway.until(({ got }) => got.length === 2 * REQUEST.length);
    gateway.socket.write(`${HEAD}fffff\r\n${'x'.repeat(BUFFER_BYTES)}`);
    await client.until(({ got }) => got.length > BUFFER_BYTES);
    gateway.socket.write('and more');
    await settled();
    expect(client.got.includes('and more')).toBe(false);
    turn({});
    await client.has('and more');
  });

  it('that buffers lets a WebSocket through, as there is no answer to wait for', async () => {
    turn({ buffers: true });
    const { client, gateway } = await openSocket();
    gateway.socket.write(HELLO);
    await client.has('Hello');
  });

  it('that is silent lets the head of an answer pass and nothing behind it, either way, until it clears', async () => {
    turn({ silent: true });
    const { client, gateway } = await open();
    client.socket.write(REQUEST);
    await gateway.has('\r\n\r\n');
    gateway.socket.write(`${HEAD}3\r\n:a\n\r\n`);
    await client.has('\r\n\r\n');
    client.socket.write('more');
    await settled();
    expect(client.got.toString()).toBe(HEAD);
    expect(gateway.got.toString()).toBe(REQUEST);
    expect(counted('down')).toBe(HEAD.length);
    turn({});
    await client.has(':a');
    await gateway.has('more');
  });

  it('that turns silent silences a WebSocket that is open, pings too', async () => {
    const { client, gateway } = await openSocket();
    turn({ silent: true });
    gateway.socket.write(HELLO);
    proxy.connection(1)!.ping();
    await settled();
    expect(client.got.toString()).toBe(SWITCH);
    turn({});
    await client.has('telewire');
    await client.has('Hello');
  });

  it('that cuts resets each connection so long after it was opened, again and again', async () => {
    turn({ cutEveryS: 5 });
    const first = await openSocket();
    clock.advance(3000);
    const second = await openSocket();
    clock.advance(2000);
    await first.client.until(({ closed }) => closed);
    await first.gateway.until(({ closed }) => closed);
    expect(second.client.closed).toBe(false);
    turn({});
    clock.advance(10_000);
    second.gateway.socket.write(HELLO);
    await second.client.has('Hello');
    turn({ cutEveryS: 1 });
    clock.advance(0);
    await second.client.until(({ closed }) => closed);
  });

  it('holds back a gateway that is faster than the line', async () => {
    turn({ delayMs: 1000 });
    const { client, gateway } = await open();
    const size = 64 * 1024 * 1024;
    let written = false;
    gateway.socket.write(Buffer.alloc(size), () => (written = true));
    await settledUntil(() => clock.timers > 0);
    for (let i = 0; i < 200; i++) await setImmediate();
    expect(written).toBe(false);
    turn({});
    await client.until(() => client.socket.bytesRead === size);
    expect(counted('down')).toBe(size);
  }, 30_000);
});

describe('an act', () => {
  it('pings between two frames and never within one', async () => {
    const { client, gateway } = await openSocket();
    gateway.socket.write(Buffer.concat([HELLO, HELLO.subarray(0, 4)]));
    await client.until(({ got }) => got.length === SWITCH.length + 11);
    expect(proxy.connection(1)!.ping()).toBe(true);
    await settled();
    expect(client.got).toHaveLength(SWITCH.length + 11);
    gateway.socket.write(Buffer.concat([HELLO.subarray(4), HELLO]));
    const ping = Buffer.concat([Buffer.from([0x89, 8]), Buffer.from('telewire')]);
    const all = await client.until(({ got }) => got.length === SWITCH.length + 31);
    expect(all.subarray(SWITCH.length)).toEqual(Buffer.concat([HELLO, HELLO, ping, HELLO]));
    expect(counted('down')).toBe(client.socket.bytesRead);
  });

  it('pings at once when no frame is under way, and only a WebSocket', async () => {
    const { client } = await openSocket();
    expect(proxy.connection(1)!.ping()).toBe(true);
    await client.has('telewire');
    expect(messages.at(-1)!.message).toMatchObject({ kind: 'frame', title: 'ping', header: 10, body: 0 });
    await open();
    expect(proxy.connection(2)!.ping()).toBe(false);
    expect(proxy.connection(3)).toBeUndefined();
  });

  it('puts no ping behind the close frame (RFC 6455 §5.5.1)', async () => {
    const { client, gateway } = await openSocket();
    gateway.socket.write(Buffer.from('880203e9', 'hex'));
    await client.until(({ got }) => got.length === SWITCH.length + 4);
    proxy.connection(1)!.ping();
    gateway.socket.end();
    expect(await client.until(({ ended }) => ended)).toHaveLength(SWITCH.length + 4);
  });

  it('kills a connection: both ends are reset', async () => {
    const { client, gateway } = await openSocket();
    const errors: string[] = [];
    for (const { socket } of [client, gateway]) {
      socket.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(code!));
    }
    proxy.connection(1)!.kill();
    await client.until(({ closed }) => closed);
    await gateway.until(({ closed }) => closed);
    expect(errors).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(left).toEqual(['websocket']);
    expect(proxy.connection(1)).toBeUndefined();
  });
});

async function settledUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenedSockets, sendsAtOnce } from '../../../../test/support/opened-sockets.js';
import { HEAD, head, HELLO, ProxyBench, REQUEST, SWITCH } from '../../../../test/support/proxy-bench.js';
import { randomOf } from '../testing/seeded-random.js';
import { MAX_CONNECTIONS } from './proxy.js';

let bench: ProxyBench;
beforeEach(async () => {
  bench = new ProxyBench();
  await bench.start();
});
afterEach(async () => {
  await bench.stop();
  expect(bench.proxy.size).toBe(0);
  expect(bench.clock.timers).toBe(0);
});

describe('the proxy in fair weather', () => {
  it('hands on every byte, and counts each as the sockets of both ends do', async () => {
    const { client, gateway } = await bench.open();
    const random = randomOf(7);
    const body = Buffer.from(Array.from({ length: 300_000 }, () => random.upTo(256)));
    client.socket.write(head('POST /api/v1/stream HTTP/1.1', `Content-Length: ${body.length}`));
    client.socket.end(body);
    expect((await gateway.until(({ ended }) => ended)).subarray(-body.length).equals(body)).toBe(true);
    gateway.socket.write(head('HTTP/1.1 200 OK', `Content-Length: ${body.length}`));
    gateway.socket.end(body);
    expect((await client.until(({ closed }) => closed)).subarray(-body.length).equals(body)).toBe(true);
    expect(bench.counted('up')).toBe(client.socket.bytesWritten);
    expect(bench.counted('up')).toBe(gateway.socket.bytesRead);
    expect(bench.counted('down')).toBe(client.socket.bytesRead);
    expect(bench.counted('down')).toBe(gateway.socket.bytesWritten);
    expect(bench.tallies.lanes['http-stream']).toMatchObject({
      requests: 1,
      up: { body: 300_000 },
      down: { body: 300_000 },
    });
  });

  it('hands on small pieces one by one, both ways', async () => {
    const sockets = new OpenedSockets();
    const { client } = await bench.open();
    sockets.close();
    // Beside the two ends that the spec holds: the one that the proxy has accepted, and the one it has dialled.
    const accepted = sockets.accepted.find(({ remotePort }) => remotePort === client.socket.localPort)!;
    const dialled = sockets.dialled.find((socket) => socket !== client.socket)!;
    expect([accepted, dialled].map(sendsAtOnce)).toEqual([true, true]);
  });

  it('says which lanes use a connection, and when it is gone', async () => {
    const { client, gateway } = await bench.open();
    client.socket.write(head('GET /api/v1/readings HTTP/1.1') + head('GET /api/v1/time HTTP/1.1'));
    await gateway.has('time');
    expect([bench.joined, bench.left]).toEqual([['poll', 'other'], []]);
    gateway.socket.resetAndDestroy();
    await client.until(({ closed }) => closed);
    expect(bench.left).toEqual(['poll', 'other']);
    const kinds = bench.messages.map(({ connection, message }) => `${connection} ${message.kind}`);
    expect(kinds).toEqual(['1 open', '1 request', '1 open', '1 request', '1 reset']);
  });

  it('lets one side end while the other still speaks', async () => {
    const { client, gateway } = await bench.open();
    client.socket.end(REQUEST);
    await gateway.until(({ ended }) => ended);
    gateway.socket.end(HEAD);
    expect((await client.until(({ ended }) => ended)).toString()).toBe(HEAD);
    expect(
      bench.messages.filter(({ message }) => message.kind === 'end').map(({ message }) => message.direction),
    ).toEqual(['up', 'down']);
  });

  it('closes a client whose gateway cannot be reached', async () => {
    const closed = new Promise((resolve) => bench.server.close(resolve));
    const client = bench.dial();
    await client.until((end) => end.closed);
    await closed;
    bench.server.listen(0);
  });

  it('takes no more connections than a page needs', async () => {
    for (let i = 0; i < MAX_CONNECTIONS; i++) await bench.open();
    const one = bench.dial();
    await one.until(({ closed }) => closed);
    expect(bench.proxy.size).toBe(MAX_CONNECTIONS);
  });
});

describe('an act', () => {
  it('pings between two frames and never within one', async () => {
    const { client, gateway } = await bench.openSocket();
    gateway.socket.write(Buffer.concat([HELLO, HELLO.subarray(0, 4)]));
    await client.until(({ got }) => got.length === SWITCH.length + 11);
    bench.proxy.connection(1)!.ping();
    await bench.settled();
    expect(client.got).toHaveLength(SWITCH.length + 11);
    gateway.socket.write(Buffer.concat([HELLO.subarray(4), HELLO]));
    const ping = Buffer.concat([Buffer.from([0x89, 8]), Buffer.from('telewire')]);
    const all = await client.until(({ got }) => got.length === SWITCH.length + 31);
    expect(all.subarray(SWITCH.length)).toEqual(Buffer.concat([HELLO, HELLO, ping, HELLO]));
    expect(bench.counted('down')).toBe(client.socket.bytesRead);
  });

  it('pings at once when no frame is under way, and only a WebSocket', async () => {
    const { client } = await bench.openSocket();
    bench.proxy.connection(1)!.ping();
    await client.has('telewire');
    expect(bench.messages.at(-1)!.message).toMatchObject({ kind: 'frame', title: 'ping', header: 10, body: 0 });
    await bench.open();
    expect([1, 2].map((number) => bench.proxy.connection(number)!.isWebSocket)).toEqual([true, false]);
    expect(bench.proxy.connection(3)).toBeUndefined();
  });

  it('puts no ping behind the close frame (RFC 6455 §5.5.1)', async () => {
    const { client, gateway } = await bench.openSocket();
    gateway.socket.write(Buffer.from('880203e9', 'hex'));
    await client.until(({ got }) => got.length === SWITCH.length + 4);
    expect(bench.proxy.connection(1)!.hasEnded).toBe(true);
    bench.proxy.connection(1)!.ping();
    gateway.socket.end();
    expect(await client.until(({ ended }) => ended)).toHaveLength(SWITCH.length + 4);
  });

  it('puts no ping behind the end of a connection on which nobody has said goodbye', async () => {
    const { client, gateway } = await bench.openSocket();
    client.socket.allowHalfOpen = true;
    gateway.socket.end(HELLO);
    await client.until(({ ended }) => ended);
    const connection = bench.proxy.connection(1)!;
    expect(connection.hasEnded).toBe(true);
    connection.ping();
    await bench.settled();
    expect(bench.counted('down')).toBe(client.socket.bytesRead);
    expect(bench.left).toEqual([]);
    client.socket.end('the client may still speak');
    await gateway.has('still speak');
  });

  it('kills a connection: both ends are reset', async () => {
    const { client, gateway } = await bench.openSocket();
    const errors: string[] = [];
    for (const { socket } of [client, gateway]) {
      socket.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(code!));
    }
    bench.proxy.connection(1)!.kill();
    await client.until(({ closed }) => closed);
    await gateway.until(({ closed }) => closed);
    expect(errors).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(bench.left).toEqual(['websocket']);
    expect(bench.proxy.connection(1)).toBeUndefined();
  });

  it('on a connection that is gone does nothing', async () => {
    const { client } = await bench.openSocket();
    const connection = bench.proxy.connection(1)!;
    connection.kill();
    expect(connection.hasEnded).toBe(true);
    connection.kill();
    connection.ping();
    bench.turn({ cutEveryS: 1, silent: true });
    bench.clock.advance(100_000);
    await client.until(({ closed }) => closed);
    await bench.settled();
    expect(bench.left).toEqual(['websocket']);
    expect(bench.messages.filter(({ message }) => message.kind === 'reset')).toHaveLength(1);
    expect(client.got.toString()).toBe(SWITCH);
  });
});

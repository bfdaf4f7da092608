import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HEAD, HELLO, ProxyBench, REQUEST, SWITCH } from '../../../../test/support/proxy-bench.js';
import { BUFFER_BYTES } from './connection.js';
import { MAX_SILENT_MS } from './lifetime.js';

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

describe('the weather', () => {
  it('delays both ways, and what waits is not yet counted for the client', async () => {
    bench.turn({ delayMs: 100 });
    const { client, gateway } = await bench.open();
    client.socket.write(REQUEST);
    await bench.waiting();
    expect(gateway.got).toHaveLength(0);
    bench.clock.advance(100);
    await gateway.has('\r\n\r\n');
    gateway.socket.write(HEAD);
    await bench.waiting();
    expect(bench.counted('down')).toBe(0);
    bench.clock.advance(100);
    expect((await client.has('\r\n\r\n')).toString()).toBe(HEAD);
    const answer = bench.messages.find(({ message }) => message.kind === 'response')!.message;
    expect(answer.waitedMs).toBe(200);
  });

  it('that buffers hands an answer on when it is complete, or a lot', async () => {
    bench.turn({ buffers: true });
    const { client, gateway } = await bench.open();
    client.socket.write(REQUEST);
    await gateway.has('\r\n\r\n');
    gateway.socket.write(`${HEAD}3\r\n:a\n\r\n`);
    await bench.settled();
    expect(client.got).toHaveLength(0);
    gateway.socket.write('0\r\n\r\n');
    await client.has('0\r\n\r\n');
    client.socket.write(REQUEST);
    await gateway.until(({ got }) => got.length === 2 * REQUEST.length);
    gateway.socket.write(`${HEAD}fffff\r\n${'x'.repeat(BUFFER_BYTES)}`);
    await client.until(({ got }) => got.length > BUFFER_BYTES);
    gateway.socket.write('and more');
    await bench.settled();
    expect(client.got.includes('and more')).toBe(false);
    bench.turn({});
    await client.has('and more');
  });

  it('that buffers lets a WebSocket through, as there is no answer to wait for', async () => {
    bench.turn({ buffers: true });
    const { client, gateway } = await bench.openSocket();
    gateway.socket.write(HELLO);
    await client.has('Hello');
  });

  it('that is silent lets the head of an answer pass and nothing behind it, either way, until it clears', async () => {
    bench.turn({ silent: true });
    const { client, gateway } = await bench.open();
    client.socket.write(REQUEST);
    await gateway.has('\r\n\r\n');
    gateway.socket.write(`${HEAD}3\r\n:a\n\r\n`);
    await client.has('\r\n\r\n');
    client.socket.write('more');
    await bench.settled();
    expect(client.got.toString()).toBe(HEAD);
    expect(gateway.got.toString()).toBe(REQUEST);
    expect(bench.counted('down')).toBe(HEAD.length);
    bench.turn({});
    await client.has(':a');
    await gateway.has('more');
  });

  it('that turns silent silences a WebSocket that is open, pings too', async () => {
    const { client, gateway } = await bench.openSocket();
    bench.turn({ silent: true });
    gateway.socket.write(HELLO);
    bench.proxy.connection(1)!.ping();
    await bench.settled();
    expect(client.got.toString()).toBe(SWITCH);
    bench.turn({});
    await client.has('telewire');
    await client.has('Hello');
  });

  it('that is silent for a minute cuts what it has silenced, and nothing that it has not', async () => {
    const before = await bench.openSocket();
    bench.turn({ silent: true });
    bench.clock.advance(30_000);
    const within = await bench.openSocket();
    const idle = await bench.open();
    // Its client has left, and what the gateway says to it in return is held back.
    before.client.socket.end();
    before.gateway.socket.write(HELLO);
    await bench.settled();
    bench.clock.advance(MAX_SILENT_MS - 30_001);
    bench.turn({ silent: true, buffers: true });
    await bench.settled();
    expect(bench.left).toEqual([]);
    bench.clock.advance(1);
    await before.client.until(({ closed }) => closed);
    expect(before.client.got.toString()).toBe(SWITCH);
    expect(bench.left).toEqual(['websocket']);
    bench.clock.advance(30_000);
    await within.client.until(({ closed }) => closed);
    bench.clock.advance(10 * MAX_SILENT_MS);
    idle.client.socket.write(REQUEST);
    await idle.gateway.has('\r\n\r\n');
    idle.gateway.socket.write(`${HEAD}0\r\n\r\n`);
    await idle.client.has('\r\n\r\n');
  });

  it('that clears before that cuts nothing, and lets those go whose client has left', async () => {
    const [stays, leaves] = [await bench.openSocket(), await bench.openSocket()];
    bench.turn({ silent: true });
    for (const { gateway } of [stays, leaves]) gateway.socket.write(HELLO);
    leaves.client.socket.end();
    leaves.gateway.socket.end();
    await bench.settled();
    bench.clock.advance(MAX_SILENT_MS - 1);
    expect(bench.left).toEqual([]);
    bench.turn({});
    await leaves.client.until(({ closed }) => closed);
    await stays.client.has('Hello');
    bench.clock.advance(10 * MAX_SILENT_MS);
    expect(bench.left).toEqual(['websocket']);
    stays.gateway.socket.write('still there');
    await stays.client.has('still there');
  });

  it('that cuts resets each connection so long after it was opened, again and again', async () => {
    bench.turn({ cutEveryS: 5 });
    const first = await bench.openSocket();
    bench.clock.advance(3000);
    const second = await bench.openSocket();
    bench.clock.advance(2000);
    await first.client.until(({ closed }) => closed);
    await first.gateway.until(({ closed }) => closed);
    expect(second.client.closed).toBe(false);
    bench.turn({});
    bench.clock.advance(10_000);
    second.gateway.socket.write(HELLO);
    await second.client.has('Hello');
    bench.turn({ cutEveryS: 1 });
    bench.clock.advance(0);
    await second.client.until(({ closed }) => closed);
  });

  it('holds back a gateway that is faster than the line', async () => {
    bench.turn({ delayMs: 1000 });
    const { client, gateway } = await bench.open();
    const size = 64 * 1024 * 1024;
    let written = false;
    gateway.socket.write(Buffer.alloc(size), () => (written = true));
    await bench.waiting();
    for (let i = 0; i < 200; i++) await setImmediate();
    expect(written).toBe(false);
    bench.turn({});
    await client.until(() => client.socket.bytesRead === size);
    expect(bench.counted('down')).toBe(size);
  }, 30_000);

  it('holds back a gateway that is faster than its client reads', async () => {
    const { client, gateway } = await bench.open();
    client.socket.pause();
    const size = 64 * 1024 * 1024;
    let written = false;
    gateway.socket.write(Buffer.alloc(size), () => (written = true));
    for (let i = 0; i < 200; i++) await setImmediate();
    await bench.settled();
    expect(written).toBe(false);
    client.socket.resume();
    await client.until(() => client.socket.bytesRead === size);
  }, 30_000);

  it('that buffers hands on what is left when the gateway ends', async () => {
    bench.turn({ buffers: true });
    const { client, gateway } = await bench.open();
    client.socket.write(REQUEST);
    await gateway.has('\r\n\r\n');
    gateway.socket.end(`${HEAD}3\r\n:a`);
    expect((await client.until(({ ended }) => ended)).toString()).toBe(`${HEAD}3\r\n:a`);
  });

  it('holds nothing any more for a connection that is gone', async () => {
    bench.turn({ delayMs: 1000, cutEveryS: 100 });
    const { client, gateway } = await bench.open();
    client.socket.write(REQUEST);
    gateway.socket.write(HEAD);
    while (bench.clock.timers < 3) await setImmediate();
    gateway.socket.resetAndDestroy();
    await client.until(({ closed }) => closed);
    expect(bench.clock.timers).toBe(0);
    expect(client.got).toHaveLength(0);
  });
});

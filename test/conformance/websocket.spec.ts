import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { cbor } from '@telewire/cbor';
import { decodeFrame, type Format, type Frame, type FrameOf, NEGOTIATION } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import type { Driver, Line, StallingLine } from '../support/driver.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { Inbox } from '../support/inbox.js';
import { PATIENT, servesLess } from '../support/slow-client.js';

const frameOf = (data: Buffer, isBinary: boolean): Frame => decodeFrame(isBinary ? data : data.toString(), cbor);

/** A socket that offers no subprotocol for JSON: that is what most clients do. */
const connect = (url: string, format: Format, headers?: Record<string, string>) =>
  new WebSocket(url.replace('http', 'ws'), format === 'json' ? [] : [NEGOTIATION[format].subprotocol], { headers });

function socket(url: string, format: Format, messages: readonly object[] = []): Line {
  const inbox = new Inbox();
  const open = connect(url, format);
  open.on('open', () => messages.forEach((message) => open.send(JSON.stringify(message))));
  open.on('message', (data: Buffer, isBinary) => inbox.push(frameOf(data, isBinary)));
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

/** A line that acknowledges what it gets, but not while it is stalled. */
function acknowledging(url: string, query: string): StallingLine {
  const inbox = new Inbox();
  const open = connect(`${url}/api/v1/socket?${query}`, 'json');
  let stalled = false;
  let taken: string | undefined;
  const acknowledge = () => {
    // The sole subscription of the query is named by the empty text.
    if (!stalled && taken !== undefined) open.send(JSON.stringify({ type: 'acknowledge', cursors: { '': taken } }));
  };
  open.on('message', (data: Buffer, isBinary) => {
    const frame = frameOf(data, isBinary);
    if (frame.type === 'readings' || frame.type === 'snapshot') taken = frame.to;
    if (frame.type === 'degraded') taken = frame.cursor;
    inbox.push(frame);
    acknowledge();
  });
  open.on('error', (error) => inbox.end(error.message));
  open.on('close', (code) => inbox.end(`closed with ${code}`));
  return {
    inbox,
    stall: () => (stalled = true),
    goOn: () => {
      stalled = false;
      acknowledge();
    },
    close: () => Promise.resolve(open.terminate()),
  };
}

const driver = (format: Format): Driver => ({
  name: 'websocket',
  format,
  get: (url, query) => socket(`${url}/api/v1/socket?${query}`, format),
  post: (url, subscriptions) =>
    socket(
      `${url}/api/v1/socket`,
      format,
      subscriptions.map((each) => ({ type: 'subscribe', ...each })),
    ),
  refused: (url, query, headers) =>
    new Promise((resolve) => {
      const open = connect(`${url}/api/v1/socket?${query}`, format, headers);
      let body: unknown;
      open.on('message', (data: Buffer, isBinary) => {
        body = frameOf(data, isBinary);
      });
      open.on('unexpected-response', (_request, response) =>
        resolve({ status: response.statusCode!, body: undefined }),
      );
      open.on('close', (code) => resolve({ status: code, body }));
      open.on('error', () => undefined);
    }),
});
const websocket = driver('json');

conformance(websocket);
conformance(driver('cbor'));

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

  /** A socket that subscribes to `icu/#` as `a`, and talks. */
  const talk = async () => {
    const inbox = new Inbox();
    const open = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/socket`);
    open.on('message', (data: Buffer) => inbox.push(decodeFrame(data.toString())));
    open.on('close', (code) => inbox.end(`closed with ${code}`));
    await inbox.next('hello');
    const say = (message: object) => open.send(JSON.stringify(message));
    say({ type: 'subscribe', id: 'a', filters: ['icu/#'], policy: 'latest', maxHz: 0.01 });
    const { to } = await inbox.next('snapshot');
    return { inbox, say, start: to, close: () => open.terminate() };
  };

  it('R25 changes a contract without losing or repeating what the old one still owed', async () => {
    const { inbox, say, close } = await talk();
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 1 }]);
    const { to } = await inbox.next('readings');
    for (let v = 2; v <= 5; v++) await gateway.send('icu/bed-01', [{ n: 'hr', v }]);
    say({ type: 'change', id: 'a', filters: ['icu/#'], policy: 'every', maxHz: 60 });
    expect(await inbox.next('subscribed')).toMatchObject({ id: 'a', cursor: to });
    expect((await inbox.readings(4, 'a')).map(({ n }) => n)).toEqual([2, 3, 4, 5]);
    close();
  });

  it('R25 refuses to change what does not exist, or into what cannot be, and the old contract goes on', async () => {
    const { inbox, say, close } = await talk();
    say({ type: 'change', id: 'b', filters: ['icu/#'] });
    expect(await inbox.next('error')).toMatchObject({ id: 'b', reason: 'unknown-id' });
    const sampled_ = { origin: { value: 0 }, period: 4, dimensions: 1, data: '1' };
    await gateway.send('a9/s01', [{ n: 'wave', sampled_ }]);
    say({ type: 'change', id: 'a', filters: ['a9/#'], policy: 'latest' });
    expect(await inbox.next('error')).toMatchObject({ id: 'a', reason: 'latest-of-samples' });
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 1 }]);
    expect(await inbox.readings(1, 'a')).toMatchObject([{ value: 1 }]);
    close();
  });

  it.each([
    ['none', [], '', false],
    ['JSON', ['telewire.json'], 'telewire.json', false],
    ['CBOR', ['telewire.cbor'], 'telewire.cbor', true],
    ['both, CBOR first', ['telewire.cbor', 'telewire.json'], 'telewire.cbor', true],
    ['another first', ['graphql-ws', 'telewire.cbor'], 'telewire.cbor', true],
  ])('R29 speaks the first subprotocol that it knows: %s', async (_what, offered, chosen, binary) => {
    const open = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/socket`, offered);
    const [data, isBinary] = (await once(open, 'message')) as [Buffer, boolean];
    expect([open.protocol, isBinary]).toEqual([chosen, binary]);
    expect(frameOf(data, isBinary)).toMatchObject({ type: 'hello' });
    open.terminate();
  });

  it(
    'R32 serves a client that stalls less, says so, and serves it in full when it has kept up',
    () => servesLess(acknowledging),
    PATIENT,
  );

  /** A socket for which 20 notes of 10 KB wait, and that acknowledges when it is told to. */
  const withNotes = async () => {
    const line = await talk();
    line.say({ type: 'change', id: 'a', filters: ['icu/#'], policy: 'every', maxHz: 1000 });
    line.say({ type: 'acknowledge', cursors: { a: line.start } });
    await line.inbox.next('subscribed');
    for (let i = 0; i < 20; i++) await gateway.send('icu/bed-01', [{ n: 'note', vs: 'x'.repeat(10_000) }]);
    return line;
  };

  it('R26 sends so much ahead of a client that acknowledges as it takes in, and no more than 64 KiB', async () => {
    const { inbox, say, close } = await withNotes();
    const counts: number[] = [];
    let acknowledged: FrameOf<'readings'>[] = [];
    while (acknowledged.flatMap(({ rows }) => rows).length < 20) {
      await inbox.next('readings');
      // What may come has come by then.
      await fetch(`${gateway.url}/api/v1/time`);
      const sent = inbox.all.filter((frame) => frame.type === 'readings');
      const ahead = sent.slice(acknowledged.length);
      for (let i = 1; i < ahead.length; i++) await inbox.next('readings');
      // The frame that fills the window is still sent; those before it did not.
      expect(JSON.stringify(ahead.slice(0, -1)).length).toBeLessThan(64 * 1024);
      counts.push(ahead.length);
      say({ type: 'acknowledge', cursors: { a: sent.at(-1)!.to } });
      acknowledged = sent;
    }
    expect(counts[0]).toBe(1);
    expect(Math.max(...counts)).toBeGreaterThan(1);
    close();
  });

  it('R20 says bye also to a client that is behind and acknowledges nothing more, and closes with 1001', async () => {
    const { inbox } = await withNotes();
    await inbox.readings(1, 'a');
    const stopped = gateway.stop();
    expect(await inbox.next('bye')).toMatchObject({ reason: 'stopping' });
    await expect(inbox.next('hello')).rejects.toThrow('closed with 1001');
    await stopped;
  });
});

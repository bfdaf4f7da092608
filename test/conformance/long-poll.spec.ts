import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cbor } from '@telewire/cbor';
import { decodePollAnswer } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { bytesOf, send, textOf } from '../support/http-request.js';
import { pollDriver } from '../support/poll-loop.js';

conformance(pollDriver('long-poll', 20));
conformance(pollDriver('long-poll', 20, 'cbor'));

describe('long-poll alone', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await testGateway();
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 1 }]);
  });
  afterEach(() => gateway.stop());

  const poll = async (query: string, headers: Record<string, string> = {}) => {
    const response = await send(`${gateway.url}/api/v1/readings?filter=icu/%23${query}`, { headers }).response;
    const text = await textOf(response);
    const frames = text === '' ? [] : decodePollAnswer(text).frames;
    return { status: response.statusCode, etag: response.headers.etag, frames };
  };

  it('R17 answers at once when something matches, with the cursor to ask with next', async () => {
    const { etag, frames } = await poll('&wait=50');
    const last = frames.at(-1)!;
    expect(last).toMatchObject({ type: 'heartbeat', cursor: expect.any(String) });
    expect(etag).toBe(`"${last.type === 'heartbeat' ? last.cursor : ''}"`);
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 2 }]);
    const next = await poll(`&wait=50&after=${etag!.slice(1, -1)}`);
    expect(next.frames.map(({ type }) => type)).toEqual(['subscribed', 'series', 'readings', 'heartbeat']);
  });

  it('R17 holds the request until something matches', async () => {
    const { etag } = await poll('');
    const held = poll(`&wait=50&after=${etag!.slice(1, -1)}`);
    await gateway.send('a9/s01', [{ n: 'flow', v: 2 }]);
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 2 }]);
    expect((await held).frames.filter(({ type }) => type === 'readings')).toHaveLength(1);
  });

  it('R17 answers without news after the wait, or with 304 to who names the cursor it has', async () => {
    const { etag } = await poll('');
    const cursor = etag!.slice(1, -1);
    const empty = await poll(`&wait=0.05&after=${cursor}`);
    expect(empty.frames.map(({ type }) => type)).toEqual(['subscribed', 'heartbeat']);
    expect(await poll(`&wait=0.05&after=${cursor}`, { 'if-none-match': etag! })).toMatchObject({ status: 304, etag });
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 2 }]);
    expect(await poll(`&wait=0.05&after=${cursor}`, { 'if-none-match': etag! })).toMatchObject({ status: 200 });
  });

  it.each([50, 0.001])(
    'R18 does not let a client that asks again at once spin, whether it waits %s s',
    async (wait) => {
      const { etag } = await poll('');
      let cursor = etag!.slice(1, -1);
      let sending = true;
      const sent = (async () => {
        for (let v = 0; sending; v++) await gateway.send('icu/bed-01', [{ n: 'hr', v }]);
      })();
      const startedAt = performance.now();
      for (let answers = 0; answers < 10; answers++) {
        cursor = (await poll(`&wait=${wait}&after=${cursor}`)).etag!.slice(1, -1);
      }
      const elapsedMs = performance.now() - startedAt;
      sending = false;
      await sent;
      // Ten answers at no more than 20 a second; the gateway's timers may be up to 1 ms early.
      expect(elapsedMs).toBeGreaterThan(10 * 49);
    },
  );

  it('R29 holds an answer in CBOR as it does one in JSON', async () => {
    const accept = { accept: 'application/cbor' };
    const address = `${gateway.url}/api/v1/readings?filter=icu/%23`;
    const first = await send(`${address}&wait=20`, { headers: accept }).response;
    const last = decodePollAnswer(await bytesOf(first), cbor).frames.at(-1)!;
    const cursor = last.type === 'heartbeat' ? last.cursor : undefined;
    expect(first.headers.etag).toBe(`"${cursor}+cbor"`);
    const held = send(`${address}&wait=20&after=${cursor}`, { headers: accept }).response;
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 9 }]);
    const { frames } = decodePollAnswer(await bytesOf(await held), cbor);
    expect(frames.find(({ type }) => type === 'readings')).toMatchObject({
      rows: [[1, expect.anything(), 9, expect.anything(), 0, expect.anything()]],
    });
  });
});

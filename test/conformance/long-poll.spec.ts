import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodePollAnswer, type SubscriptionInput } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import type { Driver, Line } from '../support/driver.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { send, textOf } from '../support/http-request.js';
import { Inbox } from '../support/inbox.js';

/** Asks again and again with the cursors of the last answer. */
function loop(ask: (cursors: Record<string, string>) => ReturnType<typeof send>): Line {
  const inbox = new Inbox();
  let cursors: Record<string, string> = {};
  let current: ReturnType<typeof send> | undefined;
  let closed = false;
  const run = async () => {
    while (!closed) {
      current = ask(cursors);
      const { frames } = decodePollAnswer(await textOf(await current.response));
      for (const frame of frames) inbox.push(frame);
      const last = frames.at(-1);
      if (frames.some((frame) => frame.type === 'bye')) return inbox.end('bye');
      if (last?.type !== 'heartbeat') return inbox.end('the last frame is not a heartbeat');
      cursors = { ...cursors, ...last.cursors, ...(last.cursor ? { '': last.cursor } : {}) };
    }
  };
  run().catch((error: Error) => inbox.end(error.message));
  return {
    inbox,
    close: () => {
      closed = true;
      current?.request.destroy();
      return Promise.resolve();
    },
  };
}

export const longPoll: Driver = {
  name: 'long-poll',
  get: (url, query) =>
    loop(({ '': cursor }) => {
      const asked = new URLSearchParams(query);
      if (cursor) asked.set('after', cursor);
      return send(`${url}/api/v1/readings?wait=20&${asked}`);
    }),
  post: (url, subscriptions: readonly SubscriptionInput[]) =>
    loop((cursors) =>
      send(`${url}/api/v1/readings?wait=20`, {
        method: 'POST',
        body: { subscriptions: subscriptions.map((each) => ({ ...each, after: cursors[each.id] ?? each.after })) },
      }),
    ),
  refused: async (url, query, headers) => {
    const response = await send(`${url}/api/v1/readings?${query}`, { headers }).response;
    return { status: response.statusCode!, body: JSON.parse(await textOf(response)) };
  },
};

conformance(longPoll);

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

  it('R18 does not let a client that asks again at once spin', async () => {
    const { etag } = await poll('');
    let cursor = etag!.slice(1, -1);
    let sending = true;
    const sent = (async () => {
      for (let v = 0; sending; v++) await gateway.send('icu/bed-01', [{ n: 'hr', v }]);
    })();
    const startedAt = performance.now();
    for (let answers = 0; answers < 10; answers++) {
      cursor = (await poll(`&wait=50&after=${cursor}`)).etag!.slice(1, -1);
    }
    const elapsedMs = performance.now() - startedAt;
    sending = false;
    await sent;
    // Ten answers at no more than 20 a second; the gateway's timers may be up to 1 ms early.
    expect(elapsedMs).toBeGreaterThan(10 * 49);
  });
});

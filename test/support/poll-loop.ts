import { cbor } from '@telewire/cbor';
import {
  decodePollAnswer,
  type Format,
  NEGOTIATION,
  type PollAnswer,
  type SubscriptionInput,
} from '@telewire/protocol';
import type { Driver, Line } from './driver.js';
import { bytesOf, send, textOf } from './http-request.js';
import { Inbox } from './inbox.js';

const answerOf = (format: Format, body: Buffer): PollAnswer =>
  decodePollAnswer(format === 'json' ? body.toString() : body, cbor);

/** Asks again and again with the cursors of the last answer. */
function loop(format: Format, ask: (cursors: Record<string, string>) => ReturnType<typeof send>): Line {
  const inbox = new Inbox();
  let cursors: Record<string, string> = {};
  let current: ReturnType<typeof send> | undefined;
  let closed = false;
  const run = async () => {
    while (!closed) {
      current = ask(cursors);
      const { frames } = answerOf(format, await bytesOf(await current.response));
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

/** A driver that asks `/api/v1/readings` again and again; `wait` makes it a long-poll. */
export const pollDriver = (name: string, wait?: number, format: Format = 'json'): Driver => {
  const headers = { accept: NEGOTIATION[format].answer };
  const address = (url: string, query = '') =>
    `${url}/api/v1/readings?${query}${wait === undefined ? '' : `${query && '&'}wait=${wait}`}`;
  return {
    name,
    format,
    get: (url, query) =>
      loop(format, ({ '': cursor }) => {
        const asked = new URLSearchParams(query);
        if (cursor) asked.set('after', cursor);
        return send(address(url, asked.toString()), { headers });
      }),
    post: (url, subscriptions: readonly SubscriptionInput[]) =>
      loop(format, (cursors) =>
        send(address(url), {
          method: 'POST',
          headers,
          body: { subscriptions: subscriptions.map((each) => ({ ...each, after: cursors[each.id] ?? each.after })) },
        }),
      ),
    refused: async (url, query, more) => {
      const response = await send(`${url}/api/v1/readings?${query}`, { headers: { ...headers, ...more } }).response;
      return { status: response.statusCode!, body: JSON.parse(await textOf(response)) };
    },
  };
};

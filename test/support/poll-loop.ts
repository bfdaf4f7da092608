import { decodePollAnswer, type SubscriptionInput } from '@telewire/protocol';
import type { Driver, Line } from './driver.js';
import { send, textOf } from './http-request.js';
import { Inbox } from './inbox.js';

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

/** A driver that asks `/api/v1/readings` again and again; `wait` makes it a long-poll. */
export const pollDriver = (name: string, wait?: number): Driver => {
  const address = (url: string, query = '') =>
    `${url}/api/v1/readings?${query}${wait === undefined ? '' : `${query && '&'}wait=${wait}`}`;
  return {
    name,
    get: (url, query) =>
      loop(({ '': cursor }) => {
        const asked = new URLSearchParams(query);
        if (cursor) asked.set('after', cursor);
        return send(address(url, asked.toString()));
      }),
    post: (url, subscriptions: readonly SubscriptionInput[]) =>
      loop((cursors) =>
        send(address(url), {
          method: 'POST',
          body: { subscriptions: subscriptions.map((each) => ({ ...each, after: cursors[each.id] ?? each.after })) },
        }),
      ),
    refused: async (url, query, headers) => {
      const response = await send(`${url}/api/v1/readings?${query}`, { headers }).response;
      return { status: response.statusCode!, body: JSON.parse(await textOf(response)) };
    },
  };
};

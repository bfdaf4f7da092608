import { decodePollAnswer, type SubscriptionInput } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import type { Driver, Line } from '../support/driver.js';
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

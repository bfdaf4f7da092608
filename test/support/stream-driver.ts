import { decodeFrame } from '@telewire/protocol';
import type { Driver, Line } from './driver.js';
import { send, textOf } from './http-request.js';
import { Inbox } from './inbox.js';

/** Finds whole frames in what has come: their JSON texts, and what is left over. */
export type Split = (text: string) => { readonly frames: readonly string[]; readonly rest: string };

function listen(split: Split, url: string, init: Parameters<typeof send>[1] = {}): Line {
  const inbox = new Inbox();
  const { request, response } = send(url, init);
  const read = async () => {
    let rest = '';
    for await (const chunk of (await response).setEncoding('utf8') as AsyncIterable<string>) {
      const found = split(rest + chunk);
      rest = found.rest;
      for (const frame of found.frames) inbox.push(decodeFrame(frame));
    }
    inbox.end('the stream ended');
  };
  read().catch((error: Error) => inbox.end(error.message));
  return { inbox, close: () => Promise.resolve(void request.destroy()) };
}

/** A driver of a transport that streams the body of a response. */
export const streamDriver = (name: string, path: string, split: Split): Driver => ({
  name,
  get: (url, query) => listen(split, `${url}${path}?${query}`),
  post: (url, subscriptions) => listen(split, `${url}${path}`, { method: 'POST', body: { subscriptions } }),
  refused: async (url, query, headers) => {
    const response = await send(`${url}${path}?${query}`, { headers }).response;
    return { status: response.statusCode!, body: JSON.parse(await textOf(response)) };
  },
});

import { decodeFrame, type Format, type Frame, NEGOTIATION } from '@telewire/protocol';
import { cbor } from '@telewire/cbor';
import type { StallingLine, StreamingDriver } from './driver.js';
import { send, textOf } from './http-request.js';
import { Inbox } from './inbox.js';

/** Finds whole frames in what has come: their JSON texts, and what is left over. */
export type Split = (text: string) => { readonly frames: readonly string[]; readonly rest: string };

/** Reads frames from the pieces of one body. */
type FrameReader = (piece: Buffer) => readonly Frame[];

const jsonReader = (split: Split): FrameReader => {
  const decoder = new TextDecoder();
  let rest = '';
  return (piece) => {
    const found = split(rest + decoder.decode(piece, { stream: true }));
    rest = found.rest;
    return found.frames.map((text) => decodeFrame(text));
  };
};

const cborReader = (): FrameReader => {
  const split = cbor.splitter();
  return (piece) => split(piece).map((message) => decodeFrame(message, cbor));
};

function listen(frames: FrameReader, type: string, url: string, init: Parameters<typeof send>[1] = {}): StallingLine {
  const inbox = new Inbox();
  const { request, response } = send(url, { ...init, headers: { accept: type } });
  const read = async () => {
    for await (const piece of await response) for (const frame of frames(piece as Buffer)) inbox.push(frame);
    inbox.end('the stream ended');
  };
  read().catch((error: Error) => inbox.end(error.message));
  return {
    inbox,
    stall: () => void response.then((body) => body.socket.pause()),
    goOn: () => void response.then((body) => body.socket.resume()),
    close: () => Promise.resolve(void request.destroy()),
  };
}

/** A driver of a transport that streams the body of a response; in CBOR, a sequence of items, it needs no `split`. */
export const streamDriver = (name: string, path: string, split: Split, format: Format = 'json'): StreamingDriver => {
  const reader = () => (format === 'cbor' ? cborReader() : jsonReader(split));
  // Who wants JSON says nothing of it, as most clients do.
  const accept = format === 'cbor' ? NEGOTIATION.cbor.stream : '*/*';
  return {
    name,
    format,
    get: (url, query) => listen(reader(), accept, `${url}${path}?${query}`),
    post: (url, subscriptions) =>
      listen(reader(), accept, `${url}${path}`, { method: 'POST', body: { subscriptions } }),
    refused: async (url, query, headers) => {
      const response = await send(`${url}${path}?${query}`, { headers: { accept, ...headers } }).response;
      return { status: response.statusCode!, body: JSON.parse(await textOf(response)) };
    },
  };
};

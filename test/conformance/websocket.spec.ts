import { WebSocket } from 'ws';
import { decodeFrame } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import type { Driver, Line } from '../support/driver.js';
import { Inbox } from '../support/inbox.js';

function socket(url: string, messages: readonly object[] = []): Line {
  const inbox = new Inbox();
  const open = new WebSocket(url.replace('http', 'ws'));
  open.on('open', () => messages.forEach((message) => open.send(JSON.stringify(message))));
  open.on('message', (data: Buffer) => inbox.push(decodeFrame(data.toString())));
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

export const websocket: Driver = {
  name: 'websocket',
  get: (url, query) => socket(`${url}/api/v1/socket?${query}`),
  post: (url, subscriptions) =>
    socket(
      `${url}/api/v1/socket`,
      subscriptions.map((each) => ({ type: 'subscribe', ...each })),
    ),
  refused: (url, query, headers) =>
    new Promise((resolve) => {
      const open = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket?${query}`, { headers });
      let body: unknown;
      open.on('message', (data: Buffer) => (body = JSON.parse(data.toString())));
      open.on('unexpected-response', (_request, response) =>
        resolve({ status: response.statusCode!, body: undefined }),
      );
      open.on('close', (code) => resolve({ status: code, body }));
      open.on('error', () => undefined);
    }),
};

conformance(websocket);

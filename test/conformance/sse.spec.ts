import { decodeFrame } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import type { Driver, Line } from '../support/driver.js';
import { send, textOf } from '../support/http-request.js';
import { Inbox } from '../support/inbox.js';

function events(url: string, init: Parameters<typeof send>[1] = {}): Line {
  const inbox = new Inbox();
  const { request, response } = send(url, init);
  void response
    .then(async (stream) => {
      stream.setEncoding('utf8');
      let rest = '';
      for await (const chunk of stream as AsyncIterable<string>) {
        rest += chunk;
        for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
          const data = rest
            .slice(0, end)
            .split('\n')
            .filter((line) => line.startsWith('data: '));
          rest = rest.slice(end + 2);
          if (data.length > 0) inbox.push(decodeFrame(data.map((line) => line.slice(6)).join('\n')));
        }
      }
      inbox.end('the stream ended');
    })
    .catch((error: Error) => inbox.end(error.message));
  return { inbox, close: () => Promise.resolve(void request.destroy()) };
}

export const sse: Driver = {
  name: 'sse',
  get: (url, query) => events(`${url}/api/v1/events?${query}`),
  post: (url, subscriptions) => events(`${url}/api/v1/events`, { method: 'POST', body: { subscriptions } }),
  refused: async (url, query, headers) => {
    const response = await send(`${url}/api/v1/events?${query}`, { headers }).response;
    return { status: response.statusCode!, body: JSON.parse(await textOf(response)) };
  },
};

conformance(sse);

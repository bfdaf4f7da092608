import { describe, expect, it } from '@jest/globals';
import { decodeFrame } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import type { Driver, Line } from '../support/driver.js';
import { testGateway } from '../support/gateway.js';
import { firstText, send, textOf } from '../support/http-request.js';
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

describe('SSE alone', () => {
  it('R16 names a cursor as the id of each event, and goes on behind the last one a browser saw', async () => {
    const gateway = await testGateway();
    const address = `${gateway.url}/api/v1/events?filter=icu/%23`;
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 1 }]);
    const first = send(address);
    const start = await firstText(await first.response, '"snapshot"');
    first.request.destroy();
    expect(start).toMatch(/^retry: \d+\n\ndata: \{"type":"hello"/);
    const id = /id: (\S+)\ndata: \{"type":"snapshot"/.exec(start)![1]!;
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 2 }]);
    const again = send(`${address}&after=earliest`, { headers: { 'last-event-id': id } });
    const rest = await firstText(await again.response, '"readings"');
    again.request.destroy();
    expect(rest).toContain(`"subscribed","cursor":"${id}"`);
    expect(rest).toMatch(/id: \S+\ndata: \{"type":"readings".*\[\[\d+,\d+,2,\d+,0,2\]\]/);
    await gateway.stop();
  });

  it('R16 is not held back by a proxy or a cache', async () => {
    const gateway = await testGateway();
    const { request, response } = send(`${gateway.url}/api/v1/events?filter=a`);
    const { headers } = await response;
    request.destroy();
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await gateway.stop();
  });
});

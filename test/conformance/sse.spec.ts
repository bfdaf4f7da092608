import { describe, expect, it } from '@jest/globals';
import { conformance } from '../support/conformance.js';
import { testGateway } from '../support/gateway.js';
import { firstText, send } from '../support/http-request.js';
import { PATIENT, servesLess } from '../support/slow-client.js';
import { streamDriver } from '../support/stream-driver.js';

const sse = streamDriver('sse', '/api/v1/events', (text) => {
  const events = text.split('\n\n');
  const rest = events.pop()!;
  const frames = events.flatMap((event) => {
    const data = event.split('\n').filter((line) => line.startsWith('data: '));
    return data.length === 0 ? [] : [data.map((line) => line.slice(6)).join('\n')];
  });
  return { frames, rest };
});
conformance(sse);

describe('SSE alone', () => {
  it(
    'R32 serves a client that stalls less, says so, and serves it in full when it has kept up',
    () => servesLess(sse.get),
    PATIENT,
  );

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

  it('R29 is JSON whatever is asked for: events are text', async () => {
    const gateway = await testGateway();
    const headers = { accept: 'application/cbor-seq, application/cbor' };
    const { request, response } = send(`${gateway.url}/api/v1/events?filter=a`, { headers });
    expect(await firstText(await response, '"snapshot"')).toMatch(/^retry: \d+\n\ndata: \{"type":"hello"/);
    request.destroy();
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

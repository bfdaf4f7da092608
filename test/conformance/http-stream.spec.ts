import { describe, expect, it } from '@jest/globals';
import { conformance } from '../support/conformance.js';
import { testGateway } from '../support/gateway.js';
import { send } from '../support/http-request.js';
import { streamDriver } from '../support/stream-driver.js';

conformance(
  streamDriver('http-stream', '/api/v1/stream', (text) => {
    const lines = text.split('\n');
    const rest = lines.pop()!;
    return { frames: lines, rest };
  }),
);

describe('HTTP stream alone', () => {
  it('R27 is NDJSON that no proxy and no cache holds back', async () => {
    const gateway = await testGateway();
    const { request, response } = send(`${gateway.url}/api/v1/stream?filter=a`);
    const { headers } = await response;
    request.destroy();
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await gateway.stop();
  });
});

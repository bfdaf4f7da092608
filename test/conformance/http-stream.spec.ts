import { describe, expect, it } from '@jest/globals';
import type { Format } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import { testGateway } from '../support/gateway.js';
import { send } from '../support/http-request.js';
import { PATIENT, servesLess } from '../support/slow-client.js';
import { streamDriver } from '../support/stream-driver.js';

const driver = (format?: Format) =>
  streamDriver(
    'http-stream',
    '/api/v1/stream',
    (text) => {
      const lines = text.split('\n');
      const rest = lines.pop()!;
      return { frames: lines, rest };
    },
    format,
  );
conformance(driver());
conformance(driver('cbor'));

describe('HTTP stream alone', () => {
  it(
    'R32 serves a client that stalls less, says so, and serves it in full when it has kept up',
    () => servesLess(driver().get),
    PATIENT,
  );

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

  it.each([
    [undefined, 'application/x-ndjson'],
    ['*/*', 'application/x-ndjson'],
    ['text/html', 'application/x-ndjson'],
    ['application/cbor-seq', 'application/cbor-seq'],
    ['application/x-ndjson;q=0.5, application/cbor-seq', 'application/cbor-seq'],
    ['application/x-ndjson, application/cbor-seq;q=0.5', 'application/x-ndjson'],
  ])('R29 answers Accept: %s with %s', async (accept, type) => {
    const gateway = await testGateway();
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const { request, response } = send(`${gateway.url}/api/v1/stream?filter=a`, { headers });
    expect((await response).headers).toMatchObject({ 'content-type': type, vary: expect.stringMatching(/accept/i) });
    request.destroy();
    await gateway.stop();
  });
});

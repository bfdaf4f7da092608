import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodePollAnswer } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { send, textOf } from '../support/http-request.js';
import { pollDriver } from '../support/poll-loop.js';

conformance(pollDriver('poll'));

describe('poll alone', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await testGateway();
    const info = { series: 'a/b/x', label: 'X', kind: 'number' as const, unit: '1', intervalMs: 30_000 };
    await gateway.announce({ device: 'a/b', label: 'B', type: 'test', simulated: false, series: [info] });
    await gateway.send('a/b', [{ n: 'x', v: 1 }]);
  });
  afterEach(() => gateway.stop());

  const poll = async (query: string, headers: Record<string, string> = {}) => {
    const response = await send(`${gateway.url}/api/v1/readings?filter=a/%23${query}`, { headers }).response;
    const text = await textOf(response);
    const last = text === '' ? undefined : decodePollAnswer(text).frames.at(-1);
    return {
      status: response.statusCode,
      etag: response.headers.etag!,
      control: response.headers['cache-control'],
      beat: last?.type === 'heartbeat' ? last : undefined,
    };
  };

  it('R28 answers at once and says when the next reading is due', async () => {
    const { beat, control } = await poll('');
    const inMs = beat!.nextAt! - beat!.at;
    expect(inMs).toBeGreaterThan(20_000);
    expect(inMs).toBeLessThanOrEqual(30_000);
    expect(control).toMatch(/^public, max-age=2\d$/);
  });

  it('R28 promises no time where nobody announced one', async () => {
    await gateway.send('c/d', [{ n: 'x', v: 1 }]);
    const response = await send(`${gateway.url}/api/v1/readings?filter=c/%23`).response;
    expect(decodePollAnswer(await textOf(response)).frames.at(-1)).not.toHaveProperty('nextAt');
    expect(response.headers['cache-control']).toBe('public, max-age=0');
  });

  it('R28 R17 answers 304 to who has all there is, whether by its cursor or by its ETag alone', async () => {
    const { etag } = await poll('');
    const after = `&after=${etag.slice(1, -1)}`;
    // What does not match is no news, though it moves the journal on.
    await gateway.send('c/d', [{ n: 'x', v: 1 }]);
    expect(await poll(after, { 'if-none-match': etag })).toMatchObject({ status: 304, control: 'public, max-age=29' });
    expect(await poll('', { 'if-none-match': etag })).toMatchObject({ status: 304 });
    expect(await poll('', { 'if-none-match': '"of another"' })).toMatchObject({ status: 200 });
    // `after` says where to start; an ETag beside it that is another says nothing.
    expect(await poll(after, { 'if-none-match': '"of another"' })).toMatchObject({ status: 200 });
    await gateway.send('a/b', [{ n: 'x', v: 2 }]);
    expect(await poll(after, { 'if-none-match': etag })).toMatchObject({ status: 200 });
    expect(await poll('', { 'if-none-match': etag })).toMatchObject({ status: 200 });
  });

  it("R28 a POST is nobody else's business", async () => {
    const body = { subscriptions: [{ id: 'a', filters: ['a/#'] }] };
    const { headers } = await send(`${gateway.url}/api/v1/readings`, { method: 'POST', body }).response;
    expect(headers['cache-control']).toBe('no-store');
  });
});

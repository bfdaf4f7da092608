import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cbor } from '@telewire/cbor';
import { decodePollAnswer } from '@telewire/protocol';
import { conformance } from '../support/conformance.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { bytesOf, send, textOf } from '../support/http-request.js';
import { pollDriver } from '../support/poll-loop.js';

conformance(pollDriver('poll'));
conformance(pollDriver('poll', undefined, 'cbor'));

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

  it('R29 gives CBOR to who prefers it, under an ETag of its own', async () => {
    const address = `${gateway.url}/api/v1/readings?filter=a/%23`;
    const ask = (headers: Record<string, string>) => send(address, { headers }).response;
    const json = await ask({ accept: '*/*' });
    const other = await ask({ accept: 'application/cbor, application/json;q=0.9' });
    expect(json.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', vary: 'Accept' });
    expect(other.headers).toMatchObject({ 'content-type': 'application/cbor', vary: 'Accept' });
    const tag = json.headers.etag!;
    expect(other.headers.etag).toBe(`${tag.slice(0, -1)}+cbor"`);
    const { frames } = decodePollAnswer(await bytesOf(other), cbor);
    const said = decodePollAnswer(await textOf(json));
    const known = (all: typeof frames) => all.filter(({ type }) => type !== 'heartbeat' && type !== 'hello');
    expect(known(frames)).toEqual(known(said.frames));
    const statusOf = async (accept: string, known: string) =>
      (await ask({ accept, 'if-none-match': known })).statusCode;
    expect(await statusOf('application/cbor', other.headers.etag!)).toBe(304);
    // What a cache holds in one format is no answer to the other.
    expect(await statusOf('application/cbor', tag)).toBe(200);
    expect(await statusOf('application/json', other.headers.etag!)).toBe(200);
  });

  it("R28 a POST is nobody else's business", async () => {
    const body = { subscriptions: [{ id: 'a', filters: ['a/#'] }] };
    const { headers } = await send(`${gateway.url}/api/v1/readings`, { method: 'POST', body }).response;
    expect(headers['cache-control']).toBe('no-store');
  });
});

import { describe, expect, it } from '@jest/globals';
import { interruptionOf, parseRetryAfter } from './http.js';

const json = (status: number, body: unknown, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

describe('an answer that is not the one asked for', () => {
  it('is final when the gateway says so with a code of 4400 to 4499 (PROTOCOL R21, R22)', async () => {
    const body = { type: 'error', code: 4403, reason: 'bad-host', message: 'not here' };
    expect(await interruptionOf(json(403, body), 0)).toMatchObject({ event: 'refused', message: 'not here' });
  });

  it('is transient for any other code of the gateway', async () => {
    const body = { type: 'error', code: 4503, reason: 'full', message: 'full' };
    expect(await interruptionOf(json(503, body, { 'retry-after': '7' }), 0)).toMatchObject({
      event: 'lost',
      retryAfterMs: 7000,
    });
  });

  it.each([
    ['a proxy page', new Response('<html>', { status: 403, headers: { 'content-type': 'text/html' } })],
    ['JSON of somebody else', json(404, { error: 'no route' })],
    ['a code that does not fit its status', json(404, { code: 4422, reason: 'x', message: 'x' })],
    [
      'JSON that is cut short',
      new Response('{"code":4', { status: 400, headers: { 'content-type': 'application/json' } }),
    ],
    ['nothing at all', new Response(null, { status: 400 })],
  ])('is transient when it is not from this protocol: %s', async (_what, response) => {
    expect(await interruptionOf(response, 0)).toMatchObject({ event: 'lost' });
  });

  it('says in Retry-After seconds or a date (RFC 9110 §10.2.3)', () => {
    const now = Date.parse('Fri, 31 Dec 1999 23:59:50 GMT');
    expect(parseRetryAfter('12', now)).toBe(12_000);
    expect(parseRetryAfter('Fri, 31 Dec 1999 23:59:59 GMT', now)).toBe(9000);
    expect(parseRetryAfter('Fri, 31 Dec 1999 23:00:00 GMT', now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeUndefined();
    expect(parseRetryAfter(null, now)).toBeUndefined();
  });
});

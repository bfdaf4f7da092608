import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { connect } from './index.js';

const INVENTORY = {
  at: 1_790_000_000_000,
  asOf: 'k3f9a2b1.1z4',
  devices: [{ device: 'icu/bed-04', label: '04', type: 'patient-monitor', simulated: true, online: null }],
  series: [
    {
      series: 'icu/bed-04/hr',
      label: 'HR',
      kind: 'number',
      unit: '/min',
      intervalMs: 1000,
      device: 'icu/bed-04',
      latest: { at: 1, value: 72, quality: 'good', n: 4, receivedAt: 2 },
    },
  ],
};
const asked: string[] = [];
const inventory = (answer: () => Response | Promise<Response>) =>
  connect({
    url: 'http://gateway.test/some/page',
    fetch: (input) => {
      asked.push((input as URL).href);
      return Promise.resolve(answer());
    },
  }).inventory();

describe('the inventory', () => {
  it('is read from the gateway, whatever page of it the address names', async () => {
    expect(await inventory(() => Response.json(INVENTORY))).toEqual(INVENTORY);
    expect(asked).toEqual(['http://gateway.test/api/v1/series']);
  });

  it('is refused with the gateway’s own error', async () => {
    const error = { type: 'error', code: 4503, reason: 'starting', message: 'not yet' };
    await expect(inventory(() => Response.json(error, { status: 503 }))).rejects.toMatchObject({
      name: 'ProtocolError',
      ...{ code: 4503, reason: 'starting', message: 'not yet' },
    });
  });

  it.each([
    ['a page', () => new Response('<html>', { status: 502 })],
    ['JSON of another kind', () => Response.json({ devices: 7 })],
    ['JSON cut short', () => new Response('{"at":', { headers: { 'content-type': 'application/json' } })],
  ])('is a transient error when %s comes instead', async (_what, answer) => {
    await expect(inventory(answer)).rejects.toMatchObject({ code: 4503, reason: 'not-telewire', terminal: false });
  });

  it('is a TypeError when nothing answers', async () => {
    await expect(inventory(() => Promise.reject(new TypeError('fetch failed')))).rejects.toThrow(TypeError);
  });

  it('is a TypeError when an answer hangs for ten seconds, and nothing hangs any longer', async () => {
    const scheduler = new VirtualTimeScheduler();
    const fetch = (_input: unknown, init?: RequestInit) =>
      new Promise<Response>((_, reject) =>
        init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error)),
      );
    const hanging = connect({ url: 'http://gateway.test', fetch, scheduler }).inventory();
    scheduler.flush();
    await expect(hanging).rejects.toThrow(new TypeError('the gateway does not answer'));
    expect([scheduler.now(), scheduler.actions.length]).toEqual([10_000, 0]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type TestGateway, testGateway } from '../../../../test/support/gateway.js';
import { send } from '../../../../test/support/http-request.js';
import { askLab, LabClient } from '../../../../test/support/lab-client.js';

let gateway: TestGateway;
const ask = (method: string, path: string, body?: unknown) => askLab(gateway.url, method, path, body);

beforeEach(async () => {
  gateway = await testGateway();
});
afterEach(() => gateway.stop());

describe('the edge of the lab', () => {
  it.each([
    [{ rateHz: 501 }, 'rateHz'],
    [{ rateHz: 0.1 }, 'rateHz'],
    [{ weather: { delayMs: -1 } }, 'weather.delayMs'],
    [{ watch: 'pigeon' }, 'watch'],
  ])('refuses settings that make no sense: %j', async (settings, path) => {
    const lab = await LabClient.open(gateway.url);
    const { status, body } = await ask('PUT', `/sessions/${lab.opened.id}`, settings);
    lab.leave();
    expect([status, body]).toMatchObject([400, { type: 'error', code: 4400, message: expect.stringContaining(path) }]);
  });

  it('finds no session that nobody opened', async () => {
    const none = { status: 404, body: expect.objectContaining({ code: 4404, reason: 'no-session' }) as unknown };
    expect(await ask('PUT', '/sessions/none', {})).toEqual(none);
    expect(await ask('POST', '/sessions/none/acts', { connection: 1, act: 'kill' })).toEqual(none);
  });
});

describe('the naive long-poll', () => {
  it('is answered at once where there is news, however low the pace', async () => {
    await gateway.send('a/x', [{ n: 'y', v: 1 }]);
    const { body } = await ask('GET', '/unpaced?filter=a/%23&wait=50&maxHz=0.001&after=earliest');
    expect(body).toMatchObject({ frames: expect.arrayContaining([expect.objectContaining({ type: 'readings' })]) });
    expect((await ask('GET', '/unpaced?wait=1')).status).toBe(400);
  });
});

describe('where the lab is off', () => {
  it('there is nothing of it', async () => {
    expect((await ask('GET', '')).body).toEqual({ enabled: true });
    await gateway.stop();
    gateway = await testGateway({ LAB: 'off' });
    const unknown = await ask('GET', '/../nothing');
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/sessions'],
      ['PUT', '/sessions/a'],
      ['POST', '/sessions/a/acts'],
      ['GET', '/unpaced?filter=a'],
      ['POST', '/echo?id=a'],
      ['GET', '/echo/events?id=a'],
    ] as const) {
      expect(await ask(method, path)).toEqual(unknown);
    }
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/lab/echo`);
    expect(String((await once(socket, 'error'))[0])).toContain('hang up');
    const page = await send(gateway.url).response;
    expect(page.headers['content-security-policy']).not.toContain('connect-src');
  });
});

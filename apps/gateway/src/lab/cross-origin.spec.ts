import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../../test/support/eventually.js';
import { type TestGateway, testGateway } from '../../../../test/support/gateway.js';
import { send } from '../../../../test/support/http-request.js';
import { LabClient } from '../../../../test/support/lab-client.js';

let gateway: TestGateway;
const opened: LabClient[] = [];
const open = async () => {
  const lab = await LabClient.open(gateway.url);
  opened.push(lab);
  return lab;
};

beforeEach(async () => {
  gateway = await testGateway();
});

afterEach(async () => {
  for (const lab of opened.splice(0)) lab.leave();
  await gateway.stop();
});

describe('a page of the gateway', () => {
  const through = async (port: number, origin: string, method = 'GET', host = 'localhost') => {
    const headers = { host: `${host}:${port}`, origin, 'access-control-request-method': 'POST' };
    const answer = await send(`http://127.0.0.1:${port}/api/v1/time`, { method, headers }).response;
    answer.resume();
    return answer;
  };

  it('may ask through the proxy of a session, which is another origin to it, and rarely by a preflight', async () => {
    const { opened: session } = await open();
    const origin = `http://localhost:${new URL(gateway.url).port}`;
    const answer = await through(session.port, origin);
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    const preflight = await through(session.port, origin, 'OPTIONS');
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '7200',
      vary: 'origin',
    });
    const elsewhere = await send(`${gateway.url}/api/v1/time`, { headers: { host: 'localhost:1', origin } }).response;
    expect(elsewhere.statusCode).toBe(403);
    expect((await through(session.port, 'http://localhost:1')).statusCode).toBe(403);
    expect((await through(session.port, origin, 'GET', '127.0.0.1')).statusCode).toBe(403);
    expect((await through(session.port, origin.replace('http', 'https'))).statusCode).toBe(403);
    expect((await through(Number(new URL(gateway.url).port), `http://localhost:${session.port}`)).statusCode).toBe(403);
  });

  it('may not once the session is over', async () => {
    const lab = await open();
    const port = Number(new URL(gateway.url).port);
    const asked = { host: `localhost:${lab.opened.port}`, origin: `http://localhost:${port}` };
    const status = async () => (await send(`${gateway.url}/api/v1/time`, { headers: asked }).response).statusCode;
    expect(await status()).toBe(200);
    lab.leave();
    await eventually(async () => expect(await status()).toBe(403));
  });

  it('is told that it may connect to other ports of the same loopback name, and the API is not', async () => {
    const policy = async (path: string, host: string) =>
      (await send(`${gateway.url}${path}`, { headers: { host } }).response).headers['content-security-policy'];
    expect(await policy('/', 'localhost:3000')).toContain("connect-src 'self' http://localhost:* ws://localhost:*");
    expect(await policy('/lab', '127.0.0.1')).toContain("connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*");
    expect(await policy('/', '[::1]:3000')).toMatch(/connect-src 'self'$/);
    expect(await policy('/api/v1/time', 'localhost:3000')).not.toContain('connect-src');
  });
});

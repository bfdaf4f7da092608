import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eventually } from '../../../../test/support/eventually.js';
import { type TestGateway, testGateway } from '../../../../test/support/gateway.js';
import { send } from '../../../../test/support/http-request.js';
import { LabClient } from '../../../../test/support/lab-client.js';

let gateway: TestGateway;
const opened: LabClient[] = [];
/** A session as a page of this address opens it. */
const open = async (origin: string) => {
  const lab = await LabClient.open(gateway.url, { host: new URL(origin).host, origin });
  opened.push(lab);
  return lab;
};
/** What is answered to a page of `origin` that asks through a session's proxy, which it reaches by the name of `host`. */
const through = async ({ url }: LabClient, host: string, origin?: string, method = 'GET') => {
  const headers = { host, ...(origin !== undefined && { origin }), 'access-control-request-method': 'POST' };
  const answer = await send(`${url}/api/v1/time`, { method, headers }).response;
  answer.resume();
  return answer;
};
const statusThrough = async (...asked: Parameters<typeof through>) => (await through(...asked)).statusCode;

beforeEach(async () => {
  gateway = await testGateway({ LAB: 'on', ALLOWED_HOSTS: 'telewire.example:8443,[fd00::7]:3000' });
});

afterEach(async () => {
  for (const lab of opened.splice(0)) lab.leave();
  await gateway.stop();
});

describe('the page that opened a session', () => {
  it.each([
    // The gateway's own port is another one each time: these are as a container or a tunnel maps it, and as a proxy does.
    'http://localhost:8080',
    'http://127.0.0.1:49152',
    'http://localhost',
    'http://telewire.example:8443',
    'https://telewire.example:8443',
  ])('may ask through its proxy, which is another origin to it, and rarely by a preflight: %s', async (origin) => {
    const lab = await open(origin);
    const host = `${new URL(origin).hostname}:${lab.opened.port}`;
    const answer = await through(lab, host, origin);
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    const preflight = await through(lab, host, origin, 'OPTIONS');
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '7200',
      vary: 'origin',
    });
    const socket = new WebSocket(`${lab.url.replace('http', 'ws')}/api/v1/lab/echo`, { headers: { host, origin } });
    await once(socket, 'open');
    socket.terminate();
  });

  it('is the only one that may', async () => {
    const [lab, other] = [await open('http://localhost:8080'), await open('http://telewire.example:8443')];
    const host = `localhost:${lab.opened.port}`;
    for (const origin of ['http://localhost:8081', 'https://localhost:8080', 'http://telewire.example:8443', 'null'])
      expect(await statusThrough(lab, host, origin)).toBe(403);
    // Nor may it by another name or at another port, the gateway's own among them.
    for (const to of [`127.0.0.1:${lab.opened.port}`, `localhost:${other.opened.port}`, new URL(gateway.url).host])
      expect(await statusThrough(lab, to, 'http://localhost:8080')).toBe(403);
    expect(await statusThrough(lab, `telewire.example:${lab.opened.port}`)).toBe(403);
    expect(await statusThrough(other, `telewire.example:${other.opened.port}`)).toBe(200);
  });

  it('may not once the session is over', async () => {
    const lab = await open('http://telewire.example:8443');
    const host = `telewire.example:${lab.opened.port}`;
    const status = async (headers: Record<string, string>) =>
      (await send(`${gateway.url}/api/v1/time`, { headers }).response).statusCode;
    const page = { host, origin: 'http://telewire.example:8443' };
    expect([await status({ host }), await status(page)]).toEqual([200, 200]);
    lab.leave();
    await eventually(async () => expect([await status({ host }), await status(page)]).toEqual([403, 403]));
  });

  it('is told at once where no browser would let it: at an IPv6 address', async () => {
    for (const host of ['[::1]:3000', '[fd00::7]:3000']) {
      const refused = LabClient.open(gateway.url, { host, origin: `http://${host}` });
      await expect(refused).rejects.toThrow('"code":4422,"reason":"lab-address"');
    }
    opened.push(await LabClient.open(gateway.url, { host: '[::1]:3000' }));
  });
});

describe('a page of another site, also one on another port of the same name', () => {
  const GETS = ['', '/unpaced?filter=a/%23&wait=0&after=earliest', '/echo/events?id=me'];
  const ask = async (path: string, headers: Record<string, string>) => {
    const { request, response } = send(`${gateway.url}/api/v1/lab${path}`, { headers });
    const { statusCode } = await response;
    request.destroy();
    return statusCode;
  };

  it.each(GETS)('gets nothing from GET %s, whether or not it says who it is', async (path) => {
    for (const site of ['cross-site', 'same-site', 'who-knows']) {
      expect(await ask(path, { 'sec-fetch-site': site })).toBe(403);
      expect(await ask(path, { 'sec-fetch-site': site, origin: 'http://localhost:8081' })).toBe(403);
    }
    await gateway.send('a/x', [{ n: 'y', v: 1 }]);
    for (const site of ['same-origin', 'none']) expect(await ask(path, { 'sec-fetch-site': site })).toBe(200);
  });

  it.each(GETS)('gets nothing from GET %s where its browser says no more than a Referer', async (path) => {
    const host = 'telewire.example:8443';
    await gateway.send('a/x', [{ n: 'y', v: 1 }]);
    for (const referer of [
      `http://elsewhere.example/${host}`,
      'http://telewire.example:8080/',
      `http://${host}@evil.example`,
      'me',
    ])
      expect(await ask(path, { host, referer })).toBe(403);
    for (const referer of [`http://${host}/lab`, `https://${host}/`])
      expect(await ask(path, { host, referer })).toBe(200);
    // What says more goes before.
    const referer = 'http://elsewhere.example/';
    expect(await ask(path, { host, referer, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await ask(path, { host, referer, origin: `http://${host}` })).toBe(200);
  });

  it.each(GETS)('is not taken for one where it is none: curl gets GET %s', async (path) => {
    await gateway.send('a/x', [{ n: 'y', v: 1 }]);
    for (const host of ['telewire.example:8443', 'LocalHost:8080']) {
      expect(await ask(path, { host })).toBe(200);
      expect(await ask(path, { host, referer: `http://${host}/` })).toBe(200);
    }
  });

  it('gets nothing through the proxy of a session either; the page that opened it does', async () => {
    const origin = 'http://localhost:8080';
    const lab = await open(origin);
    const status = async (headers: Record<string, string>) => {
      const host = `localhost:${lab.opened.port}`;
      const answer = await send(`${lab.url}/api/v1/lab`, {
        headers: { host, 'sec-fetch-site': 'same-site', ...headers },
      }).response;
      return answer.statusCode;
    };
    expect([await status({}), await status({ origin })]).toEqual([403, 200]);
  });

  it('opens no session', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    await expect(LabClient.open(gateway.url, headers)).rejects.toThrow('"code":4403');
  });
});

describe('a page of the gateway', () => {
  it('is told that it may connect to other ports of the same name, and the API is not', async () => {
    const policy = async (path: string, host: string) =>
      (await send(`${gateway.url}${path}`, { headers: { host } }).response).headers['content-security-policy'];
    expect(await policy('/', 'LocalHost:3000')).toContain("connect-src 'self' http://localhost:* ws://localhost:*");
    expect(await policy('/lab', '127.0.0.1')).toContain("connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*");
    expect(await policy('/', 'telewire.example:8443')).toMatch(
      /http:\/\/telewire\.example:\* ws:\/\/telewire\.example:\*$/,
    );
    expect(await policy('/', '[::1]:3000')).toMatch(/connect-src 'self'$/);
    expect(await policy('/', "a:* 'unsafe-eval'; x")).toMatch(/connect-src 'self'$/);
    expect(await policy('/api/v1/time', 'localhost:3000')).not.toContain('connect-src');
  });
});

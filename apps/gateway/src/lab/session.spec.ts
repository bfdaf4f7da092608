import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LabAct, LabEvent } from '@telewire/protocol';
import { hex, SWITCH, UPGRADE } from '../../../../test/support/conversation.js';
import { REQUEST } from '../../../../test/support/proxy-bench.js';
import { TcpEnd } from '../../../../test/support/tcp-end.js';
import { Registry } from '../registry/registry.js';
import { HubBench } from '../testing/hub-bench.js';
import { Generator } from './generator.js';
import { LabSession } from './session.js';

let bench: HubBench;
let server: Server;
let session: LabSession;
let heard: LabEvent[];

beforeEach(async () => {
  bench = new HubBench();
  const { clock: scheduler, journal } = bench;
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  session = new LabSession({
    id: 'me',
    generator: new Generator('telewire/lab-1', journal, new Registry(journal), scheduler),
    gateway: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    opener: { name: 'localhost' },
    scheduler,
    random: Math.random,
  });
  await session.start(0, '127.0.0.1');
  heard = [];
  session.events.subscribe((event) => heard.push(event));
});

afterEach(async () => {
  await session.stop();
  expect(bench.clock.timers).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});

/** Both ends of a connection through the session. */
async function open(): Promise<{ client: TcpEnd; gateway: TcpEnd }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = new TcpEnd(connect({ host: '127.0.0.1', port: session.port, allowHalfOpen: true }));
  return { client, gateway: new TcpEnd((await accepted)[0]) };
}

async function openSocket(): Promise<{ client: TcpEnd; gateway: TcpEnd }> {
  const ends = await open();
  ends.client.socket.write(UPGRADE);
  await ends.gateway.has('\r\n\r\n');
  ends.gateway.socket.write(SWITCH);
  await ends.client.has('\r\n\r\n');
  return ends;
}

describe('an act', () => {
  const answer = (act: LabAct['act'], connection = 1): string => {
    try {
      session.act({ connection, act });
      return 'done';
    } catch (error) {
      return (error as { reason: string }).reason;
    }
  };

  it('is refused, and says why, where it cannot be done', async () => {
    expect(answer('kill')).toBe('no-connection');
    const { client, gateway } = await openSocket();
    await open();
    expect([answer('ping'), answer('ping', 2), answer('ping', 3)]).toEqual([
      'done',
      'not-a-websocket',
      'no-connection',
    ]);
    // A close frame: the connection is open still, and takes no frame any more.
    gateway.socket.write(hex('88 02 03 e9'));
    await client.until(({ got }) => got.includes(hex('88 02 03 e9')));
    expect(answer('ping')).toBe('connection-ended');
    expect([answer('kill'), answer('kill'), answer('ping')]).toEqual(['done', 'no-connection', 'no-connection']);
    await client.until(({ closed }) => closed);
    expect(answer('kill', 2)).toBe('done');
  });

  it('pings no connection that the gateway has ended', async () => {
    const { client, gateway } = await openSocket();
    gateway.socket.end();
    await client.until(({ ended }) => ended);
    expect([answer('ping'), answer('kill'), answer('kill')]).toEqual(['connection-ended', 'done', 'no-connection']);
  });
});

describe('a tally', () => {
  const told = () => {
    bench.clock.advance(250);
    const { http, lanes } = heard.findLast((event) => event.type === 'tally')!;
    return [http, lanes.sse!.open, lanes.other!.open, lanes.websocket!.open];
  };

  it('counts the connections that speak HTTP/1.1, of all lanes together, each once', async () => {
    expect(told()).toEqual([0, 0, 0, 0]);
    const { client, gateway } = await open();
    expect(told()).toEqual([1, 0, 0, 0]);
    client.socket.write(REQUEST + REQUEST.replace('events', 'time'));
    await gateway.has('time');
    expect(told()).toEqual([1, 1, 1, 0]);
    await open();
    const socket = await openSocket();
    expect(told()).toEqual([2, 1, 1, 1]);
    for (const end of [socket, { client }]) {
      end.client.socket.resetAndDestroy();
      await end.client.until(({ closed }) => closed);
    }
    while (told()[0] !== 1) await setImmediate();
    expect(told()).toEqual([1, 0, 0, 0]);
  });
});

describe('the end of a session', () => {
  it('leaves nothing to be told of the connections that it cuts', async () => {
    session.change({ watch: 'sse' });
    const { client, gateway } = await open();
    client.socket.write(REQUEST);
    await gateway.has('\r\n\r\n');
    while (bench.clock.timers < 2) await setImmediate();
    bench.clock.advance(100);
    expect(heard.at(-1)).toMatchObject({ messages: [{ kind: 'open' }, { kind: 'request' }] });
    await session.stop('that is all');
    await client.until(({ closed }) => closed);
    expect(bench.clock.timers).toBe(0);
    expect(heard.at(-1)).toEqual({ type: 'end', message: 'that is all' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { decodeFrame, type Inventory, type LabLane } from '@telewire/protocol';
import type { Driver, Line } from '../../../../test/support/driver.js';
import { eventually } from '../../../../test/support/eventually.js';
import { freePorts } from '../../../../test/support/free-ports.js';
import { type TestGateway, testGateway } from '../../../../test/support/gateway.js';
import { send, textOf } from '../../../../test/support/http-request.js';
import { Inbox } from '../../../../test/support/inbox.js';
import { pollDriver } from '../../../../test/support/poll-loop.js';
import { streamDriver } from '../../../../test/support/stream-driver.js';
import { askLab, LabClient } from '../../../../test/support/lab-client.js';
import { MAX_SESSIONS } from './sessions.js';

const websocket: Pick<Driver, 'name' | 'get'> = {
  name: 'websocket',
  get: (url, query): Line => {
    const inbox = new Inbox();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket?${query}`);
    socket.on('message', (data: Buffer) => inbox.push(decodeFrame(data.toString())));
    socket.on('error', (error) => inbox.end(error.message));
    socket.on('close', (code) => inbox.end(`closed with ${code}`));
    return { inbox, close: () => Promise.resolve(socket.close()) };
  },
};
const DRIVERS = [
  websocket,
  streamDriver('http-stream', '/api/v1/stream', (text) => {
    const lines = text.split('\n');
    return { rest: lines.pop()!, frames: lines };
  }),
  streamDriver('sse', '/api/v1/events', (text) => {
    const events = text.split('\n\n');
    const rest = events.pop()!;
    return { rest, frames: events.flatMap((event) => /^data: (.*)$/m.exec(event)?.[1] ?? []) };
  }),
  pollDriver('long-poll', 5),
  pollDriver('poll'),
];

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

describe('a session of the lab', () => {
  it('brings its own live series to all five transports at once, and counts for each what it cost', async () => {
    const lab = await open();
    await lab.change({ rateHz: 50 });
    const lines = DRIVERS.map((driver) => driver.get(lab.url, `filter=${lab.series}&after=earliest`));
    const readings = await Promise.all(lines.map(({ inbox }) => inbox.readings(20)));
    for (const each of readings)
      expect(each.map(({ n }) => n)).toEqual(Array.from({ length: each.length }, (_, i) => i + 1));
    const names = DRIVERS.map(({ name }) => name as LabLane);
    const { lanes } = await lab.next('tally', (event) => names.every((name) => event.lanes[name]!.down.body > 0));
    for (const name of names) {
      expect(lanes[name]!.requests).toBeGreaterThanOrEqual(1);
      expect(lanes[name]!.up.header).toBeGreaterThan(50);
    }
    expect(lanes.websocket).toMatchObject({ requests: 1, connections: 1, open: 1 });
    await Promise.all(lines.map((line) => line.close()));
  });

  it('lasts as long as the request that opened it, and leaves nothing behind', async () => {
    const inventory = async () => {
      const { devices, series } = (await (await fetch(`${gateway.url}/api/v1/series`)).json()) as Inventory;
      return [devices, series.map((each) => each.series)];
    };
    const before = await inventory();
    const lab = await open();
    await lab.change({ rateHz: 500 });
    const held = DRIVERS.map((driver) => driver.get(lab.url, `filter=${lab.series}`));
    await Promise.all(held.map(({ inbox }) => inbox.next('subscribed')));
    expect((await inventory())[1]).toContain(lab.series);
    lab.leave();
    const cut = held.map(({ inbox }) => expect(inbox.until(() => false)).rejects.toThrow());
    await Promise.all(cut);
    expect(await inventory()).toEqual(before);
    expect(await reachable(lab.opened.port)).toBe(false);
    expect(await lab.change({ rateHz: 1 })).toBe(404);
    expect((await open()).series).toBe(lab.series);
  });

  it('ends with the gateway', async () => {
    const lab = await open();
    await lab.change({ rateHz: 100 });
    const line = websocket.get(lab.url, `filter=${lab.series}`);
    await line.inbox.readings(1);
    await gateway.stop();
    await expect(lab.next('tally', () => false)).rejects.toThrow('ended');
    expect(await reachable(lab.opened.port)).toBe(false);
    gateway = await testGateway();
  });

  it('has a proxy and a series of its own; there are four at most', async () => {
    const labs = [await open(), await open(), await open(), await open()];
    expect(labs.map(({ series }) => series)).toEqual([1, 2, 3, 4].map((n) => `telewire/lab-${n}`));
    expect(new Set(labs.map(({ opened }) => opened.port)).size).toBe(4);
    const { status, body } = await askLab(gateway.url, 'POST', '/sessions');
    expect([status, body]).toMatchObject([503, { type: 'error', code: 4503, reason: 'lab-full' }]);
  });

  it('tells the messages of the lane that is watched, and takes acts on their connections', async () => {
    const lab = await open();
    expect(await lab.change({ rateHz: 20, watch: 'websocket' })).toBe(204);
    const lines = DRIVERS.map((driver) => driver.get(lab.url, `filter=${lab.series}`));
    const { messages } = await lab.next('messages', ({ messages }) => messages.some(({ kind }) => kind === 'frame'));
    expect(new Set(messages.map(({ lane }) => lane))).toEqual(new Set(['websocket']));
    const { connection } = messages.find(({ title }) => title.startsWith('101'))!;
    expect(await lab.act({ connection, act: 'ping' })).toBe(204);
    const pinged = await lab.next('messages', ({ messages }) => messages.some(({ title }) => title === 'pong'));
    expect(pinged.messages.find(({ title }) => title === 'pong')).toMatchObject({ direction: 'up', text: 'telewire' });
    expect(await lab.act({ connection, act: 'kill' })).toBe(204);
    await lab.next('messages', ({ messages }) => messages.some(({ kind }) => kind === 'reset'));
    for (const act of ['kill', 'ping']) {
      const again = await askLab(gateway.url, 'POST', `/sessions/${lab.opened.id}/acts`, { connection, act });
      expect([again.status, again.body]).toMatchObject([404, { reason: 'no-connection' }]);
    }
    await Promise.all(lines.map((line) => line.close()));
  });

  it('pings nothing but a WebSocket', async () => {
    const lab = await open();
    await lab.change({ watch: 'sse' });
    const line = DRIVERS.find(({ name }) => name === 'sse')!.get(lab.url, 'filter=a');
    const { messages } = await lab.next('messages');
    expect(await lab.act({ connection: messages[0]!.connection, act: 'ping' })).toBe(422);
    await line.close();
  });
});

describe('on fixed ports', () => {
  it('sessions lie side by side, and one that ends leaves its port to the next', async () => {
    await gateway.stop();
    const port = await freePorts(MAX_SESSIONS);
    gateway = await testGateway({ LAB_PORT: String(port) });
    const labs = [await open(), await open(), await open(), await open()];
    expect(labs.map(({ opened }) => opened.port)).toEqual([port, port + 1, port + 2, port + 3]);
    for (const { url } of labs) expect((await fetch(`${url}/api/v1/time`)).status).toBe(200);
    expect((await askLab(gateway.url, 'POST', '/sessions')).body).toMatchObject({ reason: 'lab-full' });
    labs[1]!.leave();
    await eventually(async () => expect((await open()).opened.port).toBe(port + 1));
  });

  it('of which one is taken there is no such session, and the gateway goes on', async () => {
    const other = await open();
    const second = await testGateway({ LAB_PORT: String(other.opened.port) });
    const { response } = send(`${second.url}/api/v1/lab/sessions`, { method: 'POST' });
    expect(JSON.parse(await textOf(await response))).toMatchObject({ code: 4503, reason: 'lab-port' });
    other.leave();
    await eventually(async () => opened.push(await LabClient.open(second.url)));
    await second.stop();
  });
});

/** True when something listens there. */
async function reachable(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // ECONNREFUSED
  } finally {
    socket.destroy();
  }
}

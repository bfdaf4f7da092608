import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { decodeFrame, type LabLane } from '@telewire/protocol';
import type { Driver, Line } from '../../../../test/support/driver.js';
import { type TestGateway, testGateway } from '../../../../test/support/gateway.js';
import { Inbox } from '../../../../test/support/inbox.js';
import { pollDriver } from '../../../../test/support/poll-loop.js';
import { streamDriver } from '../../../../test/support/stream-driver.js';
import { LabClient } from '../../../../test/support/lab-client.js';

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
});

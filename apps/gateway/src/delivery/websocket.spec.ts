import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { Refusals } from '../ingest/refusals.js';
import { Repetitions } from '../ingest/repetitions.js';
import { Metrics } from '../metrics.js';
import { HubBench } from '../testing/hub-bench.js';
import { WebSocketDelivery } from './websocket.js';

describe('the sockets of a gateway', () => {
  const bench = new HubBench();
  const { clock, hub, journal } = bench;
  const metrics = new Metrics(journal, hub, new Refusals(() => undefined), new Repetitions(journal));
  let server: WebSocketServer;
  let clients: WebSocket[];
  let accepted: WebSocket[];

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const delivery = new WebSocketDelivery(hub, clock, metrics);
    accepted = [];
    server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
      accepted.push(socket);
      delivery.handleConnection(socket, request);
    });
    await once(server, 'listening');
    clients = [];
    // One after the other, so that their ends are in the same order.
    for (let i = 0; i < 2; i++) {
      const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      clients.push(client);
      await once(client, 'open');
    }
  });

  afterEach(() => {
    for (const client of clients) client.terminate();
    server.close();
  });

  it('are pinged every 15 s, dropped when they have not answered by the next, and leave no timer behind', async () => {
    const bothAnswered = accepted.map((socket) => once(socket, 'pong'));
    clock.advance(15_000);
    await Promise.all(bothAnswered);
    // Then one reads no more.
    const [silent, other] = accepted as [WebSocket, WebSocket];
    const answered = once(other, 'pong');
    clients[0]!.pause();
    clock.advance(15_000);
    await answered;
    const dropped = once(silent, 'close');
    clock.advance(15_000);
    await dropped;
    expect(other.readyState).toBe(WebSocket.OPEN);
    const left = once(other, 'close');
    clients[1]!.terminate();
    await left;
    expect([hub.readerCount, clock.timers]).toEqual([0, 0]);
  });
});

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { jsonWriter } from '@telewire/protocol';
import { HubBench } from '../testing/hub-bench.js';
import { ROUNDS_TO_PING, SocketConnection } from './socket-connection.js';

describe('a socket between two pings', () => {
  let server: WebSocketServer;
  let client: WebSocket;
  let accepted: WebSocket;
  let connection: SocketConnection;

  const watch = (rounds: number) => {
    for (let i = 0; i < rounds; i++) connection.watch();
  };

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const accepting = once(server, 'connection') as Promise<[WebSocket, { socket: Socket }]>;
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const opened = once(client, 'open');
    const [socket, { socket: wire }] = await accepting;
    await opened;
    accepted = socket;
    const { hub, clock } = new HubBench();
    connection = new SocketConnection(accepted, wire, hub.open(jsonWriter), { sent: () => undefined, now: clock.now });
    connection.open();
  });

  afterEach(() => {
    client.terminate();
    connection.close();
    server.close();
  });

  it('lives on for as long as the peer answers', async () => {
    for (let i = 0; i < 3; i++) {
      watch(ROUNDS_TO_PING);
      await once(accepted, 'pong');
    }
    watch(ROUNDS_TO_PING - 1);
    expect(accepted.readyState).toBe(WebSocket.OPEN);
  });

  it('lives on where what the peer says comes instead of its answer', async () => {
    client.pause();
    watch(ROUNDS_TO_PING);
    client.send('{"type":"unsubscribe","id":"none"}');
    await once(accepted, 'message');
    watch(ROUNDS_TO_PING);
    expect(accepted.readyState).toBe(WebSocket.OPEN);
  });

  it('is dropped when the next ping is due and the last was not answered', async () => {
    client.pause();
    watch(2 * ROUNDS_TO_PING - 1);
    expect(accepted.readyState).toBe(WebSocket.OPEN);
    watch(1);
    await once(accepted, 'close');
  });
});

import type { IncomingMessage } from 'node:http';
import { Inject } from '@nestjs/common';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { interval, type SchedulerLike, type Subscription } from 'rxjs';
import type { WebSocket as Socket } from 'ws';
import { badRequest, parseQuery } from '@telewire/protocol';
import { Hub } from '../hub/hub.js';
import type { Reader } from '../hub/reader.js';
import { Metrics } from '../metrics.js';
import { SCHEDULER } from '../tokens.js';
import { writerOf } from '../http/negotiation.js';
import { closeWith, ROUND_MS, SocketConnection, type SocketContext } from '../http/socket-connection.js';

/** WebSocket: subscriptions in the query or in band; the next frame is built when the socket has taken the last. */
@WebSocketGateway({ path: '/api/v1/socket' })
export class WebSocketDelivery implements OnGatewayConnection<Socket> {
  readonly #connections = new Set<SocketConnection>();
  readonly #context: SocketContext = {
    sent: (bytes) => this.metrics.sent('websocket', bytes),
    now: () => this.scheduler.now(),
  };
  // Beside what knows one of the connections, it would keep that one for as long as there are others.
  readonly #watch = () => {
    for (const each of this.#connections) each.watch();
  };
  /** Runs while there are connections. */
  #rounds: Subscription | undefined;

  constructor(
    @Inject(Hub) private readonly hub: Hub,
    @Inject(SCHEDULER) private readonly scheduler: SchedulerLike,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  handleConnection(socket: Socket, request: IncomingMessage): void {
    const reader = this.hub.open(writerOf(socket.protocol));
    const left = this.metrics.connected('websocket');
    // Not the request, which would be kept as long as the connection.
    const connection = new SocketConnection(socket, request.socket, reader, this.#context);
    this.#connections.add(connection);
    this.#rounds ??= interval(ROUND_MS, this.scheduler).subscribe(this.#watch);
    reader.say(this.hub.hello());
    subscribeByQuery(socket, reader, request);
    connection.open();
    socket.once('close', () => {
      connection.close();
      left();
      this.#connections.delete(connection);
      if (this.#connections.size > 0) return;
      this.#rounds?.unsubscribe();
      this.#rounds = undefined;
    });
  }
}

function subscribeByQuery(socket: Socket, reader: Reader, request: IncomingMessage): void {
  const query = new URL(request.url ?? '', 'http://gateway').searchParams;
  if (query.size === 0) return;
  try {
    const { subscription, wait } = parseQuery(query);
    if (wait > 0) throw badRequest('unknown-parameter', 'wait: belongs to long-poll');
    reader.subscribe(undefined, subscription);
  } catch (error) {
    closeWith(socket, error);
  }
}

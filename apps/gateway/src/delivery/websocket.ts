import type { IncomingMessage } from 'node:http';
import { Inject, type INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { Subject, type SchedulerLike } from 'rxjs';
import type { RawData, WebSocket as Socket, WebSocketServer } from 'ws';
import { badRequest, parseClientMessage, parseQuery, ProtocolError } from '@telewire/protocol';
import { encodeFrame } from '../hub/encoded-frame.js';
import { Hub } from '../hub/hub.js';
import type { Reader } from '../hub/reader.js';
import { Metrics } from '../metrics.js';
import { isAllowed, type OriginRules } from '../origin-check.js';
import { SCHEDULER } from '../tokens.js';
import { refusal } from './reading-request.js';

/** The largest message that a client may send. */
const MAX_MESSAGE_BYTES = 64 * 1024;
// A peer that answers no ping for this long is half-open and is dropped.
const PING_MS = 15_000;

// RFC 6455 §7.4.1
const CLOSE = { goingAway: 1001, unsupportedData: 1003, policyViolation: 1008 } as const;

/** Nest's ws adapter with the origin check before the upgrade, without compression, and without a parser of its own. */
export class SocketAdapter extends WsAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly rules: OriginRules,
  ) {
    // Frames are read raw in `handleConnection`; Nest's own routing would drop bad JSON without a word.
    super(app, { messageParser: () => undefined });
  }

  // A frame that breaks the protocol closes its socket with the right code; a client must not fill the log with them.
  override bindErrorHandler<T extends WebSocketServer>(server: T): T {
    server.on('connection', (socket) => socket.on('error', () => undefined));
    return server;
  }

  override create(port: number, options?: Record<string, unknown>): unknown {
    return super.create(port, {
      ...options,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      verifyClient: (
        { req }: { req: IncomingMessage },
        done: (allowed: boolean, status?: number, message?: string) => void,
      ) => (isAllowed(req, this.rules) ? done(true) : done(false, 403, 'Host or Origin is not allowed')),
    });
  }
}

/** WebSocket: subscriptions in the query or in band; the next frame is built when the socket has taken the last. */
@WebSocketGateway({ path: '/api/v1/socket' })
export class WebSocketDelivery implements OnGatewayConnection<Socket> {
  constructor(
    @Inject(Hub) private readonly hub: Hub,
    @Inject(SCHEDULER) private readonly scheduler: SchedulerLike,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  handleConnection(socket: Socket, request: IncomingMessage): void {
    const reader = this.hub.open();
    const left = this.metrics.connected('websocket');
    const demand = new Subject<void>();
    const stream = reader.frames(demand).subscribe({
      next: ({ json }) => {
        this.metrics.sent('websocket', json.length);
        socket.send(json, { binary: false }, () => demand.next());
      },
      complete: () => socket.close(CLOSE.goingAway, 'stopping'),
    });
    const pings = this.#watch(socket);
    socket.on('message', (data, isBinary) => this.#hear(socket, reader, data, isBinary));
    socket.once('close', () => {
      stream.unsubscribe();
      pings.unsubscribe();
      left();
    });
    reader.say(this.hub.hello());
    this.#subscribeByQuery(socket, reader, request);
    demand.next();
  }

  #subscribeByQuery(socket: Socket, reader: Reader, request: IncomingMessage): void {
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

  #hear(socket: Socket, reader: Reader, data: RawData, isBinary: boolean): void {
    if (isBinary) return socket.close(CLOSE.unsupportedData, 'messages are JSON in text frames'); // PROTOCOL R19
    try {
      // ws hands a text message over as one Buffer (its default binaryType).
      const message = parseClientMessage(JSON.parse((data as Buffer).toString()));
      if (message.type === 'unsubscribe') return reader.unsubscribe(message.id);
      const { id, filters, policy, maxHz, after } = message;
      try {
        reader.subscribe(id, { filters, policy, maxHz, after });
      } catch (error) {
        reader.say(refusal(error, id));
      }
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof SyntaxError)) throw error;
      socket.close(CLOSE.policyViolation, reasonOf(error));
    }
  }

  /** Drops a peer that is gone without a word. */
  #watch(socket: Socket) {
    let alive = true;
    socket.on('pong', () => (alive = true));
    return this.scheduler.schedule(function () {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
      this.schedule(undefined, PING_MS);
    }, PING_MS);
  }
}

// A close reason holds at most 123 bytes (RFC 6455 §5.5).
const reasonOf = (error: Error): string => {
  const text = error instanceof SyntaxError ? 'not JSON' : error.message;
  return Buffer.byteLength(text) <= 123 ? text : 'bad message';
};

/** Says what is wrong and closes with its code. Rethrows what is not a ProtocolError. */
function closeWith(socket: Socket, error: unknown): void {
  if (!(error instanceof ProtocolError)) throw error;
  socket.send(encodeFrame(error.toFrame()).json, { binary: false });
  socket.close(error.code, reasonOf(error));
}

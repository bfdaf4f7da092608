import type { IncomingMessage } from 'node:http';
import { Inject } from '@nestjs/common';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { Observable, type SchedulerLike } from 'rxjs';
import type { RawData, WebSocket as Socket } from 'ws';
import {
  badRequest,
  type ClientMessage,
  MAX_SUBSCRIPTIONS,
  parseClientMessage,
  parseQuery,
  ProtocolError,
} from '@telewire/protocol';
import { Hub } from '../hub/hub.js';
import { Allowance } from '../hub/allowance.js';
import { Window } from '../hub/window.js';
import type { Reader } from '../hub/reader.js';
import { Metrics } from '../metrics.js';
import { SCHEDULER } from '../tokens.js';
import { writerOf } from '../http/negotiation.js';
import { refusal } from '../http/reading-request.js';
import { socketMessage } from '../http/socket-message.js';

// A peer that answers no ping for this long is half-open and is dropped.
const PING_MS = 15_000;

// RFC 6455 §7.4.1
const CLOSE = { goingAway: 1001, unsupportedData: 1003, policyViolation: 1008 } as const;

// Subscribing costs the gateway more than the client: a page that opens with all its widgets, and then a switch now and then.
const CONTRACT_BURST = 2 * MAX_SUBSCRIPTIONS;
const CONTRACTS_PER_SECOND = 20;

/** What is known of the other end of a socket. */
interface Peer {
  readonly reader: Reader;
  readonly window: Window;
  readonly allowance: Allowance;
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
    const writer = writerOf(socket.protocol);
    const kind = writer.format === 'json' ? 'text' : 'binary';
    const reader = this.hub.open(writer);
    const left = this.metrics.connected('websocket');
    const window = new Window(() => this.scheduler.now());
    const allowance = new Allowance(CONTRACT_BURST, CONTRACTS_PER_SECOND, () => this.scheduler.now());
    const peer: Peer = { reader, window, allowance };
    // One frame is asked for when the socket has taken the last, and the client has taken in enough of those before.
    let waiting = false;
    let ask = () => {};
    const demand = new Observable<void>((demands) => {
      ask = () => {
        waiting = !window.hasRoom;
        if (!waiting) demands.next();
      };
    });
    // One for all frames of the connection.
    const taken = () => ask();
    const pings = this.#watch(socket);
    // Not the request, which would be kept as long as the connection.
    const wire = request.socket;
    socket.on('message', (data, isBinary) => {
      this.#hear(socket, peer, data, isBinary);
      if (waiting) ask();
    });
    reader.say(this.hub.hello());
    this.#subscribeByQuery(socket, reader, request);
    const stream = reader.frames(demand).subscribe({
      next: (frame) => {
        this.metrics.sent('websocket', frame.bytes.length);
        window.sent(frame);
        // Behind a close frame nothing may follow (RFC 6455 §5.5.1).
        if (socket.readyState === socket.OPEN) wire.write(socketMessage(frame, kind), taken);
      },
      complete: () => socket.close(CLOSE.goingAway, 'stopping'),
    });
    ask();
    socket.once('close', () => {
      stream.unsubscribe();
      pings.unsubscribe();
      left();
    });
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

  #hear(socket: Socket, { reader, window, allowance }: Peer, data: RawData, isBinary: boolean): void {
    if (isBinary) return socket.close(CLOSE.unsupportedData, 'messages are JSON in text frames'); // PROTOCOL R19
    try {
      // ws hands a text message over as one Buffer (its default binaryType).
      const message = parseClientMessage(JSON.parse((data as Buffer).toString()));
      if (message.type === 'acknowledge') return window.acknowledge(message.cursors);
      if (message.type === 'unsubscribe') {
        window.forget(message.id);
        return reader.unsubscribe(message.id);
      }
      this.#contract(reader, allowance, message);
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof SyntaxError)) throw error;
      socket.close(CLOSE.policyViolation, reasonOf(error));
    }
  }

  #contract(reader: Reader, allowance: Allowance, message: Extract<ClientMessage, { filters: unknown }>): void {
    const { id, filters, policy, maxHz, onSlow } = message;
    if (!allowance.take()) throw badRequest('too-many-contracts', 'too many subscriptions a second');
    try {
      if (message.type === 'change') reader.change(id, { filters, policy, maxHz, onSlow });
      else reader.subscribe(id, { filters, policy, maxHz, onSlow, after: message.after });
    } catch (error) {
      reader.say(refusal(error, id));
    }
  }

  /** Drops a peer that is gone without a word. */
  #watch(socket: Socket) {
    let alive = true;
    // What has been sent before it may keep a ping for longer on a thin line than the peer may be silent.
    for (const sign of ['message', 'pong']) socket.on(sign, () => (alive = true));
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
  const writer = writerOf(socket.protocol);
  socket.send(writer.frame(error.toFrame()), { binary: writer.format !== 'json' });
  socket.close(error.code, reasonOf(error));
}

import type { Socket as NetSocket } from 'node:net';
import { Subject, type Subscription } from 'rxjs';
import type { RawData, WebSocket as Socket } from 'ws';
import {
  badRequest,
  type ClientMessage,
  MAX_SUBSCRIPTIONS,
  parseClientMessage,
  ProtocolError,
} from '@telewire/protocol';
import { Allowance } from '../hub/allowance.js';
import type { EncodedFrame } from '../hub/encoded-frame.js';
import type { Reader } from '../hub/reader.js';
import { Window } from '../hub/window.js';
import { writerOf } from './negotiation.js';
import { refusal } from './reading-request.js';
import { socketMessage } from './socket-message.js';

/** {@link SocketConnection.watch} is to be called so often, in milliseconds. */
export const ROUND_MS = 250;
/** Fifteen seconds: each connection is pinged in the round that is its own, so that not all are at once. */
export const ROUNDS_TO_PING = 60;

// RFC 6455 §7.4.1
const CLOSE = { goingAway: 1001, unsupportedData: 1003, policyViolation: 1008 } as const;

// Subscribing costs the gateway more than the client: a page that opens with all its widgets, and then a switch now and then.
const CONTRACT_BURST = 2 * MAX_SUBSCRIPTIONS;
const CONTRACTS_PER_SECOND = 20;

/** What all connections share. */
export interface SocketContext {
  /** Counts a frame of so many bytes. */
  readonly sent: (bytes: number) => void;
  /** The time, in milliseconds. */
  readonly now: () => number;
}

/**
 * A socket and what it reads. Most of what a gateway holds in memory are these: it does in methods what in functions of its own
 * would cost each of them as much again, and has no timer.
 */
export class SocketConnection {
  readonly #demand = new Subject<void>();
  readonly #window: Window;
  readonly #allowance: Allowance;
  readonly #kind: 'text' | 'binary';
  #frames: Subscription | undefined;
  /** It has not taken in enough of what was sent for another frame. */
  #waiting = false;
  /** The peer has given a sign since the last ping. */
  #alive = true;
  #rounds = 0;
  // One for all frames.
  readonly #taken = () => this.#ask();

  /** @param wire what `socket` writes to: a frame goes there as a whole message, made once for everyone */
  constructor(
    private readonly socket: Socket,
    private readonly wire: NetSocket,
    private readonly reader: Reader,
    private readonly context: SocketContext,
  ) {
    this.#kind = reader.writer.format === 'json' ? 'text' : 'binary';
    this.#window = new Window(context.now);
    this.#allowance = new Allowance(CONTRACT_BURST, CONTRACTS_PER_SECOND, context.now);
  }

  /** Begins to hear and to send. */
  open(): void {
    this.socket.on('message', (data, isBinary) => {
      this.#alive = true;
      this.#hear(data, isBinary);
      if (this.#waiting) this.#ask();
    });
    this.socket.on('pong', () => (this.#alive = true));
    this.#frames = this.reader.frames(this.#demand).subscribe({
      next: (frame) => this.#send(frame),
      complete: () => this.socket.close(CLOSE.goingAway, 'stopping'),
    });
    this.#ask();
  }

  /** The socket has closed. */
  close(): void {
    this.#frames?.unsubscribe();
  }

  /** Drops a peer that has left a ping unanswered until the next is due: it is gone without a word. */
  watch(): void {
    this.#rounds += 1;
    if (this.#rounds < ROUNDS_TO_PING) return;
    this.#rounds = 0;
    // What has been sent before it may keep a ping for longer on a thin line than the peer may be silent.
    if (!this.#alive) return this.socket.terminate();
    this.#alive = false;
    this.socket.ping();
  }

  /** Asks for one frame: the socket has taken the last, and the client has taken in enough of those before. */
  #ask(): void {
    this.#waiting = !this.#window.hasRoom;
    if (!this.#waiting) this.#demand.next();
  }

  #send(frame: EncodedFrame): void {
    this.context.sent(frame.bytes.length);
    this.#window.sent(frame);
    // Behind a close frame nothing may follow (RFC 6455 §5.5.1).
    if (this.socket.readyState === this.socket.OPEN) this.wire.write(socketMessage(frame, this.#kind), this.#taken);
  }

  #hear(data: RawData, isBinary: boolean): void {
    if (isBinary) return this.socket.close(CLOSE.unsupportedData, 'messages are JSON in text frames'); // PROTOCOL R19
    try {
      // ws hands a text message over as one Buffer (its default binaryType).
      const message = parseClientMessage(JSON.parse((data as Buffer).toString()));
      if (message.type === 'acknowledge') return this.#window.acknowledge(message.cursors);
      if (message.type === 'unsubscribe') {
        this.#window.forget(message.id);
        return this.reader.unsubscribe(message.id);
      }
      this.#contract(message);
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof SyntaxError)) throw error;
      this.socket.close(CLOSE.policyViolation, reasonOf(error));
    }
  }

  #contract(message: Extract<ClientMessage, { filters: unknown }>): void {
    const { id, filters, policy, maxHz, onSlow } = message;
    if (!this.#allowance.take()) throw badRequest('too-many-contracts', 'too many subscriptions a second');
    try {
      if (message.type === 'change') this.reader.change(id, { filters, policy, maxHz, onSlow });
      else this.reader.subscribe(id, { filters, policy, maxHz, onSlow, after: message.after });
    } catch (error) {
      this.reader.say(refusal(error, id));
    }
  }
}

// A close reason holds at most 123 bytes (RFC 6455 §5.5).
const reasonOf = (error: Error): string => {
  const text = error instanceof SyntaxError ? 'not JSON' : error.message;
  return Buffer.byteLength(text) <= 123 ? text : 'bad message';
};

/** Says what is wrong and closes with its code. Rethrows what is not a ProtocolError. */
export function closeWith(socket: Socket, error: unknown): void {
  if (!(error instanceof ProtocolError)) throw error;
  const writer = writerOf(socket.protocol);
  socket.send(writer.frame(error.toFrame()), { binary: writer.format !== 'json' });
  socket.close(error.code, reasonOf(error));
}

import { connect } from 'node:net';
import { BodyReader, clientFrame, HeadReader, LineReader, WebSocketReader } from './wires.mjs';

// What all clients read into, one after the other: a read is over before the next one begins.
const buffer = Buffer.allocUnsafe(256 * 1024);
const OPCODES = { close: 8, ping: 9, pong: 10 };

/**
 * One client of a server, on a bare socket. It speaks as its `speech` says:
 * - `request(port, answer)`: what it sends first, and after each answer where it asks again (`answer` is the one before)
 * - `body`: `websocket`, `lines` or `answers`
 * - `greet(send)`: what it says once a WebSocket is open
 * - `isReady(bytes, start, end)`: true for the message from which on everything reaches it; without it that is the head
 * - `reply(bytes, start, end)`: what it must answer to a message, if anything
 */
export class Client {
  /** @param take called with each message: bytes, where it begins and ends in them, and when it was read */
  constructor(speech, port, take, now) {
    this.speech = speech;
    this.port = port;
    this.ready = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.message = (bytes, start, end) => {
      if (this.isReady) take(bytes, start, end, this.readAt);
      else if (speech.isReady(bytes, start, end)) this.#isReady();
    };
    this.socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer,
        callback: (length) => {
          this.readAt = now();
          this.#read(buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.socket.setNoDelay(true);
    this.socket.on('error', this.reject);
    this.socket.once('close', () => this.reject(new Error('the server closed a connection')));
    this.head = new HeadReader();
    this.socket.write(speech.request(port));
  }

  #read(bytes) {
    if (!this.head) return this.body.take(bytes);
    const answer = this.head.take(bytes);
    if (!answer) return;
    this.head = undefined;
    if (!/^HTTP\/1\.1 (101|200)/.test(answer.head)) return this.reject(new Error(answer.head));
    this.#begin(answer.head);
    if (!this.speech.isReady) this.#isReady();
    if (answer.rest.length > 0) this.body.take(answer.rest);
  }

  #begin(head) {
    if (this.speech.body === 'websocket') {
      this.body = new WebSocketReader((...frame) => this.#frame(...frame));
      this.speech.greet?.((opcode, payload) => this.socket.write(clientFrame(opcode, payload)));
      return;
    }
    if (this.speech.body === 'lines') {
      const lines = new LineReader(this.message);
      this.body = new BodyReader((...piece) => lines.take(...piece));
    } else {
      const pieces = [];
      this.body = new BodyReader(
        (bytes, start, end) => pieces.push(Buffer.from(bytes.subarray(start, end))),
        () => this.#answered(Buffer.concat(pieces)),
      );
    }
    this.body.begin(head);
  }

  /** An answer is whole, and the next question follows. */
  #answered(answer) {
    this.message(answer, 0, answer.length);
    this.head = new HeadReader();
    this.socket.write(this.speech.request(this.port, answer));
  }

  #frame(opcode, bytes, start, end) {
    if (opcode === OPCODES.ping) return void this.socket.write(clientFrame(OPCODES.pong));
    if (opcode === OPCODES.close) return;
    const reply = this.speech.reply?.(bytes, start, end);
    if (reply) this.socket.write(clientFrame(...reply));
    this.message(bytes, start, end);
  }

  #isReady() {
    this.isReady = true;
    this.resolve();
  }
}

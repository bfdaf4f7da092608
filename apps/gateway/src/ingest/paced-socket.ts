import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { SchedulerLike } from 'rxjs';
import { Pace } from '../pace.js';

/** Where a {@link PacedSocket} leads. */
export interface PacedAddress {
  readonly host: string;
  readonly port: number;
  /** TLS, with a certificate for the host that a known authority has signed. */
  readonly secure: boolean;
}

const BUFFER_BYTES = 64 * 1024;

/**
 * A connection that is read at a pace. To be woken costs more than a message does (50 to 100 µs on a virtual machine), so what comes
 * soon after something was read waits in the kernel, and all of it is read at once. What comes after a rest is read at once too.
 */
export class PacedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #pace: Pace;
  /** More is wanted, and the pace is waited for. */
  #waiting = false;
  /** Something was read in this turn of the event loop. */
  #reading = false;

  /** @param paceMs from one reading to the next, at the least */
  constructor({ host, port, secure }: PacedAddress, paceMs: number, scheduler?: SchedulerLike) {
    super({ allowHalfOpen: false });
    this.#pace = new Pace(paceMs, scheduler);
    const onread = { buffer: Buffer.allocUnsafe(BUFFER_BYTES), callback: this.#take.bind(this) };
    // An address is no name that TLS may ask for (RFC 6066, section 3).
    const name = isIP(host) === 0 ? { servername: host } : {};
    const options = { host, port, ...name, onread };
    this.#socket = secure ? connectTls(options) : connectTcp(options);
    // An acknowledgement would wait until TCP has confirmed the one before.
    this.#socket.setNoDelay(true);
    this.#socket.on('end', () => this.push(null));
    this.#socket.on('error', (error) => this.destroy(error));
    // After an orderly end, what was read before is still to be taken.
    this.#socket.on('close', () => this.#socket.readableEnded || this.destroy());
  }

  /** Reads what has come without waiting for the pace: whoever sends has to wait for it. */
  hurry(): void {
    this.#pace.hurry();
  }

  override _read(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#pace.wait().then(() => {
      this.#waiting = false;
      this.#socket.resume();
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    // Where the other side has ended first, it has ended already.
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#pace.hurry();
    this.#socket.destroy();
    done(error);
  }

  /** @returns whether to read on */
  #take(length: number, buffer: Uint8Array): boolean {
    if (!this.#reading) {
      this.#reading = true;
      this.#pace.begin();
      setImmediate(() => this.#rest());
    }
    return this.push(Buffer.copyBytesFrom(buffer, 0, length));
  }

  /** All that there was in this turn has been read, also where it came in parts (TLS: of 16 KiB, RFC 8446, section 5.1). */
  #rest(): void {
    this.#reading = false;
    // Where the wait is over already, nobody would end the pause.
    if (this.#waiting) this.#socket.pause();
  }
}

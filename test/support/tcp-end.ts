import type { Socket } from 'node:net';

/** One end of a TCP connection: what comes on it, to be awaited. */
export class TcpEnd {
  readonly pieces: Buffer[] = [];
  #wake = () => {};
  ended = false;
  closed = false;

  constructor(readonly socket: Socket) {
    const wake = () => this.#wake();
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      this.pieces.push(piece);
      wake();
    });
    socket.on('end', () => {
      this.ended = true;
      wake();
    });
    socket.on('close', () => {
      this.closed = true;
      wake();
    });
  }

  /** What has come so far. */
  get got(): Buffer {
    return Buffer.concat(this.pieces);
  }

  /** What has come, once it fits. */
  async until(fits: (end: TcpEnd) => boolean): Promise<Buffer> {
    while (!fits(this)) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.got;
  }

  /** What has come, once this is in it. */
  has(text: string): Promise<Buffer> {
    return this.until(({ got }) => got.includes(text));
  }
}

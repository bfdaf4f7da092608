import type { Request, Response } from 'express';
import { badRequest, CODES, ProtocolError } from '@telewire/protocol';

/** The largest message that is echoed. */
export const MAX_ECHO_BYTES = 4 * 1024;
/** Echoes that are open at a time, each way. */
export const MAX_ECHOES = 32;
/** What an echo may leave unread before it is dropped. */
export const MAX_UNREAD_BYTES = 64 * 1024;

/** Where a message that was POSTed comes back: event streams, by the name that their client gave them. */
export class EchoStreams {
  readonly #streams = new Map<string, Response>();

  /** Opens a stream. @throws ProtocolError when the name is none, or taken, or there are enough */
  open(id: unknown, response: Response): void {
    const name = nameOf(id);
    if (this.#streams.has(name)) throw badRequest('repeated-id', 'id: another stream has it');
    if (this.#streams.size >= MAX_ECHOES) throw new ProtocolError(CODES.unavailable, 'lab-full', 'too many echoes');
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 1000\n\n');
    this.#streams.set(name, response);
    response.once('close', () => this.#streams.delete(name));
  }

  /** Sends a message back. @throws ProtocolError when there is no such stream */
  echo(id: unknown, text: string): void {
    const stream = this.#streams.get(nameOf(id));
    if (!stream) throw new ProtocolError(CODES.notFound, 'not-found', 'id: no stream of this name is open');
    const lines = text.split(/\r\n|\n|\r/).map((line) => `data: ${line}\n`);
    stream.write(`${lines.join('')}\n`);
    if (stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
  }
}

function nameOf(id: unknown): string {
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id))
    throw badRequest('bad-request', 'id: 1 to 64 letters, digits, _ and -');
  return id;
}

/** The text of a request's body. @throws ProtocolError (4413) when it is longer than is echoed */
export async function echoText(request: Request): Promise<string> {
  // JSON has been read by the body parser; anything else is ours to read.
  const pieces: Buffer[] = [];
  if (request.body !== undefined) pieces.push(Buffer.from(JSON.stringify(request.body)));
  let bytes = pieces[0]?.length ?? 0;
  if (pieces.length === 0) {
    // Destroyed, it could not be answered any more.
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > MAX_ECHO_BYTES) break;
    }
  }
  if (bytes > MAX_ECHO_BYTES) throw new ProtocolError(CODES.tooLarge, 'too-large', 'an echo takes 4 KiB at most');
  return Buffer.concat(pieces).toString();
}

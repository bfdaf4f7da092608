import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { CODES, httpStatusOf, ProtocolError } from '@telewire/protocol';

/** Turns whatever a handler throws into the protocol's error body (PROTOCOL R21); never shows a stack trace. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const said = protocolErrorOf(error);
    if (said.code === CODES.internal) this.#log.error(error instanceof Error ? error.stack : error);
    if (response.headersSent) return void response.destroy();
    response.status(httpStatusOf(said.code)).json(said.toFrame());
  }
}

function protocolErrorOf(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  // Nest's own exceptions carry a status; so do the errors of Express' body parser.
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown } | null)?.status;
  if (status === 404) return new ProtocolError(CODES.notFound, 'not-found', 'no such address');
  if (status === 413) return new ProtocolError(CODES.tooLarge, 'too-large', 'the body is larger than 64 KiB');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ProtocolError(CODES.badRequest, 'bad-request', 'the request does not parse');
  }
  return new ProtocolError(CODES.internal, 'internal', 'the gateway failed; its log says why');
}

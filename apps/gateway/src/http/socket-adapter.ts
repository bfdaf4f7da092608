import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocketServer } from 'ws';
import { chosenSubprotocol } from './negotiation.js';
import { isAllowed, type OriginRules } from './origin-check.js';

/** The largest message that a client may send. */
const MAX_MESSAGE_BYTES = 64 * 1024;

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

  // There are no handlers to bind; what Nest would keep of each connection for them is most of what the connection holds.
  override bindMessageHandlers(): void {}

  override create(port: number, options?: Record<string, unknown>): unknown {
    return super.create(port, {
      ...options,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      // Left to itself, ws takes the first that is offered, whatever it means.
      handleProtocols: (offered: Set<string>) => chosenSubprotocol(offered) ?? false,
      verifyClient: (
        { req }: { req: IncomingMessage },
        done: (allowed: boolean, status?: number, message?: string) => void,
      ) => (isAllowed(req, this.rules) ? done(true) : done(false, 403, 'Host or Origin is not allowed')),
    });
  }
}

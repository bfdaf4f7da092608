import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import type { RawData, WebSocket as Socket } from 'ws';
import { MAX_ECHO_BYTES, MAX_ECHOES, MAX_UNREAD_BYTES } from './echo.js';

// RFC 6455 §7.4.1
const CLOSE = { policyViolation: 1008, tooLarge: 1009, tryAgainLater: 1013 } as const;

/** A WebSocket that says back what it hears. */
@WebSocketGateway({ path: '/api/v1/lab/echo' })
export class EchoSocket implements OnGatewayConnection<Socket> {
  #open = 0;

  handleConnection(socket: Socket): void {
    if (this.#open >= MAX_ECHOES) return socket.close(CLOSE.tryAgainLater, 'too many echoes');
    this.#open++;
    socket.once('close', () => this.#open--);
    socket.on('message', (data: RawData, isBinary) => {
      // ws hands a message over as one Buffer (its default binaryType).
      const message = data as Buffer;
      if (message.length > MAX_ECHO_BYTES) return socket.close(CLOSE.tooLarge, 'an echo takes 4 KiB at most');
      if (socket.bufferedAmount > MAX_UNREAD_BYTES) return socket.close(CLOSE.policyViolation, 'echoes are not read');
      socket.send(message, { binary: isBinary });
    });
  }
}

import { Controller } from '@nestjs/common';
import { type Framing, Streaming } from '../http/streaming.js';

/** Server-sent events (PROTOCOL R16). */
@Controller('api/v1/events')
export class Sse extends Streaming {
  protected readonly framing: Framing = {
    transport: 'sse',
    contentType: 'text/event-stream; charset=utf-8',
    preamble: 'retry: 1000\n\n',
    write: ({ json, cursor }, sole) =>
      `${sole && cursor !== undefined ? `id: ${cursor}\n` : ''}data: ${json.toString()}\n\n`,
  };
}

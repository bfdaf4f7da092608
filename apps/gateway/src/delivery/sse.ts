import { Controller } from '@nestjs/common';
import { jsonWriter } from '@telewire/protocol';
import { type Framing, Streaming } from '../http/streaming.js';

const DATA = Buffer.from('data: ');
const BLANK_LINE = Buffer.from('\n\n');

/** Server-sent events (PROTOCOL R16). They are text, so always JSON. */
@Controller('api/v1/events')
export class Sse extends Streaming {
  protected framing(): Framing {
    return {
      transport: 'sse',
      contentType: 'text/event-stream; charset=utf-8',
      writer: jsonWriter,
      preamble: 'retry: 1000\n\n',
      wrap: ({ bytes, cursor }, sole) => {
        const id = sole && cursor !== undefined ? [Buffer.from(`id: ${cursor}\n`)] : [];
        return Buffer.concat([...id, DATA, bytes, BLANK_LINE]);
      },
    };
  }
}

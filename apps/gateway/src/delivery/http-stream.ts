import { Controller } from '@nestjs/common';
import type { Request, Response } from 'express';
import { NEGOTIATION } from '@telewire/protocol';
import { writerFor } from '../http/negotiation.js';
import { type Framing, Streaming } from '../http/streaming.js';

/** HTTP streaming: NDJSON, one frame a line, or a CBOR sequence (PROTOCOL R27, R29). */
@Controller('api/v1/stream')
export class HttpStream extends Streaming {
  protected framing(request: Request, response: Response): Framing {
    const writer = writerFor(request, response, 'stream');
    return {
      transport: 'http-stream',
      contentType: NEGOTIATION[writer.format].stream,
      writer,
      preamble: '',
      wrap: ({ bytes }) => {
        const [before, after] = writer.delimiters(bytes.length);
        return Buffer.concat([before, bytes, after]);
      },
    };
  }
}

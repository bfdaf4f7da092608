import { Controller } from '@nestjs/common';
import { type Framing, Streaming } from '../http/streaming.js';

const LINE_FEED = Buffer.from('\n');

/** HTTP streaming: NDJSON, one frame a line (PROTOCOL R27). */
@Controller('api/v1/stream')
export class HttpStream extends Streaming {
  protected readonly framing: Framing = {
    transport: 'http-stream',
    contentType: 'application/x-ndjson',
    preamble: '',
    write: ({ json }) => Buffer.concat([json, LINE_FEED]),
  };
}

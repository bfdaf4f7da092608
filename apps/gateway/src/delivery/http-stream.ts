import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type Framing, stream } from '../http/streaming.js';
import { Hub } from '../hub/hub.js';
import { Metrics } from '../metrics.js';

const LINE_FEED = Buffer.from('\n');

const FRAMING: Framing = {
  transport: 'http-stream',
  contentType: 'application/x-ndjson',
  preamble: '',
  write: ({ json }) => Buffer.concat([json, LINE_FEED]),
};

/** HTTP streaming: NDJSON, one frame a line (PROTOCOL R27). */
@Controller('api/v1/stream')
export class HttpStream {
  constructor(
    @Inject(Hub) readonly hub: Hub,
    @Inject(Metrics) readonly metrics: Metrics,
  ) {}

  @Get()
  get(@Req() request: Request, @Res() response: Response): void {
    stream(request, response, this, FRAMING);
  }

  @Post()
  @HttpCode(200)
  post(@Req() request: Request, @Res() response: Response): void {
    stream(request, response, this, FRAMING);
  }
}

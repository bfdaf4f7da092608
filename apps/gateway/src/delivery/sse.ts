import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type Framing, stream } from '../http/streaming.js';
import { Hub } from '../hub/hub.js';
import { Metrics } from '../metrics.js';

const FRAMING: Framing = {
  transport: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  preamble: 'retry: 1000\n\n',
  write: ({ json, cursor }, sole) =>
    `${sole && cursor !== undefined ? `id: ${cursor}\n` : ''}data: ${json.toString()}\n\n`,
};

/** Server-sent events (PROTOCOL R16). */
@Controller('api/v1/events')
export class Sse {
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

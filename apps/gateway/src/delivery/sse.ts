import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Subject } from 'rxjs';
import type { EncodedFrame } from '../hub/encoded-frame.js';
import { Hub } from '../hub/hub.js';
import { badRequest } from '@telewire/protocol';
import { Metrics } from '../metrics.js';
import { openReading } from './reading-request.js';

const eventOf = ({ json, cursor }: EncodedFrame, withId: boolean): string =>
  `${withId && cursor !== undefined ? `id: ${cursor}\n` : ''}data: ${json.toString()}\n\n`;

/** Server-sent events: pulled, so that a stalled client queues one socket buffer and nothing more. */
@Controller('api/v1/events')
export class Sse {
  constructor(
    @Inject(Hub) private readonly hub: Hub,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get()
  get(@Req() request: Request, @Res() response: Response): void {
    this.#stream(request, response, true);
  }

  @Post()
  @HttpCode(200)
  post(@Req() request: Request, @Res() response: Response): void {
    this.#stream(request, response, false);
  }

  #stream(request: Request, response: Response, sole: boolean): void {
    const lastEventId = sole ? request.get('last-event-id') : undefined;
    const { reader, wait } = openReading(request, this.hub, lastEventId || undefined);
    if (wait > 0) {
      reader.close();
      throw badRequest('unknown-parameter', 'wait: belongs to long-poll');
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would hold events back until its buffer is full.
      'x-accel-buffering': 'no',
    });
    response.write(`retry: 1000\n\n${eventOf(this.hub.hello(), false)}`);
    const left = this.metrics.connected('sse');
    const demand = new Subject<void>();
    const stream = reader.frames(demand).subscribe({
      next: (frame) => {
        this.metrics.sent('sse', frame.json.length);
        if (response.write(eventOf(frame, sole))) demand.next();
        else response.once('drain', () => demand.next());
      },
      complete: () => response.end(),
    });
    response.once('close', () => {
      stream.unsubscribe();
      left();
    });
    demand.next();
  }
}

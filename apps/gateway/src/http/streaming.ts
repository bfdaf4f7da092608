import { Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Subject } from 'rxjs';
import { badRequest, type FrameWriter } from '@telewire/protocol';
import { type EncodedFrame, encodeFrame } from '../hub/encoded-frame.js';
import { Hub } from '../hub/hub.js';
import { Metrics } from '../metrics.js';
import { openReading } from './reading-request.js';

/** How a transport puts frames into the body of a response. */
export interface Framing {
  readonly transport: 'sse' | 'http-stream';
  readonly contentType: string;
  /** How frames are written. */
  readonly writer: FrameWriter;
  /** Sent before the first frame. */
  readonly preamble: string;
  /** A frame as it goes over the wire; `sole` when it belongs to the one subscription of a plain GET. */
  readonly wrap: (frame: EncodedFrame, sole: boolean) => Uint8Array;
}

/**
 * Answers a request with a stream of frames. It is pulled: the next frame is built when the socket has taken the last, so that a
 * client that stalls queues one socket buffer and nothing more.
 */
export abstract class Streaming {
  /** What suits a request. */
  protected abstract framing(request: Request, response: Response): Framing;

  constructor(
    @Inject(Hub) private readonly hub: Hub,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** One subscription, in the query. @throws ProtocolError when it does not parse */
  @Get()
  get(@Req() request: Request, @Res() response: Response): void {
    this.#stream(request, response, true);
  }

  /** Several subscriptions, in the body. @throws ProtocolError when it does not parse */
  @Post()
  @HttpCode(200)
  post(@Req() request: Request, @Res() response: Response): void {
    this.#stream(request, response, false);
  }

  #stream(request: Request, response: Response, sole: boolean): void {
    const { transport, contentType, writer, preamble, wrap } = this.framing(request, response);
    const lastEventId = sole ? request.get('last-event-id') : undefined;
    const { reader, wait } = openReading(request, this.hub, writer, lastEventId || undefined);
    if (wait > 0) {
      reader.close();
      throw badRequest('unknown-parameter', 'wait: belongs to long-poll');
    }
    response.writeHead(200, {
      'content-type': contentType,
      'cache-control': 'no-store',
      // nginx would hold frames back until its buffer is full.
      'x-accel-buffering': 'no',
    });
    response.write(preamble);
    response.write(wrap(encodeFrame(writer, this.hub.hello()), false));
    const left = this.metrics.connected(transport);
    const demand = new Subject<void>();
    const frames = reader.frames(demand).subscribe({
      next: (frame) => {
        this.metrics.sent(transport, frame.bytes.length);
        if (response.write(wrap(frame, sole))) demand.next();
        else response.once('drain', () => demand.next());
      },
      complete: () => response.end(),
    });
    response.once('close', () => {
      frames.unsubscribe();
      left();
    });
    demand.next();
  }
}

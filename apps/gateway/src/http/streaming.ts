import type { Request, Response } from 'express';
import { Subject } from 'rxjs';
import { badRequest } from '@telewire/protocol';
import type { EncodedFrame } from '../hub/encoded-frame.js';
import type { Hub } from '../hub/hub.js';
import type { Metrics } from '../metrics.js';
import { openReading } from './reading-request.js';

/** How a transport puts frames into the body of a response. */
export interface Framing {
  readonly transport: 'sse' | 'http-stream';
  readonly contentType: string;
  /** Sent before the first frame. */
  readonly preamble: string;
  /** A frame as it goes over the wire; `sole` when it belongs to the one subscription of a plain GET. */
  readonly write: (frame: EncodedFrame, sole: boolean) => string | Buffer;
}

/**
 * Answers a request with a stream of frames. It is pulled: the next frame is built when the socket has taken the last, so that a
 * client that stalls queues one socket buffer and nothing more.
 * @throws ProtocolError when the request does not parse
 */
export function stream(
  request: Request,
  response: Response,
  { hub, metrics }: { hub: Hub; metrics: Metrics },
  { transport, contentType, preamble, write }: Framing,
): void {
  const sole = request.method === 'GET';
  const lastEventId = sole ? request.get('last-event-id') : undefined;
  const { reader, wait } = openReading(request, hub, lastEventId || undefined);
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
  response.write(write(hub.hello(), false));
  const left = metrics.connected(transport);
  const demand = new Subject<void>();
  const frames = reader.frames(demand).subscribe({
    next: (frame) => {
      metrics.sent(transport, frame.json.length);
      if (response.write(write(frame, sole))) demand.next();
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

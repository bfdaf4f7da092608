import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  filter,
  finalize,
  first,
  map,
  type Observable,
  race,
  type SchedulerLike,
  startWith,
  switchMap,
  timer,
} from 'rxjs';
import type { EncodedFrame } from '../hub/encoded-frame.js';
import { Hub } from '../hub/hub.js';
import type { Reader } from '../hub/reader.js';
import { Metrics } from '../metrics.js';
import { SCHEDULER } from '../tokens.js';
import { openReading, type ReadingRequest } from './reading-request.js';

// However fast a client asks again, it gets no more answers a second than this (PROTOCOL R18).
const MAX_ANSWERS_HZ = 20;
// An answer is closed at this size; the client asks again for the rest.
const MAX_ANSWER_BYTES = 1024 * 1024;

const NEWS = new Set(['snapshot', 'readings', 'gap', 'error', 'bye']);

/** Long-polling: a request is held until something matches, and under load no faster than its pace. */
@Controller('api/v1/readings')
export class LongPoll {
  constructor(
    @Inject(Hub) private readonly hub: Hub,
    @Inject(SCHEDULER) private readonly scheduler: SchedulerLike,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get()
  get(@Req() request: Request, @Res() response: Response): void {
    this.#answer(request, response);
  }

  @Post()
  @HttpCode(200)
  post(@Req() request: Request, @Res() response: Response): void {
    this.#answer(request, response);
  }

  #answer(request: Request, response: Response): void {
    const reading = openReading(request, this.hub);
    const left = this.metrics.connected('long-poll');
    const answer = answerOf(reading, this.scheduler).subscribe(({ frames, last, news }) => {
      response.set('cache-control', 'no-store');
      if (last.cursor !== undefined) response.set('etag', `"${last.cursor}"`);
      const unchanged = reading.after !== undefined && request.get('if-none-match') === `"${reading.after}"`;
      if (!news && unchanged) return void response.status(304).end();
      const all = reading.fresh ? [this.hub.hello(), ...frames, last] : [...frames, last];
      const body = `{"frames":[${all.map(({ json }) => json.toString()).join(',')}]}`;
      this.metrics.sent('long-poll', body.length);
      response.type('application/json').send(body);
    });
    response.once('close', () => {
      answer.unsubscribe();
      left();
    });
  }
}

interface Answer {
  readonly frames: readonly EncodedFrame[];
  /** The heartbeat that closes the answer. */
  readonly last: EncodedFrame;
  readonly news: boolean;
}

/** Collects frames until there is news and the pace allows an answer, or the wait is over. Closes the reader. */
function answerOf({ reader, wait, maxHz, fresh }: ReadingRequest, scheduler: SchedulerLike): Observable<Answer> {
  const frames: EncodedFrame[] = [];
  let bytes = 0;
  const collect = (): boolean => {
    for (let frame = nextOf(reader, frames, bytes); frame; frame = nextOf(reader, frames, bytes)) {
      frames.push(frame);
      bytes += frame.json.length;
    }
    return frames.some(({ type }) => NEWS.has(type));
  };
  const paceMs = fresh ? 0 : 1000 / Math.min(maxHz, MAX_ANSWERS_HZ);
  const askedAt = scheduler.now();
  const news = reader.woken.pipe(
    startWith(undefined),
    map(collect),
    filter(Boolean),
    first(),
    switchMap(() => timer(Math.max(0, Math.min(paceMs, askedAt + paceMs - scheduler.now())), scheduler)),
  );
  return race(news, timer(wait * 1000, scheduler)).pipe(
    first(),
    map(() => ({ news: collect(), frames, last: reader.heartbeat() })),
    finalize(() => reader.close()),
  );
}

function nextOf(reader: Reader, taken: readonly EncodedFrame[], bytes: number): EncodedFrame | undefined {
  // `bye` is offered for as long as the reader is open.
  if (taken.at(-1)?.type === 'bye') return undefined;
  // An answer holds the start of every subscription: until then there is no cursor to ask with next (PROTOCOL R17).
  if (bytes >= MAX_ANSWER_BYTES && !reader.starting) return undefined;
  return reader.take();
}

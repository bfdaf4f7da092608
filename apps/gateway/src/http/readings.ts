import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { SchedulerLike } from 'rxjs';
import { type Format, jsonWriter, parseCursor, ProtocolError, type SoleSubscription } from '@telewire/protocol';
import { longPoll } from '../delivery/long-poll.js';
import { poll } from '../delivery/poll.js';
import { Collector } from '../hub/collector.js';
import { encodeFrame } from '../hub/encoded-frame.js';
import { Hub } from '../hub/hub.js';
import { Metrics } from '../metrics.js';
import { Registry } from '../registry/registry.js';
import { SCHEDULER } from '../tokens.js';
import { type Answer, sendFrames } from './answer.js';
import { writerFor } from './negotiation.js';
import { openReading, type ReadingRequest } from './reading-request.js';

// What a cache keeps in one format must not answer for the other; a cursor has no `+`.
const TAG_SUFFIX: Readonly<Record<Format, string>> = { json: '', cbor: '+cbor' };

/** One question, one answer: long-poll where it names a `wait`, else poll. */
@Controller('api/v1/readings')
export class Readings {
  constructor(
    @Inject(Hub) private readonly hub: Hub,
    @Inject(SCHEDULER) private readonly scheduler: SchedulerLike,
    @Inject(Registry) private readonly registry: Registry,
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
    const writer = writerFor(request, response, 'answer');
    const reading = openReading(request, this.hub, writer);
    const held = reading.wait > 0;
    const transport = held ? 'long-poll' : 'poll';
    const left = this.metrics.connected(transport);
    const answers = held
      ? longPoll(reading, this.scheduler)
      : poll(reading, this.scheduler, (series) => this.registry.dueAt(series, this.scheduler.now()));
    const answered = answers.subscribe((answer) => {
      response.set('cache-control', this.#keep(request, answer, held));
      const { cursor } = answer.last;
      if (cursor !== undefined) response.set('etag', `"${cursor}${TAG_SUFFIX[writer.format]}"`);
      if (this.#unchanged(request, reading, answer)) return void response.status(304).end();
      const hello = reading.fresh ? [encodeFrame(writer, this.hub.hello())] : [];
      this.metrics.sent(transport, sendFrames(response, writer, [...hello, ...answer.frames, answer.last]));
    });
    response.once('close', () => {
      answered.unsubscribe();
      left();
    });
  }

  /** What a cache may do: keep a poll until asking again makes sense, whose answer is the same for everyone who asks it. */
  #keep(request: Request, { nextAt }: Answer, held: boolean): string {
    if (held || request.method !== 'GET') return 'no-store';
    const seconds = nextAt === undefined ? 0 : Math.max(0, Math.floor((nextAt - this.scheduler.now()) / 1000));
    return `public, max-age=${seconds}`;
  }

  /** True when the client has all there is (PROTOCOL R17): `after` says where it stands, else its ETag does. */
  #unchanged(request: Request, { sole, after, writer }: ReadingRequest, { news }: Answer): boolean {
    const tag = /^"(.*)"$/.exec(request.get('if-none-match') ?? '')?.[1];
    const suffix = TAG_SUFFIX[writer.format];
    if (!tag?.endsWith(suffix) || sole === undefined) return false;
    const known = tag.slice(0, tag.length - suffix.length);
    return after === undefined ? !this.#newsSince(known, sole) : !news && known === after;
  }

  #newsSince(cursor: string, subscription: SoleSubscription): boolean {
    const reader = this.hub.open(jsonWriter);
    try {
      parseCursor(cursor);
      reader.subscribe(undefined, { ...subscription, after: cursor });
      const collector = new Collector(reader);
      return collector.collect() || collector.full;
    } catch (error) {
      // An ETag that is not one of ours matches nothing.
      if (error instanceof ProtocolError) return true;
      throw error;
    } finally {
      reader.close();
    }
  }
}

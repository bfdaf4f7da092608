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
import { Collector } from '../hub/collector.js';
import type { Answer } from '../http/answer.js';
import { MAX_ANSWERS_HZ, type ReadingRequest } from '../http/reading-request.js';

/**
 * Long-polling: one question, held until something matches or the wait is over; under load answered no faster than the pace.
 * Closes the reader.
 */
export function longPoll({ reader, wait, maxHz, fresh }: ReadingRequest, scheduler: SchedulerLike): Observable<Answer> {
  const collector = new Collector(reader);
  // However fast a client asks again, it gets no more answers a second than this (PROTOCOL R18).
  const paceMs = fresh ? 0 : 1000 / Math.min(maxHz, MAX_ANSWERS_HZ);
  const askedAt = scheduler.now();
  const news = reader.woken.pipe(
    startWith(undefined),
    map(() => collector.collect() || collector.full),
    filter(Boolean),
    first(),
    switchMap(() => timer(Math.max(0, Math.min(paceMs, askedAt + paceMs - scheduler.now())), scheduler)),
  );
  // A wait that is shorter than the pace is no way round it.
  return race(news, timer(Math.max(wait * 1000, paceMs), scheduler)).pipe(
    first(),
    map(() => ({ news: collector.collect(), frames: collector.frames, last: reader.heartbeat() })),
    finalize(() => reader.close()),
  );
}

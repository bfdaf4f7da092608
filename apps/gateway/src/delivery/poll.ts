import { defer, finalize, type Observable, of, type SchedulerLike } from 'rxjs';
import { Collector } from '../hub/collector.js';
import type { Answer } from '../http/answer.js';
import { MAX_ANSWERS_HZ, type ReadingRequest } from '../http/reading-request.js';

/**
 * Polling: one question, answered at once, with the time when asking again makes sense (PROTOCOL R28). Closes the reader.
 * @param dueAt when the next reading of the series with these numbers is due, `undefined` where nobody knows
 */
export function poll(
  { reader, maxHz }: ReadingRequest,
  scheduler: SchedulerLike,
  dueAt: (series: ReadonlySet<number>) => number | undefined,
): Observable<Answer> {
  return defer(() => {
    const collector = new Collector(reader);
    const news = collector.collect();
    const due = dueAt(reader.series);
    const earliestAt = scheduler.now() + 1000 / Math.min(maxHz, MAX_ANSWERS_HZ);
    // There is more to be had at once, or something to be heard that no cache may keep.
    const unfinished = collector.full || collector.frames.some(({ type }) => type === 'bye' || type === 'error');
    const known = due === undefined ? undefined : Math.max(due, earliestAt);
    const at = unfinished ? earliestAt : known;
    const nextAt = at === undefined ? undefined : Math.ceil(at);
    return of({ news, frames: collector.frames, last: reader.heartbeat(nextAt), nextAt });
  }).pipe(finalize(() => reader.close()));
}

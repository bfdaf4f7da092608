import { catchError, concat, defer, ignoreElements, of, repeat, takeWhile, throwError, timer } from 'rxjs';
import type { Observable, SchedulerLike } from 'rxjs';
import type { Notice } from './arrival.js';
import type { Backoff } from './backoff.js';
import { Interruption } from './interruption.js';

/**
 * Runs `attempt` again and again until it is refused for good, and tells of it in notices. There is no way from one attempt to
 * the next but through the pause of `backoff`.
 */
export const persist = <T extends { readonly type: string }>(
  attempt: () => Observable<T>,
  backoff: Backoff,
  scheduler: SchedulerLike,
): Observable<T | Notice> =>
  defer(() =>
    concat(
      of<Notice>({ type: 'attempting' }),
      defer(attempt),
      // An attempt that just ends has ended all the same; without this it would be repeated with no pause.
      throwError(() => new Interruption('lost', 'the connection has ended')),
    ),
  ).pipe(
    catchError((cause: unknown) => {
      const { event, message, retryAfterMs, code } = Interruption.from(cause);
      if (event === 'refused')
        return of<Notice>({ type: 'interrupted', event, reason: message, ...(code !== undefined && { code }) });
      const pauseMs = backoff.next(retryAfterMs);
      const retryAt = scheduler.now() + pauseMs;
      return concat(
        of<Notice>({ type: 'interrupted', event, reason: message, retryAt }),
        timer(pauseMs, scheduler).pipe(ignoreElements()),
      );
    }),
    repeat(),
    takeWhile((each) => !isRefusal(each), true),
  );

const isRefusal = (each: { readonly type: string }): boolean =>
  each.type === 'interrupted' && 'event' in each && each.event === 'refused';

import { catchError, concat, defer, map, merge, NEVER, of, repeat, takeWhile, throwError } from 'rxjs';
import { startWith, switchMap, take, timer } from 'rxjs';
import type { Observable, SchedulerLike } from 'rxjs';
import type { Notice } from './arrival.js';
import type { Backoff } from './backoff.js';
import { Interruption } from './interruption.js';

/**
 * Runs `attempt` again and again until it is refused for good, and tells of it in notices. There is no way from one attempt to
 * the next but through the pause of `backoff`.
 * @param sooner by when the pause is over after all, where that has changed
 */
export const persist = <T extends { readonly type: string }>(
  attempt: () => Observable<T>,
  backoff: Backoff,
  scheduler: SchedulerLike,
  sooner: Observable<number> = NEVER,
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
        pauseUntil(retryAt, sooner, scheduler),
      );
    }),
    repeat(),
    takeWhile((each) => !isRefusal(each), true),
  );

/** Waits until `retryAt`, or less long where `sooner` says so, and tells of that. */
export const pauseUntil = (
  retryAt: number,
  sooner: Observable<number>,
  scheduler: SchedulerLike,
): Observable<Notice> => {
  const over = sooner.pipe(
    startWith(retryAt),
    switchMap((at) => timer(Math.max(0, at - scheduler.now()), scheduler)),
    take(1),
  );
  // `over` is listened to first: it must know of the new time before anybody is told.
  return merge(over.pipe(map((): undefined => undefined)), sooner).pipe(
    takeWhile((at) => at !== undefined),
    map((at): Notice => ({ type: 'sooner', retryAt: at })),
  );
};

const isRefusal = (each: { readonly type: string }): boolean =>
  each.type === 'interrupted' && 'event' in each && each.event === 'refused';

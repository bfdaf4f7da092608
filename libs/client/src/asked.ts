import { auditTime, filter, merge, of, switchMap, tap, type Observable, type SchedulerLike } from 'rxjs';
import type { Subscription } from '@telewire/protocol';
import type { Arrival } from './arrival.js';
import type { Wants } from './wants.js';

/**
 * Runs `ask`, and leaves it and runs it anew when the set of subscriptions has become another one, for a line that cannot be
 * told anything once it runs. Everybody's cursor is asked for as it stands by then, so nobody loses or repeats anything.
 * @param ask must call the function it is given for the subscriptions of each request
 */
export function askAnew(
  wants: Wants,
  scheduler: SchedulerLike,
  ask: (now: () => readonly Subscription[]) => Observable<Arrival>,
): Observable<Arrival> {
  const asked = new Set<string>();
  const now = () => {
    const subscriptions = wants.now();
    asked.clear();
    for (const { id } of subscriptions) asked.add(id);
    return subscriptions;
  };
  return merge(of(undefined), wants.changed).pipe(
    // A page that builds its widgets makes many changes in one turn: they are one request.
    auditTime(0, scheduler),
    filter(() => wants.differsFrom(asked)),
    switchMap(() => ask(now)),
    tap((arrival) => {
      // The gateway has dropped a subscription that it refuses: leaving it out needs no new request.
      if (arrival.type === 'error' && arrival.id !== undefined) asked.delete(arrival.id);
    }),
  );
}

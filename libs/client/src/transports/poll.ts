import { concat, defer, ignoreElements, repeat, tap, timer } from 'rxjs';
import { askAnew } from '../asked.js';
import { pollAnswer } from '../poll-answer.js';
import type { Transport } from '../transport.js';

/** The pause where the gateway does not say when asking again makes sense. */
export const POLL_INTERVAL_MS = 1_000;
/** No pause is longer: a gateway that has died must not go unnoticed for as long as a slow series rests. */
export const LONGEST_POLL_INTERVAL_MS = 60_000;
/** However high the pace that is asked for, no more questions a second are put. */
export const MAX_POLLS_HZ = 20;

/**
 * One POST after the other, each answered at once. The next is due when the gateway says that there will be news (PROTOCOL
 * R28), but no sooner than the pace allows; a change of the set is asked for at once.
 */
export const poll: Transport = (wants, environment) =>
  askAnew(wants, environment.scheduler, (now) =>
    defer(() => {
      const asked = now();
      const leastMs = 1000 / Math.min(MAX_POLLS_HZ, Math.max(...asked.map(({ maxHz }) => maxHz)));
      let pauseMs = POLL_INTERVAL_MS;
      return concat(
        pollAnswer(environment, '/api/v1/readings', asked, 0).pipe(
          tap((arrival) => {
            // Both are of the gateway's clock: their difference needs none of ours.
            if (arrival.type === 'heartbeat' && arrival.nextAt !== undefined) pauseMs = arrival.nextAt - arrival.at;
          }),
        ),
        defer(() =>
          timer(Math.max(leastMs, Math.min(pauseMs, LONGEST_POLL_INTERVAL_MS)), environment.scheduler).pipe(
            ignoreElements(),
          ),
        ),
      );
    }).pipe(repeat()),
  );

import { askAnew } from '../asked.js';
import { pause, pollAnswer } from '../poll-answer.js';
import { repeated } from '../source.js';
import type { Transport } from '../transport.js';

// The pause where the gateway does not say when asking again makes sense.
const POLL_INTERVAL_MS = 1_000;
/** No pause is longer: a gateway that has died must not go unnoticed for as long as a slow series rests. */
export const LONGEST_POLL_INTERVAL_MS = 60_000;
// However high the pace that is asked for, no more questions a second are put.
const MAX_POLLS_HZ = 20;

/**
 * How long poll rests after an answer, milliseconds: until the gateway says that there will be news (`saidMs`: `nextAt` less
 * `at` of the heartbeat that closed the answer, PROTOCOL R28), but no shorter than the highest pace that is asked for allows
 * (`maxHz`, frames a second), and no longer than a minute. For who shows when the next question is due.
 * @example
 * ```ts
 * import { pollPauseMs } from '@telewire/client';
 *
 * console.log(pollPauseMs(undefined, 60), pollPauseMs(5_000, 60), pollPauseMs(5, 1)); // 1000 5000 1000
 * ```
 */
export function pollPauseMs(saidMs: number | undefined, maxHz: number): number {
  const leastMs = 1000 / Math.min(MAX_POLLS_HZ, maxHz);
  return Math.max(leastMs, Math.min(saidMs ?? POLL_INTERVAL_MS, LONGEST_POLL_INTERVAL_MS));
}

/**
 * One POST after the other, each answered at once. The next is due when the gateway says that there will be news (PROTOCOL
 * R28), but no sooner than the pace allows; a change of the set is asked for at once.
 */
export const poll: Transport = (wants, environment) =>
  askAnew(wants, environment.scheduler, (now) =>
    repeated(() => {
      const asked = now();
      const maxHz = Math.max(...asked.map((each) => each.maxHz));
      let saidMs: number | undefined;
      return pollAnswer(environment, '/api/v1/readings', asked, 0)
        .map((arrival) => {
          // Both are of the gateway's clock: their difference needs none of ours.
          if (arrival.type === 'heartbeat' && arrival.nextAt !== undefined) saidMs = arrival.nextAt - arrival.at;
          return arrival;
        })
        .followedBy(() => pause(pollPauseMs(saidMs, maxHz), environment.scheduler));
    }),
  );

import { auditTime, concat, defer, EMPTY, filter, ignoreElements, merge, of, repeat, switchMap } from 'rxjs';
import { throwError, timeout, timer, type Observable } from 'rxjs';
import { decodePollAnswer, type Subscription } from '@telewire/protocol';
import { foreignAsInterruption, FrameReader, type Arrival } from '../arrival.js';
import type { Environment } from '../environment.js';
import { post } from '../http.js';
import { Interruption } from '../interruption.js';
import type { Transport } from './transport.js';

/** How long the gateway is asked to hold an answer: below the 30 s after which many proxies cut a quiet request. */
export const WAIT_S = 25;
/** What an answer may take on top of the time it is held. */
export const POLL_MARGIN_MS = 10_000;
/** The pause after an answer that came early and empty: something on the way does not hold what it should. */
export const EMPTY_PAUSE_MS = 1_000;

// What a gateway answers a held request for; the other frames only accompany it.
const NEWS: ReadonlySet<Arrival['type']> = new Set(['snapshot', 'readings', 'gap', 'error', 'bye']);

/**
 * One POST after the other, each held until there is news. A change of the set aborts the one that is held and asks again;
 * an answer is taken whole or not at all, so that loses nothing.
 */
export const longPoll: Transport = (wants, environment) => {
  const asked = new Set<string>();
  const known = new Set<string>();
  return merge(of(undefined), wants.changed).pipe(
    // All changes of one turn are one request.
    auditTime(0, environment.scheduler),
    filter(() => wants.differsFrom(asked)),
    switchMap(() =>
      defer(() => {
        const now = wants.now();
        asked.clear();
        for (const { id } of now) asked.add(id);
        // Somebody new is answered at once: whether the transport works for it should not take a whole wait to learn.
        const waitS = now.every(({ id }) => known.has(id)) ? WAIT_S : 0;
        return poll(environment, now, waitS, asked, known);
      }).pipe(repeat()),
    ),
  );
};

function poll(
  environment: Environment,
  wants: readonly Subscription[],
  waitS: number,
  asked: Set<string>,
  known: Set<string>,
): Observable<Arrival> {
  const { scheduler } = environment;
  const askedAt = scheduler.now();
  let idle = true;
  const answer = post<Arrival>(
    environment,
    `/api/v1/readings?wait=${waitS}`,
    'application/json',
    wants,
    async (response, emit) => {
      const text = await response.text();
      const frames = new FrameReader();
      // The whole answer is read before any of it is handed over: one that was cut short counts for nothing.
      const arrivals = foreignAsInterruption(() => decodePollAnswer(text)).frames.map((frame) => frames.resolve(frame));
      emit({ type: 'opened' });
      for (const { id } of wants) known.add(id);
      for (const arrival of arrivals) {
        if (!arrival) continue;
        if (arrival.type === 'error' && arrival.id !== undefined) asked.delete(arrival.id);
        if (NEWS.has(arrival.type)) idle = false;
        emit(arrival);
      }
    },
  );
  const deadlineMs = waitS * 1000 + POLL_MARGIN_MS;
  return concat(
    answer.pipe(
      timeout({
        first: deadlineMs,
        scheduler,
        with: () => throwError(() => new Interruption('silent', `no answer for ${deadlineMs / 1000} s`)),
      }),
    ),
    // PROTOCOL R17: without news the answer is held. One that is not would make us ask as fast as the line allows.
    defer(() =>
      idle && waitS > 0 && scheduler.now() - askedAt < (waitS * 1000) / 2
        ? timer(EMPTY_PAUSE_MS, scheduler).pipe(ignoreElements())
        : EMPTY,
    ),
  );
}

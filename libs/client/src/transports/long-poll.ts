import type { Arrival } from '../arrival.js';
import { askAnew } from '../asked.js';
import { pause, pollAnswer } from '../poll-answer.js';
import { repeated } from '../source.js';
import type { Transport } from '../transport.js';

/** How long the gateway is asked to hold an answer: below the 30 s after which many proxies cut a quiet request. */
export const WAIT_S = 25;
/** The pause after an answer that came early and empty: something on the way does not hold what it should. */
export const EMPTY_PAUSE_MS = 1_000;

// What a gateway answers a held request for; the other frames only accompany it.
const NEWS: ReadonlySet<Arrival['type']> = new Set(['snapshot', 'readings', 'gap', 'error', 'bye']);

/**
 * One POST after the other, each held until there is news. A change of the set aborts the one that is held and asks again;
 * an answer is taken whole or not at all, so that loses nothing.
 */
export const longPoll: Transport = (wants, environment) => {
  const { scheduler } = environment;
  const known = new Set<string>();
  return askAnew(wants, scheduler, (now) =>
    repeated(() => {
      const asked = now();
      // Somebody new is answered at once: whether the transport works for it should not take a whole wait to learn.
      const waitS = asked.every(({ id }) => known.has(id)) ? WAIT_S : 0;
      const askedAt = scheduler.now();
      let idle = true;
      return pollAnswer(environment, `/api/v1/readings?wait=${waitS}`, asked, waitS)
        .map((arrival) => {
          for (const { id } of asked) known.add(id);
          if (NEWS.has(arrival.type)) idle = false;
          return arrival;
        })
        .followedBy(() => {
          // PROTOCOL R17: without news the answer is held. One that is not would make us ask as fast as the line allows.
          const isEarly = idle && waitS > 0 && scheduler.now() - askedAt < (waitS * 1000) / 2;
          return pause(isEarly ? EMPTY_PAUSE_MS : 0, scheduler);
        });
    }),
  );
};

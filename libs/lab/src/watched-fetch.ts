import type { SchedulerLike } from 'rxjs';
import { pollPauseMs } from '@telewire/client';
import type { Questions } from './questions.js';

/**
 * `fetch` that books the SDK's questions to `/api/v1/readings` on its way, and looks for `nextAt` in what comes back. `maxHz`
 * is the pace that is asked for at the time.
 */
export function watchedFetch(
  fetch: typeof globalThis.fetch,
  questions: Questions,
  scheduler: Pick<SchedulerLike, 'now'>,
  maxHz: () => number,
): typeof globalThis.fetch {
  return async (input, init) => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
    if (pathname !== '/api/v1/readings') return fetch(input, init);
    const held = searchParams.has('wait');
    questions.ask(scheduler.now());
    try {
      const response = await fetch(input, init);
      const text = response.text.bind(response);
      response.text = async () => {
        try {
          const body = await text();
          const now = scheduler.now();
          questions.answer(now, held ? now : now + pollPauseMs(saidIn(body), maxHz()));
          return body;
        } catch (cause) {
          questions.fail();
          throw cause;
        }
      };
      return response;
    } catch (cause) {
      questions.fail();
      throw cause;
    }
  };
}

/** When asking again makes sense, from the answer on: the heartbeat that closes it says so (PROTOCOL R28). */
function saidIn(body: string): number | undefined {
  const told = /"type":"heartbeat","at":(\d+(?:\.\d+)?).*"nextAt":(\d+(?:\.\d+)?)/.exec(body.slice(-4_096));
  return told ? Number(told[2]) - Number(told[1]) : undefined;
}

import type { SchedulerLike } from 'rxjs';
import type { Questions } from './questions.js';

/** The least time between two questions of the SDK, and the pause where the gateway names none; its poll says why. */
const LEAST_MS = 50;
const UNTOLD_MS = 1_000;

/** `fetch` that books the SDK's questions to `/api/v1/readings` on its way, and looks for `nextAt` in what comes back. */
export function watchedFetch(
  fetch: typeof globalThis.fetch,
  questions: Questions,
  scheduler: Pick<SchedulerLike, 'now'>,
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
          questions.answer(now, held ? now : now + restOf(body));
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

/** How long the SDK rests before it asks again: the heartbeat that closes an answer says so (PROTOCOL R28). */
function restOf(body: string): number {
  const told = /"type":"heartbeat","at":(\d+(?:\.\d+)?).*"nextAt":(\d+(?:\.\d+)?)/.exec(body.slice(-4_096));
  return told ? Math.max(LEAST_MS, Number(told[2]) - Number(told[1])) : UNTOLD_MS;
}

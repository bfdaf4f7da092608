import type { SchedulerLike } from 'rxjs';
import { cbor } from '@telewire/cbor';
import { pollPauseMs } from '@telewire/client';
import { decodePollAnswer, type Message } from '@telewire/protocol';
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
      const booked = async <T>(body: Promise<T>, messageOf: (body: T) => Message): Promise<T> => {
        try {
          const whole = await body;
          const now = scheduler.now();
          questions.answer(now, held ? now : now + pollPauseMs(saidIn(messageOf(whole)), maxHz()));
          return whole;
        } catch (cause) {
          questions.fail();
          throw cause;
        }
      };
      const text = response.text.bind(response);
      const bytes = response.arrayBuffer.bind(response);
      response.text = () => booked(text(), (body) => body);
      response.arrayBuffer = () => booked(bytes(), (body) => new Uint8Array(body));
      return response;
    } catch (cause) {
      questions.fail();
      throw cause;
    }
  };
}

/** When asking again makes sense, from the answer on: the heartbeat that closes it says so (PROTOCOL R28). */
function saidIn(body: Message): number | undefined {
  try {
    const last = decodePollAnswer(body, cbor).frames.at(-1);
    return last?.type === 'heartbeat' && last.nextAt !== undefined ? last.nextAt - last.at : undefined;
  } catch {
    return undefined; // The SDK says what is wrong with it.
  }
}

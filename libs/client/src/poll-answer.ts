import { decodePollAnswer, NEGOTIATION } from '@telewire/protocol';
import type { FrameDecoder, PollAnswer, Subscription } from '@telewire/protocol';
import { foreignAsInterruption, FrameReader, type Arrival } from './arrival.js';
import type { Environment } from './environment.js';
import { isOfType, post } from './http.js';
import type { Scheduler } from './scheduler.js';
import { leaveWhenSilent } from './silence.js';
import { Source } from './source.js';

/** What an answer may take on top of the time it is held. */
export const POLL_MARGIN_MS = 10_000;

/** The frames of one answer to `wants`, which the gateway may hold for `waitS`: all of them, or none and an Interruption. */
export function pollAnswer(
  environment: Environment,
  path: string,
  wants: readonly Subscription[],
  waitS: number,
): Source<Arrival> {
  const deadlineMs = waitS * 1000 + POLL_MARGIN_MS;
  const { format } = environment;
  const types = [...(format ? [NEGOTIATION[format.format].answer] : []), NEGOTIATION.json.answer];
  const answers = post<Arrival>(environment, path, types, wants, async (response, emit) => {
    const frames = new FrameReader();
    // The whole answer is read before any of it is handed over: one that was cut short counts for nothing.
    const answer = await answerIn(response, format);
    const arrivals = answer.frames.map((frame) => frames.resolve(frame));
    emit({ type: 'opened' });
    for (const arrival of arrivals) if (arrival) emit(arrival);
  });
  return leaveWhenSilent(answers, environment, deadlineMs, 'no answer');
}

/** Says nothing, and is complete after `ms`; at once where that is 0. */
export const pause = (ms: number, scheduler: Scheduler): Source<never> =>
  new Source((listener) => {
    if (ms === 0) return listener.complete();
    const timer = scheduler.schedule(() => listener.complete(), ms);
    listener.add(() => timer.unsubscribe());
  });

async function answerIn(response: Response, format: FrameDecoder | undefined): Promise<PollAnswer> {
  const inFormat = format !== undefined && isOfType(response, NEGOTIATION[format.format].answer);
  const body = inFormat ? new Uint8Array(await response.arrayBuffer()) : await response.text();
  return foreignAsInterruption(() => decodePollAnswer(body, format));
}

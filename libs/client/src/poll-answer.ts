import type { Observable } from 'rxjs';
import { decodePollAnswer, NEGOTIATION } from '@telewire/protocol';
import type { FrameDecoder, PollAnswer, Subscription } from '@telewire/protocol';
import { foreignAsInterruption, FrameReader, type Arrival } from './arrival.js';
import type { Environment } from './environment.js';
import { isOfType, post } from './http.js';
import { leaveWhenSilent } from './silence.js';

/** What an answer may take on top of the time it is held. */
export const POLL_MARGIN_MS = 10_000;

/** The frames of one answer to `wants`, which the gateway may hold for `waitS`: all of them, or none and an Interruption. */
export function pollAnswer(
  environment: Environment,
  path: string,
  wants: readonly Subscription[],
  waitS: number,
): Observable<Arrival> {
  const deadlineMs = waitS * 1000 + POLL_MARGIN_MS;
  const { format } = environment;
  const types = [...(format ? [NEGOTIATION[format.format].answer] : []), NEGOTIATION.json.answer];
  return post<Arrival>(environment, path, types, wants, async (response, emit) => {
    const frames = new FrameReader();
    // The whole answer is read before any of it is handed over: one that was cut short counts for nothing.
    const answer = await answerIn(response, format);
    const arrivals = answer.frames.map((frame) => frames.resolve(frame));
    emit({ type: 'opened' });
    for (const arrival of arrivals) if (arrival) emit(arrival);
  }).pipe(leaveWhenSilent(environment, deadlineMs, 'no answer'));
}

async function answerIn(response: Response, format: FrameDecoder | undefined): Promise<PollAnswer> {
  const inFormat = format !== undefined && isOfType(response, NEGOTIATION[format.format].answer);
  const body = inFormat ? new Uint8Array(await response.arrayBuffer()) : await response.text();
  return foreignAsInterruption(() => decodePollAnswer(body, format));
}

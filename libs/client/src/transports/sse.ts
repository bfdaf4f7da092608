import { auditTime, filter, merge, of, switchMap, type Observable } from 'rxjs';
import type { Subscription } from '@telewire/protocol';
import { FrameReader, type Arrival } from '../arrival.js';
import type { Environment } from '../environment.js';
import { EventStream } from '../event-stream.js';
import { post } from '../http.js';
import { Interruption } from '../interruption.js';
import { leaveWhenSilent } from '../silence.js';
import type { Transport } from './transport.js';

/**
 * One POST whose answer is an event stream. It cannot be told anything once it runs, so a change of the set opens it anew
 * with everybody's cursor as it stands; nobody loses or repeats anything by that.
 */
export const sse: Transport = (wants, environment) => {
  const asked = new Set<string>();
  return merge(of(undefined), wants.changed).pipe(
    // A page that builds its widgets makes many changes in one turn: they are one request.
    auditTime(0, environment.scheduler),
    filter(() => wants.differsFrom(asked)),
    switchMap(() => {
      const now = wants.now();
      asked.clear();
      for (const { id } of now) asked.add(id);
      return stream(environment, now, asked).pipe(leaveWhenSilent(environment.scheduler));
    }),
  );
};

const stream = (environment: Environment, wants: readonly Subscription[], asked: Set<string>): Observable<Arrival> =>
  post<Arrival>(environment, '/api/v1/events', 'text/event-stream', wants, async (response, emit) => {
    emit({ type: 'opened' });
    const frames = new FrameReader();
    const events = new EventStream();
    const reader = response.body?.getReader();
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) throw new Interruption('lost', 'the event stream has ended');
      for (const event of events.push(value)) {
        if (event.type !== 'message') continue; // PROTOCOL R16: a frame is an unnamed event
        const arrival = frames.decode(event.data);
        // The gateway has dropped a subscription that it refuses: leaving it out needs no re-open.
        if (arrival?.type === 'error' && arrival.id !== undefined) asked.delete(arrival.id);
        if (arrival) emit(arrival);
      }
    }
  });

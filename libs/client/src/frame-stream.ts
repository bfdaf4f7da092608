import { FrameReader, type Arrival } from './arrival.js';
import { askAnew } from './asked.js';
import { post } from './http.js';
import { Interruption } from './interruption.js';
import { leaveWhenSilent } from './silence.js';
import type { Transport } from './transport.js';

/** How the bodies of one media type become texts, each a frame; it is made anew for every answer. */
export type Splitter = () => (bytes: Uint8Array) => readonly string[];

/** A transport of one POST whose answer goes on for ever; a change of the set opens it anew. */
export const frameStream =
  (path: string, type: string, splitter: Splitter): Transport =>
  (wants, environment) =>
    askAnew(wants, environment.scheduler, (now) =>
      post<Arrival>(environment, path, type, now(), async (response, emit) => {
        emit({ type: 'opened' });
        const frames = new FrameReader();
        const split = splitter();
        const reader = response.body?.getReader();
        for (;;) {
          const { done, value } = (await reader?.read()) ?? { done: true };
          if (done) throw new Interruption('lost', 'the stream has ended');
          for (const text of split(value)) {
            const arrival = frames.decode(text);
            if (arrival) emit(arrival);
          }
        }
      }).pipe(leaveWhenSilent(environment.scheduler)),
    );

import { type Message, NEGOTIATION } from '@telewire/protocol';
import { foreignAsInterruption, FrameReader, type Arrival } from './arrival.js';
import { askAnew } from './asked.js';
import { isOfType, post } from './http.js';
import { Interruption } from './interruption.js';
import { leaveWhenSilent } from './silence.js';
import type { Transport } from './transport.js';

/** How the bodies of one media type become messages, each a frame; it is made anew for every answer. */
export type Splitter = () => (bytes: Uint8Array) => readonly Message[];

/** What is particular to a transport whose answer goes on for ever. */
export interface FrameStreamOptions {
  readonly path: string;
  /** Its media type in JSON. */
  readonly type: string;
  readonly splitter: Splitter;
  /** True where frames may come in another format too. */
  readonly binary: boolean;
}

/** A transport of one POST whose answer goes on for ever; a change of the set opens it anew. */
export const frameStream =
  ({ path, type, splitter, binary }: FrameStreamOptions): Transport =>
  (wants, environment) => {
    const format = binary ? environment.format : undefined;
    const other = format && NEGOTIATION[format.format].stream;
    return askAnew(wants, environment.scheduler, (now) =>
      leaveWhenSilent(
        post<Arrival>(environment, path, other ? [other, type] : [type], now(), async (response, emit) => {
          emit({ type: 'opened' });
          const frames = new FrameReader(format);
          const split = format && other && isOfType(response, other) ? format.splitter() : splitter();
          const reader = response.body?.getReader();
          for (;;) {
            const { done, value } = (await reader?.read()) ?? { done: true };
            if (done) throw new Interruption('lost', 'the stream has ended');
            for (const message of foreignAsInterruption(() => split(value))) {
              const arrival = frames.decode(message);
              if (arrival) emit(arrival);
            }
          }
        }),
        environment,
      ),
    );
  };

import { Observable } from 'rxjs';
import type { ClientMessage } from '@telewire/protocol';
import { Acknowledgement } from '../acknowledgement.js';
import { FrameReader, type Arrival } from '../arrival.js';
import { InBand } from '../in-band.js';
import { Interruption } from '../interruption.js';
import { leaveWhenSilent } from '../silence.js';
import type { Transport } from '../transport.js';

/** One socket; subscriptions come, change and go in band, and what has come is acknowledged. */
export const websocket: Transport = (wants, environment) =>
  new Observable<Arrival>((subscriber) => {
    const { WebSocket, scheduler } = environment;
    if (!WebSocket) throw new Interruption('lost', 'this platform has no WebSocket');
    const address = environment.address('/api/v1/socket');
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    let opened = false;

    const say = (message: ClientMessage) => {
      // What is said while it closes goes nowhere; the cursors know where to go on.
      if (opened) socket.send(JSON.stringify(message));
    };
    const frames = new FrameReader();
    const inBand = new InBand(wants, say);
    const acknowledgement = new Acknowledgement(scheduler, (cursors) => say({ type: 'acknowledge', cursors }));

    socket.onopen = () => {
      opened = true;
      subscriber.next({ type: 'opened' });
      inBand.follow();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      try {
        if (typeof data !== 'string') throw new Interruption('lost', 'what came is not from a Telewire gateway');
        const arrival = frames.decode(data);
        if (arrival) subscriber.next(inBand.translate(arrival));
        if (!subscriber.closed) acknowledgement.taken(arrival, data.length);
      } catch (cause) {
        subscriber.error(cause); // the decoder's Interruption
      }
    };
    // `error` says nothing that `close` does not; `close` always follows it.
    socket.onclose = ({ code, reason }: CloseEvent) => subscriber.error(interruptionOf(opened, code, reason));

    subscriber.add(wants.changed.subscribe(() => opened && inBand.follow()));
    return () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      opened = false;
      acknowledgement.stop();
      socket.close();
    };
  }).pipe(leaveWhenSilent(environment.scheduler));

function interruptionOf(opened: boolean, code: number, reason: string): Interruption {
  if (!opened) return new Interruption('lost', 'no WebSocket could be opened');
  const because = reason ? `: ${reason}` : '';
  // A close code of the protocol's own range means what it means everywhere else.
  return Interruption.byCode(code, `the WebSocket was closed (${code})${because}`);
}

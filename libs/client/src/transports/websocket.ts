import { Observable } from 'rxjs';
import type { ClientMessage } from '@telewire/protocol';
import { FrameReader, type Arrival } from '../arrival.js';
import { Interruption } from '../interruption.js';
import { leaveWhenSilent } from '../silence.js';
import type { Transport } from './transport.js';

/** One socket; subscriptions come and go in band. */
export const websocket: Transport = (wants, environment) =>
  new Observable<Arrival>((subscriber) => {
    const { WebSocket } = environment;
    if (!WebSocket) throw new Interruption('lost', 'this platform has no WebSocket');
    const address = environment.address('/api/v1/socket');
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    const reader = new FrameReader();
    const asked = new Set<string>();
    let opened = false;

    const say = (message: ClientMessage) => socket.send(JSON.stringify(message));
    const follow = () => {
      if (!opened) return;
      const wanted = wants.now();
      for (const want of wanted) {
        if (asked.has(want.id)) continue;
        asked.add(want.id);
        say({ type: 'subscribe', ...want });
      }
      for (const id of asked) {
        if (wanted.some((want) => want.id === id)) continue;
        asked.delete(id);
        say({ type: 'unsubscribe', id });
      }
    };

    socket.onopen = () => {
      opened = true;
      subscriber.next({ type: 'opened' });
      follow();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      try {
        if (typeof data !== 'string') throw new Interruption('lost', 'what came is not from a Telewire gateway');
        const arrival = reader.decode(data);
        // The gateway has dropped a subscription that it refuses: there is nothing left to unsubscribe.
        if (arrival?.type === 'error' && arrival.id !== undefined) asked.delete(arrival.id);
        if (arrival) subscriber.next(arrival);
      } catch (cause) {
        subscriber.error(cause); // the decoder's Interruption
      }
    };
    // `error` says nothing that `close` does not; `close` always follows it.
    socket.onclose = ({ code, reason }: CloseEvent) => subscriber.error(interruptionOf(opened, code, reason));

    subscriber.add(wants.changed.subscribe(follow));
    return () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      opened = false;
      socket.close();
    };
  }).pipe(leaveWhenSilent(environment.scheduler));

function interruptionOf(opened: boolean, code: number, reason: string): Interruption {
  if (!opened) return new Interruption('lost', 'no WebSocket could be opened');
  const because = reason ? `: ${reason}` : '';
  // A close code of the protocol's own range means what it means everywhere else.
  return Interruption.byCode(code, `the WebSocket was closed (${code})${because}`);
}

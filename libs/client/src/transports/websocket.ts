import { Observable } from 'rxjs';
import { type ClientMessage, type FrameDecoder, NEGOTIATION } from '@telewire/protocol';
import { Acknowledgement } from '../acknowledgement.js';
import { FrameReader, type Arrival } from '../arrival.js';
import { InBand } from '../in-band.js';
import { Interruption } from '../interruption.js';
import { leaveWhenSilent } from '../silence.js';
import type { Transport } from '../transport.js';

/** One socket; subscriptions come, change and go in band, and what has come is acknowledged. */
export const websocket: Transport = (wants, environment) =>
  new Observable<Arrival>((subscriber) => {
    const { WebSocket, format, scheduler } = environment;
    if (!WebSocket) throw new Interruption('lost', 'this platform has no WebSocket');
    const address = environment.address('/api/v1/socket');
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = format ? new WebSocket(address, subprotocolsOf(format)) : new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    let opened = false;

    const say = (message: ClientMessage) => {
      // What is said while it closes goes nowhere; the cursors know where to go on.
      if (opened) socket.send(JSON.stringify(message));
    };
    const frames = new FrameReader(format);
    const inBand = new InBand(wants, say);
    const acknowledgement = new Acknowledgement(scheduler, (cursors) => say({ type: 'acknowledge', cursors }));

    socket.onopen = () => {
      opened = true;
      subscriber.next({ type: 'opened' });
      acknowledgement.begin();
      inBand.follow();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      try {
        const message = typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer);
        const arrival = frames.decode(message);
        if (arrival) subscriber.next(inBand.translate(arrival));
        if (!subscriber.closed) acknowledgement.taken(arrival, message.length);
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
  }).pipe(leaveWhenSilent(environment));

/** What is offered: JSON too, as some clients end a connection whose offer nobody takes up. */
const subprotocolsOf = ({ format }: FrameDecoder): string[] => [
  NEGOTIATION[format].subprotocol,
  NEGOTIATION.json.subprotocol,
];

function interruptionOf(opened: boolean, code: number, reason: string): Interruption {
  if (!opened) return new Interruption('lost', 'no WebSocket could be opened');
  const because = reason ? `: ${reason}` : '';
  // A close code of the protocol's own range means what it means everywhere else.
  return Interruption.byCode(code, `the WebSocket was closed (${code})${because}`);
}

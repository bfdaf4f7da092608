import { type ClientMessage, type FrameDecoder, NEGOTIATION } from '@telewire/protocol';
import { Acknowledgement } from '../acknowledgement.js';
import { FrameReader, type Arrival } from '../arrival.js';
import { InBand } from '../in-band.js';
import { Interruption } from '../interruption.js';
import { leaveWhenSilent } from '../silence.js';
import { Source } from '../source.js';
import type { Transport } from '../transport.js';

/** One socket; subscriptions come, change and go in band, and what has come is acknowledged. */
export const websocket: Transport = (wants, environment) => {
  const line = new Source<Arrival>((listener) => {
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
      listener.next({ type: 'opened' });
      acknowledgement.begin();
      inBand.follow();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      try {
        const message = typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer);
        const arrival = frames.decode(message);
        if (arrival) listener.next(inBand.translate(arrival));
        if (!listener.closed) acknowledgement.taken(arrival, message.length);
      } catch (cause) {
        listener.error(cause); // the decoder's Interruption
      }
    };
    // `error` says nothing that `close` does not; `close` always follows it.
    socket.onclose = ({ code, reason }: CloseEvent) => listener.error(interruptionOf(opened, code, reason));

    listener.add(wants.changed.listen(() => opened && inBand.follow()));
    listener.add(() => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      opened = false;
      acknowledgement.stop();
      socket.close();
    });
  });
  return leaveWhenSilent(line, environment);
};

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

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { CALM, type LabLane, type LabWeather } from '@telewire/protocol';
import { LabProxy } from '../../apps/gateway/src/lab/proxy.js';
import { Tallies } from '../../apps/gateway/src/lab/tallies.js';
import type { WireMessage } from '../../apps/gateway/src/lab/wire/draft.js';
import { TestClock } from '../../apps/gateway/src/testing/hub-bench.js';
import { randomOf } from '../../apps/gateway/src/testing/seeded-random.js';
import { TcpEnd } from './tcp-end.js';

/** An HTTP head of these lines. */
export const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

const UPGRADE = head(
  'GET /api/v1/socket HTTP/1.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
);
/** The answer to the upgrade of {@link ProxyBench.openSocket}. */
export const SWITCH = head('HTTP/1.1 101 Switching Protocols', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');

/** A request for an event stream, the head of its answer, and a frame of a WebSocket that says `Hello`. */
export const REQUEST = head('GET /api/v1/events?filter=a HTTP/1.1', 'Host: a');
export const HEAD = head('HTTP/1.1 200 OK', 'Content-Type: text/event-stream', 'Transfer-Encoding: chunked');
export const HELLO = Buffer.from('810548656c6c6f', 'hex');

/** The lab's proxy in virtual time, between real sockets both of whose ends a spec holds. */
export class ProxyBench {
  readonly #address = { host: '127.0.0.1', port: 0 };
  readonly clock = new TestClock();
  readonly tallies = new Tallies();
  readonly messages: { connection: number; message: WireMessage }[] = [];
  readonly joined: LabLane[] = [];
  readonly left: LabLane[] = [];
  readonly server = createServer({ allowHalfOpen: true });
  readonly proxy = new LabProxy(
    this.#address,
    {
      counted: (...passed) => this.tallies.counted(0, ...passed),
      requested: (lane) => this.tallies.requested(lane),
      joined: (lane) => this.joined.push(lane),
      left: (lane) => this.left.push(lane),
      shown: (connection, message) => this.messages.push({ connection, message }),
    },
    this.clock,
    randomOf(1).next,
  );
  readonly #ends: TcpEnd[] = [];
  #port = 0;

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.#address.port = (this.server.address() as AddressInfo).port;
    this.#port = await this.proxy.listen(0, '127.0.0.1');
  }

  async stop(): Promise<void> {
    await this.proxy.close();
    for (const { socket } of this.#ends) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A client's end of a connection to the proxy. */
  dial(): TcpEnd {
    return this.#end(connect(this.#port, '127.0.0.1'));
  }

  /** Both ends of a connection through the proxy. */
  async open(): Promise<{ client: TcpEnd; gateway: TcpEnd }> {
    const accepted = once(this.server, 'connection') as Promise<[Socket]>;
    const client = this.dial();
    await once(client.socket, 'connect');
    return { client, gateway: this.#end((await accepted)[0]) };
  }

  /** A WebSocket connection whose handshake has passed. */
  async openSocket(): Promise<{ client: TcpEnd; gateway: TcpEnd }> {
    const ends = await this.open();
    ends.client.socket.write(UPGRADE);
    await ends.gateway.has('\r\n\r\n');
    ends.gateway.socket.write(SWITCH);
    await ends.client.has('\r\n\r\n');
    return ends;
  }

  /** Changes the weather; the rest is fair. */
  turn(weather: Partial<LabWeather>): void {
    this.proxy.change({ ...CALM, ...weather });
  }

  /** Bytes that all lanes together count. */
  counted(direction: 'up' | 'down'): number {
    const each = Object.values(this.tallies.lanes).map((lane) => lane[direction].header + lane[direction].body);
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Resolves after round trips of another connection: what could happen by itself has happened. */
  async settled(): Promise<void> {
    const { client, gateway } = await this.open();
    for (let i = 0; i < 50; i++) {
      client.socket.write('?');
      await gateway.until(({ got }) => got.length > i);
      await setImmediate();
    }
    client.socket.destroy();
  }

  /** Resolves when the proxy waits for the clock. */
  async waiting(): Promise<void> {
    while (this.clock.timers === 0) await setImmediate();
  }

  #end(socket: Socket): TcpEnd {
    const end = new TcpEnd(socket);
    this.#ends.push(end);
    return end;
  }
}

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { answerTo, type Fault, faultOf, passage, type Weather } from './faults.js';
import { HEAD_END, parseHead } from './http-head.js';

/** An HTTP proxy in front of a gateway that does what a spec tells it to: by default it passes everything on. */
export interface FaultyProxy {
  readonly port: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Requests that have come, ever. */
  readonly requests: number;
  /** Where connections are led from now on. */
  target(port: number): void;
  /** What befalls connections that are opened from now on. */
  turn(weather: Weather): void;
  /** Cuts every connection without a word. Returns how many there were. */
  cut(): number;
  /** Passes nothing more on of the connections that are open, and closes none: half-open, seen from both sides. */
  forget(): void;
  close(): Promise<void>;
}

/** Two ends of one connection. */
class Pair {
  forgotten = false;

  constructor(
    private readonly client: Socket,
    private readonly gateway: Socket,
  ) {}

  /** Passes on what comes, through the fault. */
  join(fault: Fault): void {
    const cut = () => this.cut();
    // An error on the way is an end like others; both sockets are gone then.
    pipeline([this.client, ...passage(fault, 'up', cut), this.gateway], () => undefined);
    pipeline([this.gateway, ...passage(fault, 'down', cut), this.client], () => undefined);
  }

  cut(): void {
    for (const socket of [this.client, this.gateway]) socket.resetAndDestroy();
  }

  forget(): void {
    this.forgotten = true;
    for (const socket of [this.client, this.gateway]) {
      socket.unpipe();
      socket.removeAllListeners('data').removeAllListeners('end').resume();
    }
  }
}

/** Starts a proxy on a port of its own. */
export async function faultyProxy(): Promise<FaultyProxy> {
  let targetPort = 0;
  let weather: Weather = { kind: 'none' };
  let requests = 0;
  const pairs = new Set<Pair>();
  const sockets = new Set<Socket>();

  const track = (socket: Socket) => {
    sockets.add(socket);
    // Two pipelines listen to each end.
    socket.setMaxListeners(20);
    socket.setNoDelay(true);
    // A cut shows as an error; `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const forward = (client: Socket, fault: Fault, head: string, rest: Buffer) => {
    const gateway = track(connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true }));
    const pair = new Pair(client, gateway);
    pairs.add(pair);
    const over = () => {
      pairs.delete(pair);
      if (pair.forgotten) return;
      for (const socket of [client, gateway]) socket.destroy();
    };
    client.on('close', over);
    gateway.on('close', over);
    gateway.on('end', () => undefined);
    if (fault.kind === 'late')
      setTimeout(() => gateway.write(Buffer.concat([Buffer.from(head, 'latin1'), rest])), fault.ms);
    else gateway.write(Buffer.concat([Buffer.from(head, 'latin1'), rest]));
    pair.join(fault);
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    track(client);
    let got = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      const end = got.indexOf(HEAD_END);
      if (end < 0) return;
      client.off('data', read).pause();
      requests += 1;
      const text = got.toString('latin1', 0, end + HEAD_END.length);
      const asked = parseHead(text, true);
      const fault = faultOf(weather, asked);
      const { forwarded } = fault.kind === 'no-upgrade' ? parseHead(text, false) : asked;
      const answer = answerTo(fault);
      if (answer !== undefined) return void client.end(answer).resume();
      forward(client, fault, forwarded, got.subarray(end + HEAD_END.length));
    };
    client.on('data', read);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    const count = pairs.size;
    for (const pair of pairs) pair.cut();
    return count;
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    target: (to) => (targetPort = to),
    turn: (next) => (weather = next),
    cut,
    forget: () => pairs.forEach((pair) => pair.forget()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

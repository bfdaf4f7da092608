import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';
import mqtt from 'mqtt';
import { filter, firstValueFrom } from 'rxjs';
import type { Broker, BrokerState, Message } from '../ingest/broker.js';
import { ExternalBroker, type ExternalBrokerOptions } from '../ingest/external-broker.js';

/** A broker that speaks MQTT 3.1.1 alone, as aedes does. */
export interface Mosquitto {
  readonly port: number;
  readonly aedes: Aedes;
  stop(): Promise<void>;
}

/** A server of a spec's own; its end is the end of every connection. */
export async function listen(
  handle: (socket: Socket) => void,
  port = 0,
): Promise<{ server: Server; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Starts a broker in this process. */
export async function mosquitto(options: Partial<AedesOptions> = {}, port = 0): Promise<Mosquitto> {
  const aedes = await Aedes.createBroker(options);
  const { server, stop } = await listen((socket) => void aedes.handle(socket), port);
  return {
    port: (server.address() as AddressInfo).port,
    aedes,
    stop: async () => {
      await stop();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

/** Brokers and links to them, which end with the case. */
export class BrokerBench {
  readonly #cleanUp: (() => Promise<unknown>)[] = [];

  /** Does this too at the end, before what was added earlier. */
  add(step: () => Promise<unknown>): void {
    this.#cleanUp.push(step);
  }

  async clear(): Promise<void> {
    for (const each of this.#cleanUp.splice(0).reverse()) await each();
  }

  async serve(...args: Parameters<typeof mosquitto>): Promise<Mosquitto> {
    const server = await mosquitto(...args);
    this.add(() => server.stop());
    return server;
  }

  link(port: number, options: Partial<ExternalBrokerOptions> = {}): ExternalBroker {
    const broker = new ExternalBroker({
      url: `mqtt://127.0.0.1:${port}`,
      clientId: 'gateway',
      firstRetryMs: 1,
      ...options,
    });
    this.add(() => broker.stop());
    return broker;
  }
}

/** Starts a link that keeps what it takes, unless `take` says otherwise. */
export async function begin(
  broker: ExternalBroker,
  take: (message: Message) => Promise<void> = () => Promise.resolve(),
): Promise<ExternalBroker> {
  await broker.start(take);
  return broker;
}

/** The first state that fits. */
export const until = (broker: Broker, fits: (state: BrokerState) => boolean): Promise<BrokerState> =>
  firstValueFrom(broker.state.pipe(filter(fits)));

export const connected = (broker: Broker): Promise<BrokerState> => until(broker, (state) => state.connected);

/** A device that says one thing and is acknowledged. */
export async function publish(port: number, topic: string, payload: string): Promise<void> {
  const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
  await device.publishAsync(topic, payload, { qos: 1 });
  await device.endAsync();
}

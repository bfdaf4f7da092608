import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import type { SchedulerLike } from 'rxjs';
import { CALM, type LabLane, type LabWeather } from '@telewire/protocol';
import { LabConnection } from './connection.js';
import type { Direction, WireMessage } from './wire/draft.js';

/** What a {@link LabProxy} tells of all its connections; they are numbered from 1. */
export interface ProxyListener {
  counted(lane: LabLane, direction: Direction, header: number, body: number): void;
  requested(lane: LabLane): void;
  joined(lane: LabLane): void;
  left(lane: LabLane): void;
  shown(connection: number, message: WireMessage): void;
}

/** Where the gateway listens. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
}

/** A page needs a dozen; more than this one proxy does not take at a time. */
export const MAX_CONNECTIONS = 64;

/** A TCP proxy in front of the gateway that counts, shows and disturbs what passes. */
export class LabProxy {
  readonly #server: Server;
  readonly #connections = new Map<number, LabConnection>();
  #weather: LabWeather = CALM;
  #number = 0;

  constructor(
    private readonly gateway: GatewayAddress,
    private readonly listener: ProxyListener,
    private readonly scheduler: SchedulerLike,
    private readonly random: () => number,
  ) {
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (client) => {
      const number = ++this.#number;
      const upstream = connect({ ...this.gateway, allowHalfOpen: true });
      const connection = new LabConnection(
        client,
        upstream,
        { weather: () => this.#weather, scheduler: this.scheduler, random: this.random },
        {
          counted: (lane, direction, header, body) => this.listener.counted(lane, direction, header, body),
          requested: (lane) => this.listener.requested(lane),
          joined: (lane) => this.listener.joined(lane),
          shown: (message) => this.listener.shown(number, message),
          closed: (lanes) => {
            this.#connections.delete(number);
            for (const lane of lanes) this.listener.left(lane);
          },
        },
      );
      this.#connections.set(number, connection);
      client.resume();
    });
  }

  /** Opens the port; 0 is any. Returns the one it has. Rejects with the listen error. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Connections that are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** Of these, the ones that are no WebSocket, whatever has passed on them. */
  get http(): number {
    return [...this.#connections.values()].filter(({ isWebSocket }) => !isWebSocket).length;
  }

  /** Changes the weather, for what is open too. */
  change(weather: LabWeather): void {
    this.#weather = weather;
    for (const connection of [...this.#connections.values()]) connection.weatherChanged();
  }

  /** The connection of this number, while it is open. */
  connection(number: number): LabConnection | undefined {
    return this.#connections.get(number);
  }

  /** Cuts everything and frees the port. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const connection of [...this.#connections.values()]) connection.kill();
    });
  }
}

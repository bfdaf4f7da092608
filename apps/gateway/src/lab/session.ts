import { Observable, type SchedulerLike, Subject, type Subscription } from 'rxjs';
import type { LabAct, LabEvent, LabSettings } from '@telewire/protocol';
import { CODES, ProtocolError } from '@telewire/protocol';
import type { Generator } from './generator.js';
import { type GatewayAddress, LabProxy } from './proxy.js';
import { Tallies } from './tallies.js';
import { Watcher } from './watcher.js';

const TALLY_MS = 250;
// Messages are told together, and yet at once to the eye.
const TELL_MS = 50;

/** Who opened a session, as the request said it, in lower case. */
export interface Opener {
  /** The name in `Host`, without the port. */
  readonly name: string;
  /** The page; missing where it is none. */
  readonly origin?: string | undefined;
}

/** What a session is made of. */
export interface SessionParts {
  readonly id: string;
  readonly generator: Generator;
  /** Where the gateway listens, as the client that opened the session reached it. */
  readonly gateway: GatewayAddress;
  readonly opener: Opener;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** A session of the lab: a proxy of its own, a series of its own, and what is to be told of them. */
export class LabSession {
  readonly #tallies = new Tallies();
  readonly #watcher = new Watcher();
  readonly #proxy: LabProxy;
  readonly #events = new Subject<LabEvent>();
  #telling: Subscription | undefined;
  #port = 0;

  constructor(private readonly parts: SessionParts) {
    const { scheduler } = parts;
    const tallies = this.#tallies;
    this.#proxy = new LabProxy(
      parts.gateway,
      {
        counted: (lane, direction, header, body) => tallies.counted(scheduler.now(), lane, direction, header, body),
        requested: (lane) => tallies.requested(lane),
        joined: (lane) => tallies.joined(lane),
        left: (lane) => tallies.left(lane),
        shown: (connection, message) => {
          if (this.#watcher.take(connection, message)) this.#telling = scheduler.schedule(() => this.#tell(), TELL_MS);
        },
      },
      scheduler,
      parts.random,
    );
  }

  get id(): string {
    return this.parts.id;
  }

  /** The port of the proxy. */
  get port(): number {
    return this.#port;
  }

  /** Who opened it. */
  get opener(): Opener {
    return this.parts.opener;
  }

  /** Readings a second that it makes. */
  get rateHz(): number {
    return this.parts.generator.rateHz;
  }

  /** Opens the proxy. Rejects with the listen error; nothing is left running then. */
  async start(port: number, host: string): Promise<void> {
    this.#port = await this.#proxy.listen(port, host);
    this.parts.generator.run(0);
  }

  /** What the session has to say, from `open` on; for one listener. */
  readonly events = new Observable<LabEvent>((subscriber) => {
    const { id, generator, scheduler } = this.parts;
    subscriber.next({ type: 'open', id, port: this.#port, series: generator.series });
    const told = this.#events.subscribe(subscriber);
    const tally = () => {
      this.#events.next({
        type: 'tally',
        at: scheduler.now(),
        http: this.#proxy.http,
        lanes: structuredClone(this.#tallies.lanes),
        marks: this.#tallies.takeMarks(),
      });
    };
    told.add(
      scheduler.schedule(function () {
        tally();
        this.schedule(undefined, TALLY_MS);
      }, TALLY_MS),
    );
    return told;
  });

  /** Changes what is given, and leaves the rest. */
  change({ weather, rateHz, watch }: LabSettings): void {
    if (watch !== undefined) this.#watcher.lane = watch;
    if (rateHz !== undefined) this.parts.generator.run(rateHz);
    if (weather !== undefined) this.#proxy.change(weather);
  }

  /** Does something to a connection. @throws ProtocolError when there is none, or it cannot be done to it */
  act({ connection, act }: LabAct): void {
    const found = this.#proxy.connection(connection);
    if (!found) throw new ProtocolError(CODES.notFound, 'no-connection', 'connection: none of this number is open');
    if (act === 'kill') return found.kill();
    if (!found.isWebSocket)
      throw new ProtocolError(CODES.unsupported, 'not-a-websocket', 'connection: only a WebSocket takes a ping');
    if (found.hasEnded)
      throw new ProtocolError(CODES.unsupported, 'connection-ended', 'connection: behind its end it takes no ping');
    found.ping();
  }

  /** Ends everything: the generator, the proxy, all connections. Says why, where there is anything to say. */
  async stop(why?: string): Promise<void> {
    this.parts.generator.stop();
    // What it cuts is seen by the watcher, which would tell of it later.
    const closed = this.#proxy.close();
    this.#telling?.unsubscribe();
    if (why !== undefined) this.#events.next({ type: 'end', message: why });
    this.#events.complete();
    await closed;
  }

  #tell(): void {
    this.#events.next({ type: 'messages', ...this.#watcher.flush() });
  }
}

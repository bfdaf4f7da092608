import type { Socket } from 'node:net';
import type { SchedulerLike } from 'rxjs';
import type { LabLane, LabWeather } from '@telewire/protocol';
import { Lifetime } from './lifetime.js';
import { Passage } from './passage.js';
import { Conversation } from './wire/conversation.js';
import type { Direction, WireMessage } from './wire/draft.js';

/** What a connection tells the session. */
export interface ConnectionListener {
  counted(lane: LabLane, direction: Direction, header: number, body: number): void;
  requested(lane: LabLane): void;
  /** A lane uses this connection for the first time. */
  joined(lane: LabLane): void;
  shown(message: WireMessage): void;
  /** It is gone; the lanes that used it. */
  closed(lanes: readonly LabLane[]): void;
}

/** What it works with. */
export interface ConnectionTools {
  readonly weather: () => LabWeather;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** What a proxy that buffers gathers before it hands it on. */
export const BUFFER_BYTES = 256 * 1024;

// RFC 6455 §5.5.2: FIN, ping, unmasked as a server's are.
const PING = Buffer.concat([Buffer.from([0x89, 8]), Buffer.from('telewire')]);

const NOBODY = { counted: () => undefined, requested: () => undefined, shown: () => undefined };

/**
 * A connection through the proxy: a client's socket, one to the gateway, and the weather between them. What is counted and
 * shown is what passes on the client's socket.
 */
export class LabConnection {
  readonly #said: Conversation;
  // What has come from the gateway, and perhaps not yet gone to the client: tells a proxy that buffers where an answer ends.
  readonly #arrived: Conversation;
  readonly #up: Passage;
  readonly #down: Passage;
  readonly #lanes = new Set<LabLane>();
  readonly #lifetime: Lifetime;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #pings = 0;
  #closed = false;

  constructor(
    private readonly client: Socket,
    private readonly gateway: Socket,
    private readonly tools: ConnectionTools,
    private readonly listener: ConnectionListener,
  ) {
    const { weather, scheduler, random } = tools;
    const now = () => scheduler.now();
    this.#lifetime = new Lifetime(weather, scheduler, () => this.kill());
    this.#said = new Conversation(
      {
        counted: (lane, direction, header, body) => {
          this.#join(lane);
          listener.counted(lane, direction, header, body);
        },
        requested: (lane) => listener.requested(lane),
        shown: (message) => {
          this.#join(message.lane);
          listener.shown(message);
        },
      },
      now,
    );
    this.#arrived = new Conversation(NOBODY, now);
    this.#up = new Passage(
      weather,
      {
        get hasRoom() {
          return !gateway.writableNeedDrain;
        },
        take: (piece) => {
          if (this.#silent) return 0;
          gateway.write(piece);
          return piece.length;
        },
        end: () => gateway.end(),
      },
      (wait) => (wait ? client.pause() : client.resume()),
      scheduler,
      random,
    );
    this.#down = new Passage(
      weather,
      {
        get hasRoom() {
          return !client.writableNeedDrain;
        },
        take: (piece) => this.#deliver(piece),
        end: () => this.#endDown(),
      },
      (wait) => (wait ? gateway.pause() : gateway.resume()),
      scheduler,
      random,
    );
    this.#wire();
  }

  /** The weather has changed: for this connection too, and for what it holds. */
  weatherChanged(): void {
    this.#release();
    this.#up.weatherChanged();
    this.#down.weatherChanged();
    this.#lifetime.weatherChanged();
    this.#lifetime.hush(this.#silent);
  }

  /** True while it is a WebSocket. */
  get isWebSocket(): boolean {
    return this.#said.switched;
  }

  /** True once the client is told nothing more: behind the close frame, or the end of the connection. */
  get hasEnded(): boolean {
    return this.#closed || this.client.writableEnded || this.#said.saidGoodbye;
  }

  /** Sends the client of a WebSocket a ping as soon as no frame is under way. */
  ping(): void {
    this.#pings = Math.min(this.#pings + 1, 16);
    this.#sendPings();
  }

  /** Resets both sockets (RFC 9293 §3.10.7.4), without a word. */
  kill(): void {
    this.#fail('down');
  }

  get #silent(): boolean {
    return this.tools.weather().silent && this.#said.answered;
  }

  #wire(): void {
    const { client, gateway } = this;
    for (const socket of [client, gateway]) {
      socket.setNoDelay(true);
      // What a peer does to its socket ends the other one too, below.
      socket.on('error', () => undefined);
      socket.on('close', () => this.#lost(socket));
    }
    client.on('data', (piece: Buffer) => {
      this.#said.up(piece);
      this.#arrived.up(piece);
      this.#up.push(piece);
    });
    gateway.on('data', (piece: Buffer) => this.#arrive(piece));
    client.on('end', () => {
      this.#said.end('up');
      this.#show('end', 'up');
      this.#up.end();
    });
    gateway.on('end', () => {
      this.#release(true);
      this.#down.end();
    });
    client.on('drain', () => this.#down.go());
    gateway.on('drain', () => this.#up.go());
  }

  /** Bytes of the gateway: handed on, or held until the answer is complete. */
  #arrive(piece: Buffer): void {
    for (let rest = piece; rest.length > 0;) {
      const taken = this.#arrived.down(rest, 'message');
      this.#held.push(rest.subarray(0, taken));
      this.#heldBytes += taken;
      rest = rest.subarray(taken);
      this.#release();
    }
  }

  #release(all = false): void {
    const hold = this.tools.weather().buffers && !this.#arrived.rests && this.#heldBytes < BUFFER_BYTES;
    if (hold && !all) return;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const piece of held) this.#down.push(piece);
  }

  /** Hands bytes to the client; none behind the handshake when it is silent from there on. */
  #deliver(piece: Buffer): number {
    let at = 0;
    while (at < piece.length && !this.#silent) {
      const rest = piece.subarray(at);
      const until = this.#pings > 0 ? 'frame' : this.tools.weather().silent ? 'head' : undefined;
      const taken = this.#said.down(rest, until);
      this.client.write(rest.subarray(0, taken));
      at += taken;
      this.#sendPings();
    }
    this.#lifetime.hush(this.#silent);
    return at;
  }

  #sendPings(): void {
    while (this.#pings > 0 && this.#said.takesFrames && !this.#silent && !this.hasEnded) {
      this.#pings--;
      this.#said.down(PING);
      this.client.write(PING);
    }
  }

  #endDown(): void {
    this.#said.end('down');
    this.#show('end', 'down');
    this.client.end();
    if (this.gateway.closed) this.client.destroySoon();
  }

  /** One socket is gone: the other follows, at once when it broke, else when all it is owed is through. */
  #lost(socket: Socket): void {
    const broke = socket.errored !== null || !socket.readableEnded;
    if (broke) return this.#fail(socket === this.client ? 'up' : 'down');
    if (socket === this.client) this.gateway.destroySoon();
    else if (this.client.writableEnded) this.client.destroySoon();
    if (this.client.closed && this.gateway.closed) this.#close();
  }

  #fail(direction: Direction): void {
    for (const socket of [this.client, this.gateway]) reset(socket);
    if (!this.#closed) this.#show('reset', direction);
    this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lifetime.stop();
    this.#up.stop();
    this.#down.stop();
    this.#held = [];
    this.#said.close();
    this.listener.closed([...this.#lanes]);
  }

  #join(lane: LabLane): void {
    if (this.#lanes.has(lane)) return;
    this.#lanes.add(lane);
    this.listener.joined(lane);
    this.#show('open', 'up', lane, this.#lifetime.openedAt);
  }

  #show(kind: 'open' | 'end' | 'reset', direction: Direction, lane = this.#said.lane, at?: number): void {
    this.listener.shown({
      at: at ?? this.tools.scheduler.now(),
      lane,
      direction,
      kind,
      header: 0,
      body: 0,
      title: TITLES[kind],
      fields: [],
      bytes: Buffer.alloc(0),
      text: '',
    });
  }
}

/**
 * Resets a socket, where that is possible: libuv refuses it to one that has been shut down (uv_tcp_close_reset), and Node then
 * never frees the handle, so that the process cannot end.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

const TITLES = { open: 'connected', end: 'no more to send', reset: 'cut' } as const;

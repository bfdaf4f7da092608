import type { Subscription as Timer } from 'rxjs';
import { EARLIEST, type FrameWriter, jsonWriter, NEGOTIATION, parseCursor, toRow } from '@telewire/protocol';
import type { ClientMessage, Frame, GapReason, Row, Subscription } from '@telewire/protocol';
import type { Value } from '@telewire/telemetry';
import { connect, type ConnectOptions, type Telewire, type TransportName } from '../src/index.js';
import { Journal, type Entry } from './journal.js';
import type { Line, Served } from './line.js';
import { settle, VirtualClock } from './virtual-clock.js';

/** A request as it came. */
export interface Asked {
  readonly path: string;
  readonly at: number;
  readonly wants: readonly Subscription[];
  readonly wait: number;
  readonly transport: TransportName | undefined;
}

const BY_PATH: Readonly<Record<string, TransportName>> = {
  '/api/v1/stream': 'http-stream',
  '/api/v1/events': 'sse',
  '/api/v1/readings': 'poll',
};
const isStream = (transport: TransportName): boolean => transport !== 'poll' && transport !== 'long-poll';

/**
 * A gateway in memory behind a scripted `fetch` and `WebSocket`: it keeps PROTOCOL.md as far as a client can see, and fails
 * as a spec tells it to. No ports, no real time.
 */
export class ScriptedGateway {
  readonly clock = new VirtualClock();
  readonly lines = new Set<Line>();
  readonly requests: Asked[] = [];
  /** Messages of clients on sockets. */
  readonly said: ClientMessage[] = [];
  /** Sockets that were made, ever. */
  sockets = 0;
  /** Answers to the next requests in place of the gateway's own; the last one stays while `stubborn`. */
  readonly answers: (() => Response | Promise<Response>)[] = [];
  /** Sockets are refused by whatever lies between. */
  socketsBlocked = false;
  /** Nothing answers on these transports. */
  readonly down = new Set<TransportName>();
  /** On these transports lines open and then stay silent. */
  readonly silent = new Set<TransportName>();
  /** On these transports lines are silent behind the first thing that they say of a subscription. */
  readonly stalling = new Set<TransportName>();
  /** So old is what comes: its lines are slow. */
  lagMs = 0;
  heartbeatMs = 5000;
  reconnectSpreadMs = 2000;
  protocol = 1;
  /** Speaks this format too, to who asks for it. */
  binary: FrameWriter | undefined;
  /** Held polls are never answered. */
  swallow = false;
  /** Refuses subscriptions: the code, or 0. */
  refuse: (want: Subscription) => number = () => 0;
  /** Lines that are opened from now on are silent. */
  mute = false;
  /** Answers to polls say that asking again makes sense after this long. */
  nextInMs: number | undefined = 50;
  /** The next line breaks right behind its first frame of this type. */
  cutAfter: Frame['type'] | undefined;

  readonly #journal = new Journal();
  #held = 0;
  readonly #owed: Frame[] = [];
  #pollsToCut = 0;

  /** A client of this gateway. `random` is 0.5 unless given. */
  client(options: Partial<ConnectOptions> = {}): Telewire {
    return connect({
      url: 'http://gateway.test',
      fetch: this.fetch,
      WebSocket: this.WebSocket,
      random: () => 0.5,
      scheduler: this.clock,
      ...options,
    });
  }

  /** A reading comes in. */
  append(series: string, value: Value = this.#journal.seq): void {
    this.#journal.append(series, this.clock.now() - this.lagMs, value);
    if (this.#held === 0) this.#pump();
  }

  /** Readings come in that are sent to nobody. */
  skip(series: string, count: number): void {
    this.#journal.skip(series, count);
  }

  /** Readings that come in faster than a frame is sent. */
  burst(work: () => void): void {
    this.#held += 1;
    work();
    this.#held -= 1;
    this.#pump();
  }

  /** Drops everything up to now from the journal; the latest readings stay known. */
  evict(): void {
    this.#journal.evicted = this.#journal.seq;
  }

  /** Readings come in and are evicted before a subscriber that is connected could be sent them (`slow`). */
  overtake(work: () => void): void {
    this.#held += 1;
    work();
    this.#held -= 1;
    this.evict();
    for (const line of [...this.lines])
      for (const served of line.served.values())
        this.#showPresent(line, served, this.#journal.cursor(served.seq), 'slow');
  }

  /** The journal begins anew. */
  restart(): void {
    this.#journal.restart();
  }

  /** The cursor of the journal's head. */
  get head(): string {
    return this.#journal.cursor();
  }

  /** Sends a heartbeat on every stream that is not muted. */
  heartbeat(): void {
    for (const line of this.lines) if (!line.muted && isStream(line.transport)) line.send(this.#heartbeat(line));
  }

  /** Breaks every line of a transport without a word; of polls, which have none, the next question. */
  cut(transport: TransportName): void {
    if (transport === 'poll') this.#pollsToCut = 1;
    else this.of(transport).forEach((line) => line.cut());
  }

  /** Says something out of order on every line of a transport; on polls, in the next answer. */
  tell(transport: TransportName, frame: Frame): void {
    if (transport === 'poll') this.#owed.push(frame);
    else this.of(transport).forEach((line) => line.send(frame));
  }

  /** Lines of one transport. */
  of(transport: TransportName): Line[] {
    return [...this.lines].filter((line) => line.transport === transport);
  }

  /** Lets `ms` pass with heartbeats as PROTOCOL R15 asks. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= this.heartbeatMs) {
      await this.clock.pass(Math.min(left, this.heartbeatMs));
      this.heartbeat();
    }
    await settle();
  }

  /** A socket to this gateway. */
  readonly WebSocket = this.#socketClass();

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname: path, searchParams } = input instanceof Request ? new URL(input.url) : new URL(input);
    const { subscriptions = [] } = (init?.body ? JSON.parse(init.body as string) : {}) as {
      subscriptions?: Subscription[];
    };
    const wait = Number(searchParams.get('wait') ?? 0);
    const transport = searchParams.has('wait') ? 'long-poll' : BY_PATH[path];
    this.requests.push({ path, at: this.clock.now(), wants: subscriptions, wait, transport });
    const scripted = this.answers.shift();
    if (scripted) return scripted();
    const signal = init?.signal ?? new AbortController().signal;
    if (transport === undefined || this.down.has(transport)) return Promise.reject(new TypeError('fetch failed'));
    const accept = new Headers(init?.headers).get('accept') ?? '';
    if (isStream(transport)) return this.#stream(transport, subscriptions, accept, signal);
    if (transport === 'poll' && this.#pollsToCut-- > 0) return Promise.reject(new TypeError('fetch failed'));
    return this.#poll(transport, subscriptions, wait, accept, signal);
  };

  /** The writer of what a client accepts. */
  #writerFor(accept: string, body: 'answer' | 'stream'): FrameWriter {
    return this.binary && accept.startsWith(NEGOTIATION[this.binary.format][body]) ? this.binary : jsonWriter;
  }

  #stream(transport: TransportName, wants: readonly Subscription[], accept: string, signal: AbortSignal): Response {
    const sse = transport === 'sse';
    const encoder = new TextEncoder();
    const writer = this.#writerFor(accept, 'stream');
    const say = (frame: Frame) => {
      if (sse) return out.enqueue(encoder.encode(`data: ${JSON.stringify(frame)}\n\n`));
      const message = writer.frame(frame);
      const [before, after] = writer.delimiters(message.length);
      for (const part of [before, message, after]) if (part.length > 0) out.enqueue(part);
    };
    let out: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (out = controller) });
    const line = this.#line(transport, say, () => out.close());
    signal.addEventListener('abort', () => {
      if (this.lines.delete(line)) out.error(new DOMException('aborted', 'AbortError'));
    });
    if (sse) out!.enqueue(encoder.encode('retry: 2000\n\n'));
    this.#hello(line);
    for (const want of wants) this.#serve(line, want);
    const type = sse ? 'text/event-stream' : NEGOTIATION[writer.format].stream;
    return new Response(body, { headers: { 'content-type': type } });
  }

  #poll(
    transport: TransportName,
    wants: readonly Subscription[],
    wait: number,
    accept: string,
    signal: AbortSignal,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const frames: Frame[] = [];
      let timer: Timer | undefined;
      const finish = () => {
        timer?.unsubscribe();
        if (this.swallow || !this.lines.delete(line)) return;
        const nextAt =
          transport === 'poll' && this.nextInMs !== undefined ? this.clock.now() + this.nextInMs : undefined;
        if (frames.at(-1)?.type !== 'bye') frames.push({ ...this.#heartbeat(line), ...(nextAt && { nextAt }) });
        const writer = this.#writerFor(accept, 'answer');
        const body = new Uint8Array(writer.answer(frames.map((frame) => writer.frame(frame))));
        resolve(new Response(body, { headers: { 'content-type': NEGOTIATION[writer.format].answer } }));
      };
      const line = this.#line(
        transport,
        (frame) => {
          frames.push(frame);
          if (timer && frame.type !== 'series') finish();
        },
        () => {
          timer?.unsubscribe();
          reject(new TypeError('fetch failed'));
        },
      );
      for (const want of wants) this.#serve(line, want);
      if (transport === 'poll') frames.push(...this.#owed.splice(0));
      signal.addEventListener('abort', () => {
        timer?.unsubscribe();
        this.lines.delete(line);
        reject(new DOMException('aborted', 'AbortError'));
      });
      if (line.muted) return;
      if (wait === 0 || frames.some(({ type }) => type !== 'subscribed' && type !== 'series')) finish();
      else timer = this.clock.schedule(finish, wait * 1000);
    });
  }

  #socketClass(): typeof WebSocket {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const gateway = this;
    class ScriptedSocket {
      onopen: (() => void) | null = null;
      onmessage: ((event: { data: unknown }) => void) | null = null;
      onclose: ((event: { code: number; reason: string }) => void) | null = null;
      #own: Line | undefined;

      constructor(
        readonly url: URL,
        [offered]: readonly string[] = [],
      ) {
        gateway.sockets += 1;
        const { binary } = gateway;
        const inBinary = binary && offered === NEGOTIATION[binary.format].subprotocol ? binary : undefined;
        const dataOf = (frame: Frame) => inBinary?.frame(frame).slice().buffer ?? JSON.stringify(frame);
        queueMicrotask(() => {
          if (gateway.socketsBlocked || gateway.down.has('websocket'))
            return this.onclose?.({ code: 1006, reason: '' });
          const line = gateway.#line(
            'websocket',
            (frame) => queueMicrotask(() => this.onmessage?.({ data: dataOf(frame) })),
            () => this.onclose?.({ code: 1006, reason: '' }),
          );
          this.#own = line;
          gateway.#hello(line); // on its way, but not there before `open`
          this.onopen?.();
        });
      }

      send(text: string): void {
        const message = JSON.parse(text) as ClientMessage;
        gateway.said.push(message);
        if (message.type === 'unsubscribe') this.#own?.served.delete(message.id);
        else if (message.type === 'subscribe' && this.#own) gateway.#serve(this.#own, message);
        else if (message.type === 'change' && this.#own) gateway.#change(this.#own, message);
      }

      close(): void {
        if (this.#own) gateway.lines.delete(this.#own);
      }
    }
    return ScriptedSocket as unknown as typeof WebSocket;
  }

  #line(transport: TransportName, send: (frame: Frame) => void, broken: () => void): Line {
    const line: Line = {
      transport,
      served: new Map(),
      muted: this.mute || this.silent.has(transport),
      announced: new Set(),
      send: (frame) => {
        if (!this.lines.has(line)) return;
        send(frame);
        if (this.stalling.has(transport) && ['snapshot', 'readings'].includes(frame.type)) line.muted = true;
        if (frame.type !== this.cutAfter) return;
        this.cutAfter = undefined;
        this.lines.delete(line);
        // Behind the frame, which is on its way by now.
        queueMicrotask(broken);
      },
      cut: () => this.lines.delete(line) && broken(),
    };
    this.lines.add(line);
    return line;
  }

  #hello(line: Line): void {
    if (line.muted) return;
    const { heartbeatMs, reconnectSpreadMs } = this;
    line.send({ type: 'hello', protocol: this.protocol, at: this.clock.now(), heartbeatMs, reconnectSpreadMs });
  }

  #serve(line: Line, want: Subscription): void {
    if (line.muted) return;
    const { id } = want;
    const code = this.refuse(want);
    if (code) return line.send({ type: 'error', id, code, reason: 'scripted', message: `refused with ${code}` });
    const from =
      want.after === EARLIEST
        ? { epoch: this.#journal.epoch, seq: this.#journal.evicted }
        : want.after === undefined
          ? undefined
          : parseCursor(want.after);
    const served: Served = { want, seq: from?.seq ?? this.#journal.seq, ordinals: new Map() };
    line.served.set(id, served);
    const reason = from && this.#journal.gapReason(from);
    line.send({ type: 'subscribed', id, cursor: this.#journal.cursor(reason ? this.#journal.seq : served.seq) });
    if (!from || reason) this.#showPresent(line, served, want.after, reason);
    this.#advance(line, served);
  }

  #showPresent(line: Line, served: Served, from: string | undefined, reason: GapReason | undefined): void {
    const { want } = served;
    const missed = this.#journal.matching(want, served.seq).length;
    served.seq = this.#journal.seq;
    const lost = reason === 'evicted' || reason === 'slow' ? missed : undefined;
    if (from !== undefined && reason)
      line.send({ type: 'gap', id: want.id, from, to: this.head, reason, ...(lost !== undefined && { lost }) });
    const rows = this.#rows(line, served, this.#journal.latest(want));
    line.send({ type: 'snapshot', id: want.id, to: this.head, rows });
  }

  #change(line: Line, want: Subscription): void {
    const served = line.served.get(want.id);
    if (!served || line.muted) return;
    const code = this.refuse(want);
    if (code)
      return line.send({ type: 'error', id: want.id, code, reason: 'scripted', message: `refused with ${code}` });
    line.served.set(want.id, { want, seq: served.seq, ordinals: new Map() });
    line.send({ type: 'subscribed', id: want.id, cursor: this.#journal.cursor(served.seq) });
  }

  #pump(): void {
    for (const line of [...this.lines])
      if (!line.muted) for (const served of [...line.served.values()]) this.#advance(line, served);
  }

  #advance(line: Line, served: Served): void {
    let entries = this.#journal.matching(served.want, served.seq);
    const from = this.#journal.cursor(served.seq);
    served.seq = this.#journal.seq;
    if (entries.length === 0) return;
    if (served.want.policy === 'latest')
      entries = [...new Map(entries.map((entry) => [entry.series, entry] as const)).values()];
    const rows = this.#rows(line, served, entries);
    line.send({ type: 'readings', id: served.want.id, from, to: this.#journal.cursor(served.seq), rows });
  }

  #rows(line: Line, served: Served, entries: readonly Entry[]): Row[] {
    const names: Record<string, string> = {};
    for (const { series } of entries) {
      if (!line.announced.has(series)) names[this.#journal.numberOf(series)] = series;
      line.announced.add(series);
    }
    if (Object.keys(names).length > 0) line.send({ type: 'series', names });
    return entries.map(({ series, at, value, n }) => {
      const implied = served.ordinals.get(series) === n - 1; // PROTOCOL R2
      served.ordinals.set(series, n);
      return toRow(this.#journal.numberOf(series), { at, value, n, quality: 'good', receivedAt: at + 5 }, !implied);
    });
  }

  #heartbeat(line: Line): Frame {
    const cursors = Object.fromEntries([...line.served].map(([id, { seq }]) => [id, this.#journal.cursor(seq)]));
    return { type: 'heartbeat', at: this.clock.now(), head: this.head, cursors };
  }
}

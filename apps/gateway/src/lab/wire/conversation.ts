import type { LabLane } from '@telewire/protocol';
import { laneOf } from '../lane.js';
import { ByteCount } from './byte-count.js';
import type { Direction, Draft, WireMessage } from './draft.js';
import { FrameReader } from './frame-reader.js';
import { acceptOf, asksForWebSocket, bodyLengthOf, parseRequestLine, parseStatusLine } from './head.js';
import { type BodyLength, HttpReader } from './http-reader.js';

/** Who listens to a {@link Conversation}. */
export interface ConversationListener {
  /** Bytes of a lane have passed; all of them, once. */
  counted(lane: LabLane, direction: Direction, header: number, body: number): void;
  /** The head of a request has passed. */
  requested(lane: LabLane): void;
  /** A message has passed whole. */
  shown(message: WireMessage): void;
}

/** A request whose answer is still to come. */
interface Asked {
  readonly lane: LabLane;
  readonly method: string;
  /** The key of a WebSocket handshake. */
  readonly key?: string | undefined;
  readonly upgrade: boolean;
  completedAt?: number;
}

type Kind = WireMessage['kind'];

const MAX_PIPELINED = 1_000;
// What a client may send before its handshake is answered; RFC 6455 §4.1 allows nothing.
const MAX_EARLY_BYTES = 16 * 1024;

/**
 * What is said on one TCP connection, both ways: HTTP/1.1, and after a `101` WebSocket. Says for every byte whose it is and
 * what it is for, and shows each message once it has passed.
 */
export class Conversation {
  readonly #up: HttpReader;
  readonly #down: HttpReader;
  #frames: { readonly up: FrameReader; readonly down: FrameReader } | undefined;
  readonly #asked: Asked[] = [];
  #lane: LabLane = 'other';
  #asking: { readonly lane: LabLane; readonly method: string } | undefined;
  #answered = false;
  #status = 0;
  #closing = false;
  #early: Buffer | undefined;
  readonly #count = {
    up: new ByteCount((lane, header, body) => this.listener.counted(lane, 'up', header, body)),
    down: new ByteCount((lane, header, body) => this.listener.counted(lane, 'down', header, body)),
  };

  constructor(
    private readonly listener: ConversationListener,
    private readonly now: () => number,
  ) {
    this.#up = new HttpReader({
      counted: (header, body) => {
        if (this.#asking || this.#up.broken) this.#count.up.add(this.#asking?.lane ?? this.#lane, header, body);
        else this.#count.up.addNameless(header);
      },
      started: (line, draft) => this.#startRequest(line, draft),
      headed: (draft) => this.#headRequest(draft),
      shown: (draft, kind) => this.#showRequest(draft, kind),
      finished: () => {
        const asked = this.#asked.at(-1);
        if (asked) asked.completedAt ??= this.now();
        this.#asking = undefined;
      },
    });
    this.#down = new HttpReader({
      counted: (header, body) => this.#count.down.add(this.lane, header, body),
      started: (line, draft) => this.#startResponse(line, draft),
      headed: (draft) => this.#headResponse(draft),
      shown: (draft, kind) => this.#showResponse(draft, kind),
      finished: () => this.#finishResponse(),
    });
  }

  /** The lane that is answered now, or was last. */
  get lane(): LabLane {
    return this.#asked[0]?.lane ?? this.#lane;
  }

  /** True once the connection is a WebSocket. */
  get switched(): boolean {
    return this.#frames !== undefined;
  }

  /** True once the head of an answer has passed, or the answer to a handshake. */
  get answered(): boolean {
    return this.#answered;
  }

  /** True when nothing of an answer is under way, or nobody can tell. */
  get rests(): boolean {
    return this.#down.idle || this.#down.broken || this.switched;
  }

  /** True when a frame of the gateway's could be put in: between two of its own, and before it says goodbye. */
  get takesFrames(): boolean {
    return this.#frames !== undefined && this.#frames.down.between && !this.saidGoodbye;
  }

  /** True once the gateway has sent its close frame (RFC 6455 §5.5.1). */
  get saidGoodbye(): boolean {
    return this.#frames?.down.closed ?? false;
  }

  /** Bytes of the client's pass. */
  up(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.subarray(at);
      if (this.#frames) at += this.#frames.up.push(rest);
      else if (this.#asked.at(-1)?.upgrade) at += this.#holdEarly(rest);
      else at += this.#up.push(rest);
    }
    this.#count.up.flush();
  }

  /** Bytes of the gateway's pass; returns how many: all, or up to the first end of what is asked for. */
  down(bytes: Buffer, until?: 'head' | 'message' | 'frame'): number {
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.subarray(at);
      if (this.#frames) at += this.#frames.down.push(rest, until === 'frame' ? until : undefined);
      else at += this.#down.push(rest, until === 'frame' ? undefined : until);
      if (until !== undefined && (until !== 'frame' || this.takesFrames)) break;
    }
    this.#count.down.flush();
    return at;
  }

  /** One side says that it sends nothing more. */
  end(direction: Direction): void {
    if (direction === 'up') this.#settleEarly();
    if (this.#frames) this.#frames[direction].end();
    else if (direction === 'up') this.#up.end();
    else this.#down.end();
    if (direction === 'up') this.#count.up.name(this.#lane);
    this.#count[direction].flush();
  }

  /** The connection is gone: what nobody could name is told now. */
  close(): void {
    this.#settleEarly();
    this.#count.up.name(this.#lane);
    this.#count.up.flush();
  }

  #startRequest(line: string, draft: Draft): string | undefined {
    const asked = parseRequestLine(line);
    if (!asked) return 'not a request line (RFC 9112 §3)';
    const { method, target } = asked;
    this.#lane = laneOf(method, target);
    this.#asking = { lane: this.#lane, method };
    this.#count.up.name(this.#lane);
    draft.title = `${method} ${target.split('?', 1)[0]!.slice(0, 200)}`;
    return this.#asked.length >= MAX_PIPELINED ? 'too many requests without an answer' : undefined;
  }

  #headRequest(draft: Draft): BodyLength {
    const { lane, method } = this.#asking!;
    const upgrade = asksForWebSocket(draft);
    this.#asked.push({ lane, method, upgrade, key: draft.field('sec-websocket-key') });
    this.listener.requested(lane);
    return upgrade ? 'switch' : (bodyLengthOf(draft) ?? 0);
  }

  #showRequest(draft: Draft, kind: 'message' | 'chunk' | 'broken'): void {
    if (kind === 'broken') this.#count.up.name(this.#lane);
    this.#show('up', draft, kind === 'message' ? 'request' : kind);
  }

  #startResponse(line: string, draft: Draft): string | undefined {
    const answer = parseStatusLine(line);
    if (!answer) return 'not a status line (RFC 9112 §4)';
    this.#status = answer.status;
    draft.title = answer.title;
    return undefined;
  }

  #showResponse(draft: Draft, kind: 'message' | 'chunk' | 'broken'): void {
    const askedAt = this.#asked[0]?.completedAt;
    if (kind !== 'message') return this.#show('down', draft, kind);
    this.#show('down', draft, 'response', askedAt === undefined ? undefined : this.now() - askedAt);
  }

  #headResponse(draft: Draft): BodyLength {
    const asked = this.#asked[0];
    if (!asked) draft.faults.push('an answer to no request (RFC 9112 §9.2)');
    if (this.#status === 101) return this.#headSwitch(draft, asked);
    // RFC 9110 §15.2: an interim answer; the final one follows.
    if (this.#status < 200) return 0;
    this.#answered = true;
    // RFC 9112 §6.3, rules 1 and 8
    if (asked?.method === 'HEAD' || this.#status === 204 || this.#status === 304) return 0;
    return bodyLengthOf(draft) ?? 'until-close';
  }

  #headSwitch(draft: Draft, asked: Asked | undefined): BodyLength {
    if (!asked?.upgrade) {
      draft.faults.push('a switch that was not asked for (RFC 9110 §15.2.2)');
      return 0;
    }
    if (draft.field('sec-websocket-accept') !== acceptOf(asked.key ?? '')) {
      draft.faults.push('Sec-WebSocket-Accept does not follow from the key (RFC 6455 §4.2.2)');
    }
    this.#answered = true;
    return 'switch';
  }

  #finishResponse(): void {
    if (this.#status < 200 && this.#status !== 101) return;
    const [asked] = this.#asked;
    if (this.#status === 101 && asked?.upgrade) this.#frames = { up: this.#reader('up'), down: this.#reader('down') };
    this.#asked.shift();
    if (!asked?.upgrade) return;
    if (!this.#frames) this.#up.resume();
    this.#settleEarly();
  }

  #reader(direction: Direction): FrameReader {
    return new FrameReader(direction === 'up' ? 'client' : 'gateway', {
      counted: (header, body) => this.#count[direction].add(this.#lane, header, body),
      shown: (draft, kind) => this.#show(direction, draft, kind),
      closing: () => {
        const first = !this.#closing;
        this.#closing = true;
        return first;
      },
    });
  }

  /** What comes before a handshake is answered: HTTP or frames, as the answer will tell. */
  #holdEarly(bytes: Buffer): number {
    this.#early = this.#early ? Buffer.concat([this.#early, bytes]) : Buffer.from(bytes);
    if (this.#early.length > MAX_EARLY_BYTES) {
      this.#asked.push({ ...this.#asked.pop()!, upgrade: false });
      this.#up.resume();
      this.#up.fail('sent before the handshake was answered (RFC 6455 §4.1)');
      this.#settleEarly();
    }
    return bytes.length;
  }

  #settleEarly(): void {
    const early = this.#early;
    this.#early = undefined;
    if (!early) return;
    if (this.#frames || !this.#asked.at(-1)?.upgrade) return this.up(early);
    this.#count.up.add(this.#lane, early.length, 0);
    this.#count.up.flush();
  }

  #show(direction: Direction, draft: Draft, kind: Kind, waitedMs?: number): void {
    const { header, body, title, fields, faults } = draft;
    this.listener.shown({
      at: this.now(),
      lane: direction === 'down' ? this.lane : this.#lane,
      direction,
      kind,
      header,
      body,
      title,
      fields,
      get bytes() {
        return draft.bytes;
      },
      get text() {
        return draft.text;
      },
      ...(waitedMs === undefined ? {} : { waitedMs }),
      ...(faults.length === 0 ? {} : { fault: faults.join('; ') }),
    });
  }
}

import { Observable, type SchedulerLike, Subject, Subscription as Timer } from 'rxjs';
import {
  badRequest,
  formatCursor,
  type Frame,
  type FrameOf,
  type FrameWriter,
  MAX_SUBSCRIPTIONS,
  type Service,
  type SoleSubscription,
} from '@telewire/protocol';
import type { Journal } from '../journal/journal.js';
import { type EncodedFrame, encodeFrame } from './encoded-frame.js';
import type { Member, TakeTurn } from './member.js';
import type { Turns } from './turns.js';

/** What the hub gives a reader to work with. */
export interface ReaderContext {
  readonly journal: Journal;
  readonly scheduler: SchedulerLike;
  readonly heartbeatMs: number;
  /** Writes what the connection hears. */
  readonly writer: FrameWriter;
  readonly turns: Turns;
  /** Makes a member of the group for these terms. @throws ProtocolError */
  join(id: string | undefined, subscription: SoleSubscription, wake: () => void, turn: TakeTurn): Member;
  /** Forgets the reader. */
  closed(reader: Reader): void;
}

// A page that lives for weeks uses many ids; so many of them may not be used again (PROTOCOL R14).
const MAX_REMEMBERED_IDS = 10_000;

// Frames of no subscription that wait for a client which does not ask: its own mistakes must not fill our memory. So many may be
// refused at once (PROTOCOL R19), and more.
const MAX_WAITING = 1_000;
// What may be read of the journal for one answer, in parts of a turn (hub/turns): enough to fill it, where what there is matches.
const PARTS_OF_AN_ANSWER = 1_024;

/**
 * One connection's view of the journal: a set of subscriptions that is read when the transport asks. It holds no readings,
 * only places; a transport that does not ask costs nothing.
 */
export class Reader {
  readonly #members = new Map<string | undefined, Member>();
  /** Ids that were used before. */
  #ended: Set<string> | undefined;
  readonly #woken = new Subject<void>();
  /** When there may be something to take. */
  readonly woken = this.#woken.asObservable();
  /** What takes frames for the transport of a stream; called bare, as it is for each frame and client. */
  #pump: (() => void) | undefined;
  readonly #wake = () => {
    this.#pump?.();
    if (this.#woken.observed) this.#woken.next();
  };
  readonly #turnCame = () => {
    for (const member of this.#members.values()) member.undefer();
    this.#wake();
  };
  /** A stream reads in turns; an answer is given in one go. */
  readonly #mayRead = (parts: number) =>
    this.#streaming ? this.context.turns.take(parts, this.#turnCame) : (this.#budget -= parts) >= 0;
  #budget = PARTS_OF_AN_ANSWER;
  /** The members as they take turns; made anew when one comes or goes. */
  #order: readonly Member[] | undefined;
  #turn = -1;
  #waiting: EncodedFrame[] = [];
  #bye: EncodedFrame | undefined;
  #leaving = false;
  #closed = false;
  /** Frames that the transport waits for. */
  #wanted = 0;
  #streaming = false;
  /** The transport has asked for a frame since the last tick. */
  #asked = false;

  constructor(private readonly context: ReaderContext) {}

  /**
   * Adds a subscription; its frames carry `id` unless it is undefined.
   * @throws ProtocolError when it cannot be taken; the others are unharmed
   */
  subscribe(id: string | undefined, subscription: SoleSubscription): void {
    // Messages may still come in while the connection closes; a member that joined now would never leave.
    if (this.#closed) return;
    if (this.#members.has(id) || (id !== undefined && this.#ended?.has(id)))
      throw badRequest('repeated-id', 'id: used before on this connection');
    if (this.#members.size >= MAX_SUBSCRIPTIONS) {
      throw badRequest('too-many-subscriptions', `a connection holds at most ${MAX_SUBSCRIPTIONS} subscriptions`);
    }
    const member = this.context.join(id, subscription, this.#wake, this.#mayRead);
    this.#members.set(id, member);
    this.#order = undefined;
    this.#wake();
  }

  /**
   * Gives a subscription another contract, from where it stands (PROTOCOL R25).
   * @throws ProtocolError when there is none with this id, or it cannot be taken; the old contract goes on then
   */
  change(id: string, terms: Omit<SoleSubscription, 'after'>): void {
    if (this.#closed) return;
    const old = this.#members.get(id);
    if (!old) throw badRequest('unknown-id', 'id: no subscription of this connection');
    const member = this.context.join(id, { ...terms, after: old.resumeFrom }, this.#wake, this.#mayRead);
    this.unsubscribe(id);
    this.#members.set(id, member);
    this.#order = undefined;
    this.#wake();
  }

  /** Numbers of the series that its subscriptions match. */
  get series(): Set<number> {
    return new Set([...this.#members.values()].flatMap((member) => member.series));
  }

  /** How each subscription is served that gets less than it asked for. */
  get degraded(): Service[] {
    return [...this.#members.values()].filter((each) => each.isDegraded).map(({ service }) => service);
  }

  /** Judges the client by each of its subscriptions; due once in each `LADDER_TICK_MS`. */
  tick(): void {
    // A poll is never slow: it takes what there is when it comes.
    if (!this.#streaming) return;
    const asking = this.#asked || this.#wanted > 0;
    this.#asked = false;
    let changed = false;
    for (const member of this.#members.values()) changed = member.tick(asking) || changed;
    if (changed) this.#wake();
  }

  /** Ends a subscription. An unknown id is no error: it may have ended by itself. */
  unsubscribe(id: string): void {
    const member = this.#members.get(id);
    if (!member) return;
    member.close();
    this.#members.delete(id);
    this.#order = undefined;
    const ended = (this.#ended ??= new Set()).add(id);
    const [oldest] = ended;
    if (ended.size > MAX_REMEMBERED_IDS) ended.delete(oldest!);
  }

  /**
   * Sends a frame that belongs to no subscription's order: `hello`, an `error`.
   * @throws ProtocolError when the client reads too little of what it is told
   */
  say(frame: Frame): void {
    if (this.#waiting.length >= MAX_WAITING) throw badRequest('too-many-errors', 'reads none of its errors');
    this.#waiting.push(encodeFrame(this.context.writer, frame));
    this.#wake();
  }

  /** The next frame, of the subscriptions in turn; `undefined` when all are up to date. */
  take(): EncodedFrame | undefined {
    if (this.#waiting.length > 0) return this.#waiting.shift();
    const order = (this.#order ??= [...this.#members.values()]);
    for (let left = order.length; left > 0; left--) {
      this.#turn = (this.#turn + 1) % order.length;
      const frame = order[this.#turn]!.take();
      if (frame) return frame;
    }
    // What is owed goes before.
    return this.#bye === undefined || order.some(({ deferred }) => deferred) ? undefined : this.#bye;
  }

  /** True when no more may be read of the journal for this answer, whatever else there is. */
  get exhausted(): boolean {
    return this.#budget < 0;
  }

  /** True while a subscription owes frames that come before its first readings; a heartbeat has no cursor for it yet. */
  get starting(): boolean {
    return [...this.#members.values()].some((member) => !member.started);
  }

  /**
   * Where every subscription that has started stands, and the journal's head (PROTOCOL R7, R15).
   * @param nextAt for the answer to a poll (PROTOCOL R28)
   */
  heartbeat(nextAt?: number): EncodedFrame {
    const { journal, scheduler } = this.context;
    const started = [...this.#members.values()].filter((member) => member.started);
    const sole = started.find(({ id }) => id === undefined);
    const cursors = Object.fromEntries(started.flatMap(({ id, cursor }) => (id === undefined ? [] : [[id, cursor]])));
    const frame: FrameOf<'heartbeat'> = {
      type: 'heartbeat',
      at: scheduler.now(),
      head: formatCursor({ epoch: journal.epoch, seq: journal.head }),
      ...(sole ? { cursor: sole.cursor } : {}),
      ...(Object.keys(cursors).length > 0 ? { cursors } : {}),
      ...(nextAt === undefined ? {} : { nextAt }),
    };
    return encodeFrame(this.context.writer, frame, sole?.cursor);
  }

  /**
   * One frame for each demand, as soon as there is one, and a heartbeat when there is none for `heartbeatMs`. Completes
   * after `bye`. Unsubscribing closes the reader.
   */
  frames(demand: Observable<void>): Observable<EncodedFrame> {
    return new Observable((subscriber) => {
      this.#streaming = true;
      let pumping = false;
      const { scheduler, heartbeatMs } = this.context;
      let timer: Timer | undefined;
      let emittedAt = scheduler.now();
      const beatIfQuiet = () => {
        const quietMs = scheduler.now() - emittedAt;
        // A clock that was set back does not tell how long it has been quiet; one heartbeat too many is harmless.
        if (this.#wanted > 0 && (quietMs >= heartbeatMs || quietMs < 0)) emit(this.heartbeat());
      };
      // One timer a connection, moved only when it fires: a busy stream does not touch it.
      const rest = (ms: number) => {
        timer = scheduler.schedule(() => {
          beatIfQuiet();
          const leftMs = heartbeatMs - (scheduler.now() - emittedAt);
          // Nothing left: the transport does not ask, and is given a beat when it does.
          if (!subscriber.closed) rest(leftMs > 0 ? Math.min(leftMs, heartbeatMs) : heartbeatMs);
        }, ms);
      };
      const emit = (frame: EncodedFrame) => {
        this.#wanted--;
        emittedAt = scheduler.now();
        subscriber.next(frame);
        if (frame === this.#bye) subscriber.complete();
      };
      const pump = () => {
        if (pumping) return;
        pumping = true;
        if (this.#leaving && this.#bye) emit(this.#bye);
        while (this.#wanted > 0 && !subscriber.closed) {
          const frame = this.take();
          if (!frame) break;
          emit(frame);
        }
        pumping = false;
      };
      rest(heartbeatMs);
      const demands = demand.subscribe(() => {
        this.#wanted++;
        this.#asked = true;
        pump();
        beatIfQuiet();
      });
      this.#pump = pump;
      return () => {
        timer?.unsubscribe();
        demands.unsubscribe();
        this.#pump = undefined;
        this.close();
      };
    });
  }

  /** Ends the stream with a last frame, once what is owed has been taken. */
  end(bye: Frame): void {
    this.#bye = encodeFrame(this.context.writer, bye);
    this.#wake();
  }

  /** Says goodbye now, whatever is owed and whether or not the transport asks; there will be no later. */
  leave(): void {
    this.#leaving = true;
    this.#wake();
  }

  /** Frees every subscription. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const member of this.#members.values()) member.close();
    this.#members.clear();
    this.#order = undefined;
    this.context.closed(this);
  }
}

import { Observable, type SchedulerLike, Subject, type Subscriber, type Subscription as Timer } from 'rxjs';
import {
  badRequest,
  formatCursor,
  type Frame,
  type FrameOf,
  type FrameWriter,
  LADDER_TICK_MS,
  MAX_SUBSCRIPTIONS,
  type Service,
  type SoleSubscription,
} from '@telewire/protocol';
import type { Journal } from '../journal/journal.js';
import { type EncodedFrame, encodeFrame } from './encoded-frame.js';
import type { Group } from './group.js';
import type { Member, MemberOwner } from './member.js';
import type { Turns } from './turns.js';

/** What the hub gives all readers to work with. */
export interface ReaderContext {
  readonly journal: Journal;
  readonly scheduler: SchedulerLike;
  readonly heartbeatMs: number;
  readonly turns: Turns;
  /** Makes a member of the group for these terms. @throws ProtocolError */
  join(owner: MemberOwner, id: string | undefined, subscription: SoleSubscription): Member;
  /** A member of this group has been closed. */
  left(group: Group): void;
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
 * only places; a transport that does not ask costs nothing. There are as many as connections: what it does is in methods, for
 * functions of its own and timers would cost each of them more memory than all that it knows.
 */
export class Reader implements MemberOwner {
  readonly #members = new Map<string | undefined, Member>();
  /** Ids that were used before. */
  #ended: Set<string> | undefined;
  /** Of a reader that is polled. */
  #woken: Subject<void> | undefined;
  /** Who takes the frames of a stream. */
  #taker: Subscriber<EncodedFrame> | undefined;
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
  #pumping = false;
  #emittedAt = 0;
  /** Runs while a heartbeat is about to be due. */
  #beat: Timer | undefined;

  /** @param writer writes what the connection hears */
  constructor(
    private readonly context: ReaderContext,
    readonly writer: FrameWriter,
  ) {}

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
    const member = this.context.join(this, id, subscription);
    this.#members.set(id, member);
    this.#order = undefined;
    this.wake();
  }

  /**
   * Gives a subscription another contract, from where it stands (PROTOCOL R25).
   * @throws ProtocolError when there is none with this id, or it cannot be taken; the old contract goes on then
   */
  change(id: string, terms: Omit<SoleSubscription, 'after'>): void {
    if (this.#closed) return;
    const old = this.#members.get(id);
    if (!old) throw badRequest('unknown-id', 'id: no subscription of this connection');
    const member = this.context.join(this, id, { ...terms, after: old.resumeFrom });
    this.unsubscribe(id);
    this.#members.set(id, member);
    this.#order = undefined;
    this.wake();
  }

  /** When there may be something to take. */
  get woken(): Observable<void> {
    return (this.#woken ??= new Subject());
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
    if (changed) this.wake();
    this.#mindSilence();
  }

  /** There may be something to take. Called for each frame and client. */
  wake(): void {
    if (this.#taker) this.#pump(this.#taker);
    this.#woken?.next();
  }

  /** True when so much may be read of the journal: a stream reads in turns, an answer is given in one go. */
  mayRead(parts: number): boolean {
    return this.#streaming ? this.context.turns.take(parts, this) : (this.#budget -= parts) >= 0;
  }

  /** The turn has come that it had to wait for. */
  turnCame(): void {
    for (const member of this.#members.values()) member.undefer();
    this.wake();
  }

  /** Ends a subscription. An unknown id is no error: it may have ended by itself. */
  unsubscribe(id: string): void {
    const member = this.#members.get(id);
    if (!member) return;
    this.#close(member);
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
    this.#waiting.push(encodeFrame(this.writer, frame));
    this.wake();
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
    return encodeFrame(this.writer, frame, sole?.cursor);
  }

  /**
   * One frame for each demand, as soon as there is one, and a heartbeat when there is none for `heartbeatMs`. Completes
   * after `bye`. Unsubscribing closes the reader.
   */
  frames(demand: Observable<void>): Observable<EncodedFrame> {
    return new Observable((taker) => {
      this.#streaming = true;
      this.#emittedAt = this.context.scheduler.now();
      this.#taker = taker;
      const demands = demand.subscribe(() => {
        this.#wanted++;
        this.#asked = true;
        this.#pump(taker);
        this.#mindSilence();
      });
      return () => {
        this.#beat?.unsubscribe();
        demands.unsubscribe();
        this.#taker = undefined;
        this.close();
      };
    });
  }

  #pump(taker: Subscriber<EncodedFrame>): void {
    if (this.#pumping) return;
    this.#pumping = true;
    if (this.#leaving && this.#bye) this.#emit(taker, this.#bye);
    while (this.#wanted > 0 && !taker.closed) {
      const frame = this.take();
      if (!frame) break;
      this.#emit(taker, frame);
    }
    this.#pumping = false;
  }

  #emit(taker: Subscriber<EncodedFrame>, frame: EncodedFrame): void {
    this.#wanted--;
    this.#emittedAt = this.context.scheduler.now();
    taker.next(frame);
    if (frame === this.#bye) taker.complete();
  }

  /**
   * Sends a heartbeat that is due, and sets a timer for one that will be before the next tick. A stream that is busy, or not asked
   * for, has no timer.
   */
  #mindSilence(): void {
    if (!this.#taker || this.#wanted === 0) return;
    const { scheduler, heartbeatMs } = this.context;
    const quietMs = scheduler.now() - this.#emittedAt;
    // A clock that was set back does not tell how long it has been quiet; one heartbeat too many is harmless.
    if (quietMs >= heartbeatMs || quietMs < 0) {
      this.#emit(this.#taker, this.heartbeat());
      return this.#mindSilence();
    }
    const leftMs = heartbeatMs - quietMs;
    if (leftMs > LADDER_TICK_MS) return;
    this.#beat ??= scheduler.schedule(() => {
      this.#beat = undefined;
      this.#mindSilence();
    }, leftMs);
  }

  /** Ends the stream with a last frame, once what is owed has been taken. */
  end(bye: Frame): void {
    this.#bye = encodeFrame(this.writer, bye);
    this.wake();
  }

  /** Says goodbye now, whatever is owed and whether or not the transport asks; there will be no later. */
  leave(): void {
    this.#leaving = true;
    this.wake();
  }

  /** Frees every subscription. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const member of this.#members.values()) this.#close(member);
    this.#members.clear();
    this.#order = undefined;
    this.context.closed(this);
  }

  #close(member: Member): void {
    member.close();
    this.context.left(member.group);
  }
}

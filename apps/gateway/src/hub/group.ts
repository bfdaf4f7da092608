import { type SchedulerLike, Subscription as Timer } from 'rxjs';
import { formatCursor, type Policy } from '@telewire/protocol';
import type { Journal, JournalEntry } from '../journal/journal.js';
import { type Kind, KINDS, PLAIN } from '../journal/kind.js';
import { BOUNDS, type Bounds, readEvery, readExtremes } from './catch-up.js';
import { rowsOf, SharedFrame } from './encoded-frame.js';
import { Missed, type Shelf } from './missed.js';
import { type Thinning, thinningOf } from './thinning.js';

/** What the members of a group have in common. */
export interface GroupTerms {
  readonly filters: readonly string[];
  readonly policy: Policy;
  readonly maxHz: number;
}

/** Who waits for the frames of a group. */
export interface Waiting {
  /** There is a new frame. */
  wake(): void;
}

/** The same for any order of the same filters, so that equal subscriptions share a group. */
export const keyOf = ({ filters, policy, maxHz }: GroupTerms): string =>
  JSON.stringify([[...new Set(filters)].sort(), policy, maxHz]);

// A subscriber further behind than the kept frames reads the journal instead.
const MAX_KEPT_FRAMES = 64;
// A frame is closed early when it would hold more readings, or columns of waveforms, and when the journal has evicted a reading
// that it holds: a slow pace must not keep in memory what the journal has let go.
const MAX_FRAME_ENTRIES = 20_000;
// A frame may come by so much before its time where the one before was as late: commits come as regularly, but not to the
// millisecond, and a frame that just missed its time would want a timer of its own and make what is in it older.
const EARLY_MS = 5;

/**
 * Everybody who asked for the same: filters, policy and pace. It paces and builds each frame once; members only remember how
 * far they have read.
 */
export class Group {
  /**
   * Time between two frames at the least (but for `EARLY_MS`), and what a column of a waveform covers under `extremes` (PROTOCOL
   * R13, R30).
   */
  readonly intervalMs: number;
  readonly #series: number[] = [];
  readonly #wanted = new Set<number>();
  readonly #members = new Set<Waiting>();
  readonly #frames: SharedFrame[] = [];
  readonly #ordinals = new Map<number, number>();
  readonly #pending: Thinning;
  readonly #missed: Missed;
  #firstPending = 0;
  #position: number;
  #tail = { seq: 0, asOf: {} };
  /** When the next frame may be built. */
  #dueAt = -Infinity;
  #timer: Timer | undefined;

  constructor(
    readonly terms: GroupTerms,
    private readonly journal: Journal,
    private readonly scheduler: SchedulerLike,
    shelf: Shelf,
    /** What one step of its members may read and send to catch up. */
    readonly bounds: Bounds = BOUNDS,
  ) {
    this.intervalMs = 1000 / terms.maxHz;
    this.#pending = thinningOf(terms.policy, this.intervalMs);
    const { policy } = terms;
    const read =
      policy === 'extremes'
        ? readExtremes(journal, this.#wanted, this.intervalMs, this.intervalMs, bounds)
        : readEvery(journal, this.#wanted, bounds);
    this.#missed = new Missed(shelf, read, (seq) => this.#cursorAt(seq));
    this.#position = journal.head;
  }

  /** Numbers of the series that match, in order of appearance; members remember how many of them they announced. */
  get series(): readonly number[] {
    return this.#series;
  }

  /** The same, to ask whether one of them does. */
  get wanted(): ReadonlySet<number> {
    return this.#wanted;
  }

  /** Takes in a series that matches. */
  admit(number: number): void {
    this.#series.push(number);
    this.#wanted.add(number);
  }

  /** Sequence number up to which frames have been built. */
  get position(): number {
    return this.#position;
  }

  /** Sequence number up to which nothing is owed to a member that has taken every frame (PROTOCOL R7). */
  get accountedFor(): number {
    return this.#firstPending === 0 ? this.journal.head : this.#position;
  }

  /** The kinds of values that its members are owed: of a waveform that appears under `latest` none (PROTOCOL R12). */
  get kinds(): readonly Kind[] {
    return this.terms.policy === 'latest' ? PLAIN : KINDS;
  }

  /** Sequence number after which the journal still holds all that its members may be owed. */
  get tail(): number {
    const { tails } = this.journal;
    // Asked with each commit, while an eviction is rare; a series joins before anybody asks about the commit that brings it.
    if (this.#tail.asOf !== tails) this.#tail = { seq: this.journal.tailOf(this.series, this.kinds), asOf: tails };
    return this.#tail.seq;
  }

  /** True when nobody listens. */
  get idle(): boolean {
    return this.#members.size === 0;
  }

  /** Wakes `member` after each new frame, until it leaves. */
  join(member: Waiting): void {
    // While nobody listened nothing was kept; whoever joins reads from the journal what came before.
    if (this.idle) this.#position = this.journal.head;
    this.#members.add(member);
  }

  /** Wakes `member` no more. */
  leave(member: Waiting): void {
    this.#members.delete(member);
    if (this.idle) this.#rest();
  }

  /** Takes in an entry that matches. */
  accept(entry: JournalEntry): void {
    if (this.idle) return;
    if (this.#firstPending === 0) this.#firstPending = entry.seq;
    this.#pending.add(entry);
  }

  /** Builds a frame from what is pending, now or when the pace allows. */
  flush(): void {
    if (this.#firstPending === 0) return;
    const dueInMs = this.#dueAt - this.scheduler.now();
    if (dueInMs <= 0 || this.#pinsEvicted()) return this.#build();
    // A clock that is set back must not hold readings for longer than the pace.
    this.#timer ??= this.scheduler.schedule(() => this.#build(), Math.min(dueInMs, this.intervalMs));
  }

  /** Builds a frame from what is pending, whatever the pace: there will be no later. */
  hurry(): void {
    if (this.#firstPending !== 0) this.#build();
  }

  /** The shared frame that a member at `seq` takes next, while it is kept. */
  frameAfter(seq: number): SharedFrame | undefined {
    const frames = this.#frames;
    if (frames.length === 0 || seq < frames[0]!.fromSeq) return undefined;
    for (let i = frames.length - 1; i >= 0; i--) {
      const frame = frames[i]!;
      if (frame.fromSeq <= seq) return seq < frame.firstSeq ? frame : undefined;
    }
    return undefined;
  }

  /** The frame that a member takes next which has missed what comes after `seq`, where another has had it read lately. */
  missedAfter(seq: number): SharedFrame | undefined {
    return this.#missed.after(seq, ({ toSeq }) => toSeq === this.#position || this.frameAfter(toSeq) !== undefined);
  }

  /**
   * Reads in the journal what comes after `seq`, as much as one step may.
   * @returns the frame, where anything matches, and how far it was read
   */
  readMissed(seq: number): { readonly frame?: SharedFrame; readonly toSeq: number } {
    return this.#missed.next(seq, this.#position);
  }

  /** Stops the pace timer. */
  close(): void {
    this.#members.clear();
    this.#rest();
  }

  #rest(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    this.#pending.take();
    this.#firstPending = 0;
    this.#frames.length = 0;
    this.#ordinals.clear();
  }

  #pinsEvicted(): boolean {
    const { piled, pins } = this.#pending;
    return piled >= MAX_FRAME_ENTRIES || (pins && this.#firstPending <= this.tail);
  }

  #build(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    const entries = this.#pending.take();
    const from = this.#position;
    const to = this.journal.head;
    const rows = rowsOf(entries, this.#ordinals);
    this.#frames.push(
      new SharedFrame(this.#cursorAt(from), from, this.#cursorAt(to), to, entries, this.#firstPending, rows),
    );
    // The newest is kept in any case: whoever is up to date takes it.
    while (this.#frames.length > MAX_KEPT_FRAMES || this.#frames[0]!.toSeq <= this.tail) this.#frames.shift();
    this.#firstPending = 0;
    this.#position = to;
    this.#dueAt = this.#dueAfter(this.scheduler.now());
    for (const member of this.#members) member.wake();
  }

  /** When the next frame may be built after one at `now`. */
  #dueAfter(now: number): number {
    const lateMs = now - this.#dueAt;
    // After a rest it was not late, and before its time (or with a clock that is set back) neither.
    const earlyMs = lateMs > 0 && lateMs < this.intervalMs ? Math.min(lateMs, EARLY_MS) : 0;
    return now + this.intervalMs - earlyMs;
  }

  #cursorAt(seq: number): string {
    return formatCursor({ epoch: this.journal.epoch, seq });
  }
}

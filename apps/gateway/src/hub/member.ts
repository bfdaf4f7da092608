import {
  EARLIEST,
  formatCursor,
  type Frame,
  type FrameWriter,
  parseCursor,
  type Row,
  type Service,
  type SoleSubscription,
} from '@telewire/protocol';
import type { Journal, JournalEntry } from '../journal/journal.js';
import { type Kind, PLAIN } from '../journal/kind.js';
import { costOf, countOfFrame, readExtremes, SENDING, type Stretch } from './catch-up.js';
import { type EncodedFrame, encodeFrame, type RowEntry, rowsOf, type SharedFrame } from './encoded-frame.js';
import type { Group } from './group.js';
import { Serving } from './serving.js';

// A column of a waveform that is thinned as its client is slow: shorter ones would thin too little.
const SLOW_COLUMN_MS = 250;

/** The connection that a member belongs to. */
export interface MemberOwner {
  /** Writes what the connection hears. */
  readonly writer: FrameWriter;
  /** There may be something to take. */
  wake(): void;
  /** True when a member may read the journal now, at the cost of so many parts of a turn; otherwise it is woken when it may. */
  mayRead(parts: number): boolean;
}

/** One subscription of one reader: a place in the journal, and what its client has been told so far. */
export class Member {
  readonly #first: EncodedFrame[] = [];
  readonly #serving: Serving;
  #deferred = false;
  /** What was thinned for this one alone and is still to be taken, and up to where it reaches. */
  #thinned: { readonly entries: readonly RowEntry[]; readonly toSeq: number } | undefined;
  #position: number;
  #announced = 0;
  #explicit = false;
  /** Where the frames lead on from that come before the first readings, or after a gap. */
  #owedFrom: string | undefined;

  /**
   * @param asked from where, and what becomes of a client that cannot keep up
   * @throws ProtocolError when `after` is not a cursor
   */
  constructor(
    private readonly owner: MemberOwner,
    readonly id: string | undefined,
    { after, onSlow }: Pick<SoleSubscription, 'after' | 'onSlow'>,
    readonly group: Group,
    private readonly journal: Journal,
  ) {
    const place =
      after === undefined
        ? { seq: journal.head }
        : after === EARLIEST
          ? { seq: group.tail }
          : journal.locate(parseCursor(after), group.tail);
    this.#position = place.seq;
    this.#serving = new Serving(group.terms.policy, onSlow);
    this.#owedFrom = after;
    this.#first.push(this.#encode({ type: 'subscribed', cursor: after && after !== EARLIEST ? after : this.cursor }));
    if ('gap' in place) this.#gap(after!, place.gap);
    else if (after === undefined) this.#snapshot('head');
    else if (after === EARLIEST) this.#snapshot(group.tail);
    else this.#explicit = true;
    group.join(this);
  }

  /** The position accounted for, as a cursor (PROTOCOL R7). */
  get cursor(): string {
    return this.#cursorAt(this.#position);
  }

  /** False while frames that come before its first readings are still to be taken; its cursor passes over them. */
  get started(): boolean {
    return this.#first.length === 0;
  }

  /** Numbers of the series that match. */
  get series(): readonly number[] {
    return this.group.series;
  }

  /** From where another contract goes on without loss: as it was asked for, until it has started. */
  get resumeFrom(): string | undefined {
    return this.started ? this.cursor : this.#owedFrom;
  }

  /** True while it waits for its turn to read the journal. */
  get deferred(): boolean {
    return this.#deferred;
  }

  /** Its turn has come. */
  undefer(): void {
    this.#deferred = false;
  }

  /** How it is served now. */
  get service(): Service {
    return this.#serving.service;
  }

  /** True while it is served less than it asked for. */
  get isDegraded(): boolean {
    return this.#serving.degraded;
  }

  /**
   * Judges its client, once in each `LADDER_TICK_MS`.
   * @param asking the transport waits for a frame, or has asked for one since
   * @returns true when it is served in another way from now on
   */
  tick(asking: boolean): boolean {
    // What has not started yet holds nothing, and there is nothing to thin.
    if (!this.started) return false;
    if (this.#deferred) return this.#serving.excuse(asking);
    return this.#serving.tick(Math.max(0, this.group.position - this.#position), asking);
  }

  /** The next frame for this subscription; `undefined` when it is up to date, or paused. */
  take(): EncodedFrame | undefined {
    this.#deferred = false;
    const frame = this.#take();
    if (frame) this.#serving.took();
    return frame;
  }

  #take(): EncodedFrame | undefined {
    const first = this.#first[0];
    if (first) {
      // Names go before the first frame that uses them (PROTOCOL R3).
      if (first.type === 'snapshot') {
        const names = this.#names();
        if (names) return names;
      }
      return this.#first.shift();
    }
    const policy = this.#serving.tell();
    if (policy) {
      this.#thinned = undefined;
      // Of what is thinned for this one alone the others' frames do not know the ordinals.
      this.#explicit = true;
      return this.#encode({ type: 'degraded', cursor: this.cursor, policy });
    }
    if (this.service === 'paused') return undefined;
    if (this.#thinned) return this.#own();
    if (this.#position >= this.group.position) {
      this.#serving.caughtUp();
      // Nothing that matches lies between; moving on keeps a quiet subscription inside the journal's reach.
      this.#position = Math.max(this.#position, this.group.accountedFor);
      return undefined;
    }
    const names = this.#names();
    if (names) return names;
    const shared = this.#serving.degraded ? undefined : this.group.frameAfter(this.#position);
    if (!shared) return this.#catchUp();
    this.#position = shared.toSeq;
    return shared.encode(this.owner.writer, this.id, this.#explicit);
  }

  /** There may be something to take. */
  wake(): void {
    this.owner.wake();
  }

  /** Frees what it holds; nothing wakes it any more. */
  close(): void {
    this.group.leave(this);
  }

  #catchUp(): EncodedFrame | undefined {
    while (this.#position < this.group.position) {
      if (this.#position < this.group.tail) {
        const from = this.cursor;
        this.#position = this.group.tail;
        this.#gap(from, 'slow');
        return this.#take();
      }
      const isShared = !this.#serving.degraded && this.service !== 'latest';
      const known = isShared ? this.group.missedAfter(this.#position) : undefined;
      if (
        !this.owner.mayRead(
          known
            ? SENDING
            : costOf(this.group.position - this.#position, !isShared || this.group.terms.policy !== 'every'),
        )
      ) {
        this.#deferred = true;
        return undefined;
      }
      const frame = isShared ? this.#missed(known) : this.#own();
      // Much of the journal may not match.
      if (frame) return frame;
    }
    return undefined;
  }

  /** What all members that are here have missed; moves the position. */
  #missed(known: SharedFrame | undefined): EncodedFrame | undefined {
    const { frame, toSeq } = known ? { frame: known, toSeq: known.toSeq } : this.group.readMissed(this.#position);
    this.#position = toSeq;
    return frame?.encode(this.owner.writer, this.id);
  }

  /** What is thinned for this one alone, in frames that a thin line can bear; moves the position. */
  #own(): EncodedFrame | undefined {
    const from = this.cursor;
    const { entries, toSeq } = this.#thinned ?? (this.service === 'latest' ? this.#newestSince() : this.#extremes());
    const count = countOfFrame(entries, this.group.bounds);
    const rest = entries.slice(count);
    this.#thinned = rest.length > 0 ? { entries: rest, toSeq } : undefined;
    this.#position = rest.length > 0 ? entries[count - 1]!.seq : toSeq;
    if (entries.length === 0) return undefined;
    const rows = rowsOf(entries.slice(0, count), new Map());
    return this.#encode({ type: 'readings', from, to: this.cursor, rows }, this.cursor);
  }

  /** The extremes of the next stretch, of a waveform in columns that are worth it. */
  #extremes(): Stretch {
    const { wanted, intervalMs, position, bounds } = this.group;
    const columnMs = Math.max(intervalMs, SLOW_COLUMN_MS);
    return readExtremes(this.journal, wanted, Infinity, columnMs, bounds)(this.#position, position);
  }

  /** The newest entry of each series since here, up to the head. */
  #newestSince(): Pick<Stretch, 'entries' | 'toSeq'> {
    const entries = this.#latest('head', PLAIN).filter(({ seq }) => seq > this.#position);
    return { entries: entries.sort((a, b) => a.seq - b.seq), toSeq: this.journal.head };
  }

  #gap(from: string, reason: 'slow' | 'evicted' | 'restarted' | 'ahead'): void {
    this.#owedFrom = from;
    // Without a cursor of its own: whoever goes on from between the two would never see the snapshot.
    this.#first.push(this.#encode({ type: 'gap', from, to: this.cursor, reason }));
    this.#snapshot(this.group.tail);
    this.#explicit = false;
  }

  #snapshot(asOf: 'head' | number): void {
    const rows: Row[] = rowsOf(this.#present(asOf), new Map());
    this.#first.push(this.#encode({ type: 'snapshot', to: this.cursor, rows }, this.cursor));
  }

  /** What is shown of each series. Under `every` ordinals go on behind a late one, so that it is shown too (PROTOCOL R31). */
  #present(asOf: 'head' | number): JournalEntry[] {
    const latest = this.#latest(asOf);
    if (this.group.terms.policy !== 'every') return latest;
    const late = this.group.series
      .map((number) => this.journal.newest(number, asOf, this.group.kinds))
      .filter((entry): entry is JournalEntry => entry?.late === true);
    return [...latest, ...late];
  }

  /** The newest on-time entry of each series. */
  #latest(asOf: 'head' | number, kinds: readonly Kind[] = this.group.kinds): JournalEntry[] {
    return this.group.series
      .map((number) => this.journal.latest(number, asOf, kinds))
      .filter((entry): entry is JournalEntry => entry !== undefined);
  }

  #names(): EncodedFrame | undefined {
    const { series } = this.group;
    if (this.#announced === series.length) return undefined;
    const names: Record<string, string> = {};
    for (const number of series.slice(this.#announced)) names[number] = this.journal.nameOf(number);
    this.#announced = series.length;
    return encodeFrame(this.owner.writer, { type: 'series', names });
  }

  #encode(frame: Frame, cursor?: string): EncodedFrame {
    const { type, ...rest } = frame;
    const named = this.id === undefined ? frame : ({ type, id: this.id, ...rest } as Frame);
    return encodeFrame(this.owner.writer, named, cursor);
  }

  #cursorAt(seq: number): string {
    return formatCursor({ epoch: this.journal.epoch, seq });
  }
}

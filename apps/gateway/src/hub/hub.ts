import { interval, type SchedulerLike, Subscription } from 'rxjs';
import { isSamples, matches } from '@telewire/telemetry';
import {
  CODES,
  type Frame,
  type FrameWriter,
  LADDER_TICK_MS,
  PROTOCOL_VERSION,
  ProtocolError,
  type Service,
  type SoleSubscription,
} from '@telewire/protocol';
import type { Journal, JournalEntry } from '../journal/journal.js';
import type { Bounds } from './catch-up.js';
import { FilterIndex } from './filter-index.js';
import { Group, type GroupTerms, keyOf } from './group.js';
import { Member, type MemberOwner } from './member.js';
import { Shelf } from './missed.js';
import { Reader, type ReaderContext } from './reader.js';
import { Turns } from './turns.js';

/** What a {@link Hub} is told besides the journal. */
export interface HubOptions {
  readonly heartbeatMs: number;
  /** Clients that lose the gateway spread their return over this time. */
  readonly reconnectSpreadMs: number;
  /** A series of waveform blocks that one of these filters selects, if there is any. */
  readonly waveformAmong: (filters: readonly string[]) => string | undefined;
  /** What one step of catching up may read and send, where that is not what a gateway has. */
  readonly bounds?: Bounds;
}

// How long a group outlives its last member: a long-poll is between two requests for a moment.
const LINGER_MS = 10_000;
// A client that asks for something else each time must not fill the index.
const MAX_LINGERING = 256;

/** Who wants what: groups subscribers that ask for the same, and builds each of their frames once. */
export class Hub {
  readonly #groups = new Map<string, Group>();
  readonly #byFilter = new FilterIndex<Group>();
  // For each series number the groups that want it.
  readonly #interested: Group[][] = [];
  readonly #readers = new Set<Reader>();
  readonly #lingering = new Map<Group, Subscription>();
  readonly #commits: Subscription;
  readonly #turns: Turns;
  /** One for all readers. */
  readonly #context: ReaderContext;
  readonly #shelf = new Shelf();
  /** Runs while there are readers. */
  #ticks: Subscription | undefined;
  #stopping = false;

  constructor(
    private readonly journal: Journal,
    private readonly scheduler: SchedulerLike,
    private readonly options: HubOptions,
  ) {
    this.#index();
    this.#turns = new Turns(scheduler);
    this.#context = {
      journal,
      scheduler,
      heartbeatMs: options.heartbeatMs,
      turns: this.#turns,
      join: (owner, id, subscription) => this.#join(owner, id, subscription),
      left: (group) => this.#lingerOn(group),
      closed: (reader) => this.#closed(reader),
    };
    this.#commits = journal.committed.subscribe((entries) => this.#distribute(entries));
  }

  /** Readers that are open. */
  get readerCount(): number {
    return this.#readers.size;
  }

  /** Groups of equal subscriptions. */
  get groupCount(): number {
    return this.#groups.size;
  }

  /** Subscriptions that are served less than they asked for, by what they get (PROTOCOL R32). */
  get degraded(): ReadonlyMap<Service, number> {
    const counts = new Map<Service, number>();
    for (const reader of this.#readers)
      for (const service of reader.degraded) counts.set(service, (counts.get(service) ?? 0) + 1);
    return counts;
  }

  /**
   * Opens a reader for a connection; `frames()` or `close()` must follow. While the gateway stops all it has to say is
   * `bye`.
   * @param writer how the connection's frames are written
   */
  open(writer: FrameWriter): Reader {
    const reader = new Reader(this.#context, writer);
    this.#readers.add(reader);
    this.#ticks ??= interval(LADDER_TICK_MS, this.scheduler).subscribe(() => this.#tick());
    if (this.#stopping) reader.end(this.#bye());
    return reader;
  }

  /** The first frame of every stream. */
  hello(): Frame {
    const { heartbeatMs, reconnectSpreadMs } = this.options;
    return { type: 'hello', protocol: PROTOCOL_VERSION, at: this.scheduler.now(), heartbeatMs, reconnectSpreadMs };
  }

  /** Sends `bye` to every reader; their streams complete once they have taken it. */
  stop(): void {
    this.#stopping = true;
    for (const group of this.#groups.values()) group.hurry();
    const bye = this.#bye();
    for (const reader of this.#readers) reader.end(bye);
  }

  /** Says goodbye to every reader that is left, whatever it is owed: it will ask for that elsewhere. */
  leave(): void {
    for (const reader of [...this.#readers]) reader.leave();
  }

  /** Frees everything; what is still open is dropped. */
  close(): void {
    this.#commits.unsubscribe();
    this.#turns.close();
    for (const reader of [...this.#readers]) reader.close();
    for (const timer of this.#lingering.values()) timer.unsubscribe();
    this.#lingering.clear();
    for (const group of this.#groups.values()) group.close();
    this.#groups.clear();
  }

  #bye(): Frame {
    return { type: 'bye', reason: 'stopping', retryAfterMs: this.options.reconnectSpreadMs };
  }

  #join(owner: MemberOwner, id: string | undefined, { after, onSlow, ...terms }: SoleSubscription): Member {
    const waveform = terms.policy === 'latest' ? this.options.waveformAmong(terms.filters) : undefined;
    if (waveform !== undefined) {
      throw new ProtocolError(
        CODES.unsupported,
        'latest-of-samples',
        `latest of a waveform is not to be had: ${waveform}; ask for every or extremes, or filter it out`,
      );
    }
    const group = this.#group(terms);
    try {
      return new Member(owner, id, { after, onSlow }, group, this.journal);
    } catch (error) {
      this.#lingerOn(group);
      throw error;
    }
  }

  #group(terms: GroupTerms): Group {
    const key = keyOf(terms);
    const known = this.#groups.get(key);
    if (known) return known;
    this.#index();
    const group = new Group(terms, this.journal, this.scheduler, this.#shelf, this.options.bounds);
    this.#groups.set(key, group);
    for (const filter of terms.filters) this.#byFilter.add(filter, group);
    for (let number = 1; number <= this.journal.seriesCount; number++) {
      const name = this.journal.nameOf(number);
      if (terms.filters.some((filter) => matches(filter, name))) this.#admit(group, number);
    }
    return group;
  }

  #admit(group: Group, number: number): void {
    group.admit(number);
    (this.#interested[number] ??= []).push(group);
  }

  /** Finds the groups of series that are new to the index. */
  #index(): void {
    for (let number = Math.max(1, this.#interested.length); number <= this.journal.seriesCount; number++) {
      this.#interested[number] = [];
      for (const group of this.#byFilter.match(this.journal.nameOf(number))) this.#admit(group, number);
    }
  }

  #distribute(entries: readonly JournalEntry[]): void {
    this.#index();
    const touched = new Set<Group>();
    for (const entry of entries) {
      for (const group of this.#interested[entry.number]!) {
        // A policy that thins leaves out what is late (PROTOCOL R31), and latest a waveform that appears later on: it would
        // have been refused.
        const { policy } = group.terms;
        if (policy !== 'every' && (entry.late || (policy === 'latest' && isSamples(entry.value)))) continue;
        group.accept(entry);
        touched.add(group);
      }
    }
    for (const group of touched) group.flush();
  }

  #closed(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#ticks?.unsubscribe();
    this.#ticks = undefined;
    this.#shelf.clear();
  }

  #tick(): void {
    for (const reader of this.#readers) reader.tick();
    this.#shelf.tick();
  }

  #lingerOn(group: Group): void {
    if (!group.idle) return;
    this.#lingering.get(group)?.unsubscribe();
    this.#lingering.delete(group);
    const timer = this.scheduler.schedule(() => this.#remove(group), LINGER_MS);
    this.#lingering.set(group, timer);
    const [oldest] = this.#lingering.keys();
    if (this.#lingering.size > MAX_LINGERING) this.#remove(oldest!);
  }

  #remove(group: Group): void {
    this.#lingering.get(group)?.unsubscribe();
    this.#lingering.delete(group);
    if (!group.idle) return;
    const key = keyOf(group.terms);
    if (this.#groups.get(key) !== group) return;
    group.close();
    this.#groups.delete(key);
    for (const filter of group.terms.filters) this.#byFilter.delete(filter, group);
    for (const number of group.series) {
      const groups = this.#interested[number]!;
      groups.splice(groups.indexOf(group), 1);
    }
  }
}

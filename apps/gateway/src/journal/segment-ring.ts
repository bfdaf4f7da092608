import type { JournalEntry } from './journal.js';

interface Segment {
  readonly entries: JournalEntry[];
  bytes: number;
}

/** When a segment of a {@link SegmentRing} is closed: the oldest is evicted whole. */
export interface SegmentBounds {
  readonly entries: number;
  readonly bytes: number;
}

/** Whether an entry counts that was late. */
export type Among = 'all' | 'onTime';

/** By series number the newest entry, and the newest that was not late. */
class Newest {
  readonly all: JournalEntry[] = [];
  readonly onTime: JournalEntry[] = [];

  put(entry: JournalEntry): void {
    this.all[entry.number] = entry;
    if (!entry.late) this.onTime[entry.number] = entry;
  }
}

/** The entries of one kind, in order, in segments of which the oldest is evicted. Between them lie those of other kinds. */
export class SegmentRing {
  readonly #segments: Segment[] = [];
  // Of all entries, of those that were evicted, and of those up to where all kinds were passed.
  readonly #newest = new Newest();
  readonly #evicted = new Newest();
  readonly #passed = new Newest();
  #passedTo = 0;
  #tail = 0;
  #count = 0;
  #bytes = 0;

  constructor(private readonly bounds: SegmentBounds) {}

  /** Sequence number of the newest entry that has been evicted; 0 when none has. */
  get tail(): number {
    return this.#tail;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when there is a segment before the newest, which may be open. */
  get hasClosed(): boolean {
    return this.#segments.length > 1;
  }

  /** The newest entry of the oldest segment. */
  get nextTail(): JournalEntry | undefined {
    return this.#segments[0]?.entries.at(-1);
  }

  /** The newest entry of each series that has been evicted. */
  get evicted(): readonly JournalEntry[] {
    // Without the places of series that have none.
    return Object.values(this.#evicted.all);
  }

  /** True when an entry of the series has been evicted. */
  hasEvicted(number: number): boolean {
    return this.#evicted.all[number] !== undefined;
  }

  /** Begins behind entries that were evicted before, the newest of each series. */
  beginBehind(evicted: readonly JournalEntry[]): void {
    for (const entry of evicted) {
      for (const newest of [this.#newest, this.#evicted, this.#passed]) newest.put(entry);
      this.#tail = Math.max(this.#tail, entry.seq);
    }
  }

  add(entry: JournalEntry, bytes: number): void {
    this.#newest.put(entry);
    if (entry.seq <= this.#passedTo) this.#passed.put(entry);
    let segment = this.#segments.at(-1);
    if (segment === undefined || this.#isFull(segment)) {
      segment = { entries: [], bytes: 0 };
      this.#segments.push(segment);
    }
    segment.entries.push(entry);
    segment.bytes += bytes;
    this.#bytes += bytes;
    this.#count++;
  }

  /** Remembers how the series stood at `seq`, up to which something is about to be evicted, of this kind or another. */
  passTo(seq: number): void {
    const entries = this.after(this.#passedTo);
    for (let entry = entries.next(); entry !== undefined && entry.seq <= seq; entry = entries.next())
      this.#passed.put(entry);
    this.#passedTo = seq;
  }

  /** Evicts the oldest segment. */
  evictOldest(): void {
    const segment = this.#segments.shift()!;
    for (const entry of segment.entries) this.#evicted.put(entry);
    this.#tail = segment.entries.at(-1)!.seq;
    this.#bytes -= segment.bytes;
    this.#count -= segment.entries.length;
  }

  /** The newest entry of a series: of all, or up to `asOf`, which is the tail of this or of another kind. */
  newest(number: number, asOf: 'head' | number, among: Among): JournalEntry | undefined {
    if (asOf === 'head') return this.#newest[among][number];
    if (asOf >= this.#passedTo) return this.#passed[among][number];
    const evicted = this.#evicted[among][number];
    return evicted !== undefined && evicted.seq <= asOf ? evicted : undefined;
  }

  /** The entry with this sequence number. */
  entry(seq: number): JournalEntry | undefined {
    const entry = this.after(seq - 1).next();
    return entry?.seq === seq ? entry : undefined;
  }

  /** The entries after `seq`, in order; to be read before anything else is done. */
  after(seq: number): SegmentReader {
    // The first segment that ends behind `seq`, and in it the first entry that does.
    const at = firstWhere(this.#segments, ({ entries }) => entries.at(-1)!.seq > seq);
    return new SegmentReader(
      this.#segments,
      at,
      firstWhere(this.#segments[at]?.entries ?? [], (each) => each.seq > seq),
    );
  }

  #isFull({ entries, bytes }: Segment): boolean {
    return entries.length >= this.bounds.entries || bytes >= this.bounds.bytes;
  }
}

/** Reads segments entry by entry. No generator: a reader that is far behind passes by hundreds of thousands in a turn. */
export class SegmentReader {
  constructor(
    private readonly segments: readonly Segment[],
    private at: number,
    private i: number,
  ) {}

  /** The next entry; `undefined` after the last. */
  next(): JournalEntry | undefined {
    const segment = this.segments[this.at];
    if (segment === undefined) return undefined;
    const entry = segment.entries[this.i++];
    if (this.i >= segment.entries.length) {
      this.at++;
      this.i = 0;
    }
    return entry;
  }
}

/** The index of the first item of which it is true, where it is true of all after one; the length when of none. */
function firstWhere<T>(items: readonly T[], isBehind: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBehind(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

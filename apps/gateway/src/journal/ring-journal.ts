import { randomBytes } from 'node:crypto';
import { type Observable, Subject } from 'rxjs';
import { isSamples, type Value } from '@telewire/telemetry';
import type { Position } from '@telewire/protocol';
import type { Journal, JournalEntry, JournalState, Located, ReceivedReading } from './journal.js';

/** Bounds of a {@link RingJournal}. */
export interface RingOptions {
  /** Estimated bytes of heap after which the oldest entries are evicted. */
  readonly maxBytes: number;
  /** How much older than the newest an entry may be, by time of receipt, before it is evicted. */
  readonly maxAgeMs?: number;
  /** The most entries that are evicted together; a smaller number is exact, a larger one cheaper. */
  readonly segmentSize?: number;
}

interface Segment {
  /** Sequence number of its first entry. */
  readonly first: number;
  readonly entries: JournalEntry[];
  bytes: number;
}

// A segment is closed at this part of the bound, so that large entries are evicted in small steps.
const PARTS = 16;
const AGED_STEP = 4;
// An entry object with its numbers and two references, measured on V8 with pointer compression off.
const ENTRY_BYTES = 144;

/** About how many bytes of heap an entry with this value takes. */
export function bytesOf(value: Value): number {
  if (typeof value === 'string') return ENTRY_BYTES + 2 * value.length;
  return isSamples(value) ? ENTRY_BYTES + 64 + 8 * value.values.length : ENTRY_BYTES;
}

/** What readers of every journal read: a ring of segments in memory, bounded by bytes. When an entry enters it is visible. */
export abstract class RingJournal implements Journal {
  readonly epoch: string;
  readonly #committed = new Subject<readonly JournalEntry[]>();
  readonly committed = this.#committed.asObservable();
  readonly #segmentSize: number;
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #segments: Segment[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #newest: JournalEntry[] = [];
  readonly #newestEvicted: (JournalEntry | undefined)[] = [];
  readonly #notes = new Map<string, string>();
  #head = 0;
  #tail = 0;
  #bytes = 0;

  constructor(options: RingOptions) {
    this.#maxBytes = options.maxBytes;
    this.#maxAgeMs = options.maxAgeMs ?? Infinity;
    this.#segmentSize = options.segmentSize ?? 1024;
    // 8 base-36 digits: 41 random bits, so that two starts do not share a name.
    this.epoch = (randomBytes(6).readUIntBE(0, 6) % 36 ** 8).toString(36).padStart(8, '0');
  }

  abstract readonly state: Observable<JournalState>;
  abstract append(readings: readonly ReceivedReading[]): Promise<void>;
  abstract close(): Promise<void>;

  get head(): number {
    return this.#head;
  }

  get tail(): number {
    return this.#tail;
  }

  get size(): { entries: number; bytes: number } {
    return { entries: this.#head - this.#tail, bytes: this.#bytes };
  }

  get seriesCount(): number {
    return this.#names.length;
  }

  entry(seq: number): JournalEntry | undefined {
    if (seq <= this.#tail || seq > this.#head) return undefined;
    // The last segment that begins at or before `seq`.
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#segments[middle]!.first <= seq) low = middle;
      else high = middle - 1;
    }
    const segment = this.#segments[low]!;
    return segment.entries[seq - segment.first];
  }

  nameOf(number: number): string {
    const name = this.#names[number - 1];
    if (name === undefined) throw new RangeError(`no series has the number ${number}`);
    return name;
  }

  numberOf(series: string): number | undefined {
    return this.#numbers.get(series);
  }

  latest(number: number, asOf: 'head' | 'tail'): JournalEntry | undefined {
    return asOf === 'head' ? this.#newest[number] : this.#newestEvicted[number];
  }

  get notes(): ReadonlyMap<string, string> {
    return this.#notes;
  }

  note(name: string, text: string | undefined): void {
    if (text === undefined) this.#notes.delete(name);
    else this.#notes.set(name, text);
  }

  locate({ epoch, seq }: Position): Located {
    if (epoch !== this.epoch) return { seq: this.#tail, gap: 'restarted' };
    if (seq > this.#head) return { seq: this.#tail, gap: 'ahead' };
    if (seq < this.#tail) return { seq: this.#tail, gap: 'evicted' };
    return { seq };
  }

  /** The entries that these readings become when they are the next to enter; nothing is visible yet. */
  protected numbered(readings: readonly ReceivedReading[]): JournalEntry[] {
    const ordinals = new Map<number, number>();
    const fresh = new Map<string, number>();
    let seq = this.#head;
    return readings.map((reading) => {
      let number = this.#numbers.get(reading.series) ?? fresh.get(reading.series);
      if (number === undefined) {
        number = this.#names.length + fresh.size + 1;
        fresh.set(reading.series, number);
      }
      const n = (ordinals.get(number) ?? this.#newest[number]?.n ?? 0) + 1;
      ordinals.set(number, n);
      return {
        seq: ++seq,
        number,
        n,
        series: reading.series,
        at: reading.at,
        receivedAt: reading.receivedAt,
        value: reading.value,
        quality: reading.quality,
      };
    });
  }

  /** Lets entries in, evicts what is too much, and announces the commit. */
  protected enter(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#add(entry);
    this.#evict();
    this.#committed.next(entries);
  }

  /** Begins not with nothing but behind `tail`, with the series known by then and the newest entry of each up to there. */
  protected beginAt(tail: number, names: readonly string[], newest: readonly JournalEntry[]): void {
    this.#head = tail;
    this.#tail = tail;
    for (const name of names) this.#name(name);
    for (const entry of newest) this.#newest[entry.number] = this.#newestEvicted[entry.number] = entry;
  }

  #name(name: string): void {
    this.#numbers.set(name, this.#names.push(name));
  }

  #add(entry: JournalEntry): void {
    if (entry.number > this.#names.length) this.#name(entry.series);
    this.#head = entry.seq;
    this.#newest[entry.number] = entry;
    let segment = this.#segments.at(-1);
    if (segment === undefined || this.#isFull(segment)) {
      segment = { first: entry.seq, entries: [], bytes: 0 };
      this.#segments.push(segment);
    }
    segment.entries.push(entry);
    const bytes = bytesOf(entry.value);
    segment.bytes += bytes;
    this.#bytes += bytes;
  }

  #isFull({ entries, bytes }: Segment): boolean {
    return entries.length >= this.#segmentSize || bytes >= this.#maxBytes / PARTS;
  }

  #evict(): void {
    // The newest segment stays, however large its last entry is.
    while (this.#bytes > this.#maxBytes && this.#segments.length > 1) this.#evictOldest();
    // A few with each commit: much may be too old at once, after a pause or a change of the bound.
    for (let step = 0; step < AGED_STEP && this.#isOldestAged(); step++) this.#evictOldest();
  }

  #isOldestAged(): boolean {
    if (this.#segments.length < 2) return false;
    const newest = this.#segments.at(-1)!.entries.at(-1)!;
    return this.#segments[0]!.entries.at(-1)!.receivedAt < newest.receivedAt - this.#maxAgeMs;
  }

  #evictOldest(): void {
    const segment = this.#segments.shift()!;
    for (const entry of segment.entries) this.#newestEvicted[entry.number] = entry;
    this.#tail += segment.entries.length;
    this.#bytes -= segment.bytes;
  }
}

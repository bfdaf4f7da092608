import { randomBytes } from 'node:crypto';
import { type Observable, Subject } from 'rxjs';
import { isSamples, Lateness, type Value } from '@telewire/telemetry';
import type { Position } from '@telewire/protocol';
import type { Journal, JournalEntry, JournalState, Located, ReceivedReading } from './journal.js';
import { type Kind, kindOf, KINDS } from './kind.js';
import { type Among, type SegmentReader, SegmentRing } from './segment-ring.js';

/** Bounds of a {@link RingJournal}. */
export interface RingOptions {
  /** Estimated bytes of heap after which the oldest entries are evicted. */
  readonly maxBytes: number;
  /** How many of these waveforms may take before the oldest of them are evicted; half of them unless it is said. */
  readonly maxWaveformBytes?: number;
  /** How much older than the newest an entry may be, by time of receipt, before it is evicted. */
  readonly maxAgeMs?: number;
  /** The same for waveforms, where they are not to become as old. */
  readonly maxWaveformAgeMs?: number;
  /** The most entries that are evicted together; a smaller number is exact, a larger one cheaper. */
  readonly segmentSize?: number;
}

// A segment is closed at this part of the bound, so that large entries are evicted in small steps.
const PARTS = 16;
const AGED_STEP = 4;
// An entry object with its numbers and two references, measured on V8 with pointer compression off.
const ENTRY_BYTES = 144;

const STRING_BYTES = 24;

/** About how many bytes of heap an entry takes that this reading becomes. */
export function bytesOf({ value, id }: { readonly value: Value; readonly id?: string }): number {
  const bytes = ENTRY_BYTES + (id === undefined ? 0 : STRING_BYTES + 2 * id.length);
  if (typeof value === 'string') return bytes + 2 * value.length;
  return isSamples(value) ? bytes + 64 + 8 * value.values.length : bytes;
}

/**
 * What readers of every journal read: a ring in memory for each kind, bounded by bytes and age. Waveforms have a part of the
 * room; what they leave other values may take. When an entry enters it is visible.
 */
export abstract class RingJournal implements Journal {
  readonly epoch: string;
  readonly #committed = new Subject<readonly JournalEntry[]>();
  readonly committed = this.#committed.asObservable();
  readonly #maxBytes: number;
  readonly #maxWaveformBytes: number;
  readonly #maxAgesMs: Readonly<Record<Kind, number>>;
  readonly #rings: Readonly<Record<Kind, SegmentRing>>;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  // By series number.
  readonly #lateness: Lateness[] = [];
  readonly #notes = new Map<string, string>();
  #head = 0;
  #tails: Readonly<Record<Kind, number>> = { values: 0, waveforms: 0 };

  constructor(options: RingOptions) {
    const { maxBytes, maxWaveformBytes = maxBytes / 2, maxAgeMs = Infinity, segmentSize: entries = 1024 } = options;
    this.#maxBytes = maxBytes;
    this.#maxWaveformBytes = maxWaveformBytes;
    this.#maxAgesMs = { values: maxAgeMs, waveforms: Math.min(maxAgeMs, options.maxWaveformAgeMs ?? Infinity) };
    this.#rings = {
      values: new SegmentRing({ entries, bytes: (maxBytes - maxWaveformBytes) / PARTS }),
      waveforms: new SegmentRing({ entries, bytes: maxWaveformBytes / PARTS }),
    };
    // 8 base-36 digits: 41 random bits, so that two starts do not share a name.
    this.epoch = (randomBytes(6).readUIntBE(0, 6) % 36 ** 8).toString(36).padStart(8, '0');
  }

  abstract readonly state: Observable<JournalState>;
  abstract append(readings: readonly ReceivedReading[]): Promise<void>;
  abstract close(): Promise<void>;

  get head(): number {
    return this.#head;
  }

  get tails(): Readonly<Record<Kind, number>> {
    return this.#tails;
  }

  tailOf(numbers: readonly number[], kinds: readonly Kind[] = KINDS): number {
    const evicted = kinds.filter((kind) => numbers.some((number) => this.#rings[kind].hasEvicted(number)));
    return Math.max(0, ...evicted.map((kind) => this.#tails[kind]));
  }

  sizeOf(kind: Kind): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#rings[kind].count, bytes: this.#rings[kind].bytes };
  }

  get seriesCount(): number {
    return this.#names.length;
  }

  entry(seq: number): JournalEntry | undefined {
    return this.#rings.values.entry(seq) ?? this.#rings.waveforms.entry(seq);
  }

  after(seq: number, upTo = Infinity): Iterable<JournalEntry> {
    return new MergedEntries(this.#rings.values.after(seq), this.#rings.waveforms.after(seq), upTo);
  }

  nameOf(number: number): string {
    const name = this.#names[number - 1];
    if (name === undefined) throw new RangeError(`no series has the number ${number}`);
    return name;
  }

  numberOf(series: string): number | undefined {
    return this.#numbers.get(series);
  }

  latest(number: number, asOf: 'head' | number, kinds: readonly Kind[] = KINDS): JournalEntry | undefined {
    return this.#newest(number, asOf, kinds, 'onTime');
  }

  newest(number: number, asOf: 'head' | number, kinds: readonly Kind[] = KINDS): JournalEntry | undefined {
    return this.#newest(number, asOf, kinds, 'all');
  }

  get notes(): ReadonlyMap<string, string> {
    return this.#notes;
  }

  note(name: string, text: string | undefined): void {
    if (text === undefined) this.#notes.delete(name);
    else this.#notes.set(name, text);
  }

  locate({ epoch, seq }: Position, tail: number): Located {
    if (epoch !== this.epoch) return { seq: tail, gap: 'restarted' };
    if (seq > this.#head) return { seq: tail, gap: 'ahead' };
    if (seq < tail) return { seq: tail, gap: 'evicted' };
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
      const n = (ordinals.get(number) ?? this.newest(number, 'head')?.n ?? 0) + 1;
      ordinals.set(number, n);
      const { series, at, receivedAt, value, quality, id } = reading;
      const entry = { seq: ++seq, number, n, series, at, receivedAt, value, quality };
      return id === undefined ? entry : { ...entry, id };
    });
  }

  /** Lets entries in, evicts what is too much, and announces the commit. */
  protected enter(entries: readonly JournalEntry[]): void {
    const judged = entries.map((entry) => this.#judged(entry));
    for (const entry of judged) this.#add(entry);
    this.#evict(judged.at(-1));
    this.#committed.next(judged);
  }

  /** Begins not with nothing but behind what was evicted, with the series known by then and the newest such entries of each. */
  protected beginBehind(names: readonly string[], evicted: readonly JournalEntry[]): void {
    for (const name of names) this.#name(name);
    // What came before them is not known any more: of each series the first of them is taken to be on time.
    const judged = [...evicted].sort((a, b) => a.seq - b.seq).map((entry) => this.#judged(entry));
    for (const kind of KINDS) this.#rings[kind].beginBehind(judged.filter(({ value }) => kindOf(value) === kind));
    this.#learnTails();
    this.#head = Math.max(this.#tails.values, this.#tails.waveforms);
    for (const kind of KINDS) this.#rings[kind].passTo(this.#head);
  }

  /** Of each kind the newest entry of each series that has been evicted. */
  protected get evicted(): readonly JournalEntry[] {
    return KINDS.flatMap((kind) => this.#rings[kind].evicted);
  }

  #newest(number: number, asOf: 'head' | number, kinds: readonly Kind[], among: Among): JournalEntry | undefined {
    let newest: JournalEntry | undefined;
    for (const kind of kinds) {
      const entry = this.#rings[kind].newest(number, asOf, among);
      if (entry !== undefined && entry.seq > (newest?.seq ?? 0)) newest = entry;
    }
    return newest;
  }

  #judged(entry: JournalEntry): JournalEntry {
    const late = (this.#lateness[entry.number] ??= new Lateness()).judge(entry);
    // A waveform has its place by device time wherever it is drawn, and no present to be kept from.
    return late && !isSamples(entry.value) ? { ...entry, late } : entry;
  }

  #name(name: string): void {
    this.#numbers.set(name, this.#names.push(name));
  }

  #add(entry: JournalEntry): void {
    if (entry.number > this.#names.length) this.#name(entry.series);
    this.#head = entry.seq;
    this.#rings[kindOf(entry.value)].add(entry, bytesOf(entry));
  }

  #evict(newest: JournalEntry | undefined): void {
    const { values, waveforms } = this.#rings;
    // The newest segment of each stays, however large its last entry is.
    while (waveforms.bytes > this.#maxWaveformBytes && waveforms.hasClosed) this.#evictOldest(waveforms);
    while (values.bytes + waveforms.bytes > this.#maxBytes && values.hasClosed) this.#evictOldest(values);
    if (newest === undefined) return;
    for (const kind of KINDS) {
      const tooOldAt = newest.receivedAt - this.#maxAgesMs[kind];
      // A few with each commit: much may be too old at once, after a pause or a change of the bound.
      for (let step = 0; step < AGED_STEP && isBefore(this.#rings[kind].nextTail, tooOldAt); step++)
        this.#evictOldest(this.#rings[kind]);
    }
  }

  #evictOldest(ring: SegmentRing): void {
    const { seq } = ring.nextTail!;
    // A subscription to both kinds begins at the later tail, so how the other stood there must be known.
    if (seq > Math.max(this.#tails.values, this.#tails.waveforms))
      for (const kind of KINDS) this.#rings[kind].passTo(seq);
    ring.evictOldest();
    this.#learnTails();
  }

  #learnTails(): void {
    this.#tails = { values: this.#rings.values.tail, waveforms: this.#rings.waveforms.tail };
  }
}

const isBefore = (entry: JournalEntry | undefined, at: number): boolean => entry !== undefined && entry.receivedAt < at;

/** Two kinds in one order, up to a place. */
class MergedEntries implements IterableIterator<JournalEntry, undefined> {
  #a: JournalEntry | undefined;
  #b: JournalEntry | undefined;

  constructor(
    private readonly one: SegmentReader,
    private readonly other: SegmentReader,
    private readonly upTo: number,
  ) {
    this.#a = one.next();
    this.#b = other.next();
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<JournalEntry, undefined> {
    const isFirst = this.#a !== undefined && (this.#b === undefined || this.#a.seq < this.#b.seq);
    const value = isFirst ? this.#a : this.#b;
    if (value === undefined || value.seq > this.upTo) return { done: true, value: undefined };
    if (isFirst) this.#a = this.one.next();
    else this.#b = this.other.next();
    return { done: false, value };
  }
}

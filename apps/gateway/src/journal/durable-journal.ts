import { BehaviorSubject, distinctUntilChanged, firstValueFrom, timer } from 'rxjs';
import type { Position } from '@telewire/protocol';
import { QUALITIES } from '@telewire/telemetry';
import { Pace } from '../pace.js';
import type { JournalEntry, JournalState, Located, ReceivedReading } from './journal.js';
import { RecoveryCheck } from './recovery-check.js';
import { bytesOf, RingJournal, type RingOptions } from './ring-journal.js';
import {
  type JournalStore,
  type StoreBeginning,
  type StoreCommit,
  type StoredEntry,
  type StoredEpoch,
  StoreError,
} from './store.js';

/** Bounds of a {@link DurableJournal}, and what it does when its store fails. */
export interface DurableOptions extends RingOptions {
  /** Go on in memory alone when the store fails. Else nothing is acknowledged until it works again. */
  readonly allowVolatile?: boolean;
  /** The pause before a failed commit is tried again. */
  readonly retryMs?: number;
  /** The time from one commit to the next at the least; what finds the journal at rest is committed at once. Default 0. */
  readonly paceMs?: number;
}

/** What a start found. */
export interface Recovery {
  readonly entries: number;
  readonly series: number;
  readonly tookMs: number;
  /** Where contents that could not be read lie now. */
  readonly setAside?: string;
}

/** What one transaction is to hold; whoever has appended to it waits for the same promise. */
class Batch {
  readonly readings: ReceivedReading[] = [];
  packs = 0;
  readonly kept = Promise.withResolvers<void>();
}

const RETRY_MS = 500;
const READ_STEP = 5_000;
// What one transaction may hold, so that no commit takes long.
const MAX_BATCH = 5_000;
// So many packs are not kept waiting for the pace: from a broker that has much to tell, only so many are under way (`intake`).
const HURRIED = 128;
// What may wait for a store that is slower than what comes in; more is refused, and so not acknowledged.
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/**
 * A journal that survives. Readers read the ring in memory; a reading enters it once the store has committed it. All that is
 * appended in a turn, or while a commit is under way, is one transaction.
 */
export class DurableJournal extends RingJournal {
  readonly #state = new BehaviorSubject<JournalState>({ taking: true });
  readonly state = this.#state.pipe(distinctUntilChanged((a, b) => a.taking === b.taking && a.reason === b.reason));
  readonly #lastOf = new Map<string, number>();
  #epochs: readonly StoredEpoch[] = [];
  #wasDamaged = false;
  /** From where the store has begun anew until it holds all again. */
  #isBeingWritten = false;
  // Notes that have changed and are not under way to the store.
  #noted = new Map<string, string | null>();
  readonly #waiting: Batch[] = [];
  #waitingBytes = 0;
  #underWay: Promise<void> | undefined;
  readonly #pace: Pace;
  #volatile = false;
  #closing = false;

  private constructor(
    private readonly store: JournalStore,
    private readonly options: DurableOptions,
  ) {
    super(options);
    this.#pace = new Pace(options.paceMs ?? 0);
  }

  /**
   * Opens a journal with what its store holds. Contents that cannot be read are put aside, and it begins with nothing.
   * @throws StoreError when the store cannot be used
   */
  static async open(
    store: JournalStore,
    options: DurableOptions,
  ): Promise<{ readonly journal: DurableJournal; readonly recovery: Recovery }> {
    const startedAt = performance.now();
    let setAside: string | undefined;
    for (;;) {
      const journal = new DurableJournal(store, options);
      try {
        await journal.#load();
        const recovery = {
          entries: journal.sizeOf('values').entries + journal.sizeOf('waveforms').entries,
          series: journal.seriesCount,
          tookMs: Math.round(performance.now() - startedAt),
          ...(setAside === undefined ? {} : { setAside }),
        };
        return { journal, recovery };
      } catch (error) {
        // What is new and damaged already will not get better.
        if (!(error instanceof StoreError) || error.fault !== 'damaged' || setAside !== undefined) throw error;
        setAside = await store.setAside();
      }
    }
  }

  append(readings: readonly ReceivedReading[]): Promise<void> {
    const bytes = readings.reduce((sum, reading) => sum + bytesOf(reading), 0);
    if (bytes > 0 && this.#waitingBytes > 0 && this.#waitingBytes + bytes > MAX_WAITING_BYTES)
      return Promise.reject(new Error('the journal cannot keep up'));
    if (this.#closing) return Promise.reject(new Error('the journal is closed'));
    this.#waitingBytes += bytes;
    const batch = this.#openBatch();
    batch.readings.push(...readings);
    if (++batch.packs >= HURRIED) this.#pace.hurry();
    this.#underWay ??= this.#commitAll();
    return batch.kept.promise;
  }

  override note(name: string, text: string | undefined): void {
    if (this.notes.get(name) === text && !this.#noted.has(name)) return;
    super.note(name, text);
    this.#noted.set(name, text ?? null);
  }

  override locate({ epoch, seq }: Position, tail: number): Located {
    const last = this.#lastOf.get(epoch);
    // What an earlier epoch counted up to its end is what this one holds; beyond, it was never committed here.
    const mine = epoch !== this.epoch && last !== undefined && seq <= last;
    return super.locate({ epoch: mine ? this.epoch : epoch, seq }, tail);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#pace.hurry();
    await this.#underWay;
    await this.store.close();
    this.#state.complete();
  }

  async #load(): Promise<void> {
    const { epochs, series, head, trimmed, notes } = await this.store.open(this.epoch);
    this.#learn(epochs);
    for (const each of notes) super.note(...each);
    const check = new RecoveryCheck(trimmed);
    this.beginBehind(
      series,
      trimmed.map((each) => entryOf(each, series)),
    );
    for (let seq = 0; seq < head;) {
      const entries = await this.store.read(seq, READ_STEP);
      if (entries.length === 0) break;
      for (const each of entries) check.next(each);
      this.enter(entries.map((each) => entryOf(each, series)));
      seq = entries.at(-1)![0];
    }
  }

  #learn(epochs: readonly StoredEpoch[]): void {
    this.#epochs = epochs;
    epochs.forEach(({ epoch }, i) => {
      const next = epochs[i + 1];
      if (next !== undefined) this.#lastOf.set(epoch, next.first - 1);
    });
  }

  async #commitAll(): Promise<void> {
    // All that this turn appends.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      if (this.#waiting[0]!.packs < HURRIED && !this.#closing) await this.#pace.wait();
      this.#pace.begin();
      const { readings, kept } = this.#waiting.shift()!;
      const entries = this.numbered(readings);
      const nothing = entries.length === 0 && this.#noted.size === 0;
      const written = nothing || (await this.#written(entries));
      for (const reading of readings) this.#waitingBytes -= bytesOf(reading);
      if (written && entries.length > 0) this.enter(entries);
      if (written) kept.resolve();
      else kept.reject(new Error('the journal is closed'));
    }
    this.#underWay = undefined;
  }

  /** The batch that takes the next pack. */
  #openBatch(): Batch {
    const last = this.#waiting.at(-1);
    if (last && last.readings.length < MAX_BATCH) return last;
    const batch = new Batch();
    this.#waiting.push(batch);
    return batch;
  }

  /** Resolves with true once the entries are as safe as they can be, with false when the journal closes before. */
  async #written(entries: readonly JournalEntry[]): Promise<boolean> {
    if (this.#volatile) return true;
    const commit = this.#commitOf(entries);
    for (;;) {
      try {
        await this.#commit(commit);
        this.#state.next({ taking: true });
        return true;
      } catch (error) {
        const reason = messageOf(error);
        if (this.options.allowVolatile) {
          this.#volatile = true;
          this.#state.next({ taking: true, reason: `kept in memory only: ${reason}` });
          return true;
        }
        this.#state.next({ taking: false, reason });
        if (this.#closing) return false;
        await firstValueFrom(timer(this.options.retryMs ?? RETRY_MS));
      }
    }
  }

  async #commit(commit: StoreCommit): Promise<void> {
    for (;;) {
      try {
        if (this.#isBeingWritten) await this.#writeAnew();
        return await this.store.commit(commit);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        const aside = await this.#setAside(error);
        this.#state.next({ taking: false, reason: `${error.message}; it ${aside}is being written anew from memory` });
        await this.#writeAnew();
      }
    }
  }

  /** Makes room for writing anew what is gone, or damaged. A disk that damages again is not filled with what it has damaged. */
  async #setAside(error: StoreError): Promise<string> {
    if (error.fault === 'gone') return '';
    if (error.fault !== 'damaged' || this.#wasDamaged) throw error;
    this.#wasDamaged = true;
    return `was put aside as ${await this.store.setAside()} and `;
  }

  /** All that the ring holds, into a store that begins anew. */
  async #writeAnew(): Promise<void> {
    this.#isBeingWritten = true;
    await this.store.begin(this.#beginning());
    let entries: StoredEntry[] = [];
    // Nothing enters meanwhile: the commit that found it gone is still under way.
    for (const entry of this.after(0)) {
      if (entries.push(stored(entry)) < MAX_BATCH) continue;
      await this.store.fill(entries);
      entries = [];
    }
    await this.store.fill(entries);
    this.#isBeingWritten = false;
  }

  /** Under the same epochs: every cursor stays good. */
  #beginning(): StoreBeginning {
    const numbers = Array.from({ length: this.seriesCount }, (_, i) => i + 1);
    return {
      epochs: this.#epochs,
      series: numbers.map((number) => this.nameOf(number)),
      trimmed: this.evicted.map(stored),
      notes: [...this.notes],
    };
  }

  #commitOf(entries: readonly JournalEntry[]): StoreCommit {
    const series = new Map<number, string>();
    for (const { number, series: name } of entries) if (number > this.seriesCount) series.set(number, name);
    const notes = [...this.#noted];
    this.#noted = new Map();
    return { series: [...series], entries: entries.map(stored), notes, trimTo: this.tails };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const stored = ({ seq, number, n, at, receivedAt, quality, value, id }: JournalEntry): StoredEntry => [
  seq,
  number,
  n,
  at,
  receivedAt,
  QUALITIES.indexOf(quality),
  value,
  id ?? null,
];

function entryOf(
  [seq, number, n, at, receivedAt, quality, value, id]: StoredEntry,
  names: readonly string[],
): JournalEntry {
  const series = names[number - 1];
  const known = QUALITIES[quality];
  if (series === undefined || known === undefined) throw new StoreError('damaged', `entry ${seq} makes no sense`);
  return { seq, number, n, series, at, receivedAt, value, quality: known, ...(id === null ? {} : { id }) };
}

import type { Policy } from '@telewire/protocol';
import { isSamples } from '@telewire/telemetry';
import type { JournalEntry } from '../journal/journal.js';
import type { RowEntry } from './encoded-frame.js';
import { type BlockEntry, EnvelopeThinning } from './envelope-thinning.js';

/** What a policy keeps of the readings of one interval (PROTOCOL R11, R12, R30). */
export interface Thinning {
  /** How much is kept now of what has no bound of its own: readings, columns of waveforms; else 0. */
  readonly piled: number;
  /** True while readings themselves are kept, as many as come. */
  readonly pins: boolean;
  add(entry: JournalEntry): void;
  /** What is kept, in journal order; it begins anew. */
  take(): RowEntry[];
}

/**
 * Thins as `policy` says.
 * @param columnMs what a column of a waveform covers under `extremes`, in milliseconds
 */
export function thinningOf(policy: Policy, columnMs: number): Thinning {
  switch (policy) {
    case 'every':
      return new Every();
    case 'latest':
      return new OfEach(() => new Latest());
    case 'extremes':
      return new OfEach(() => new Extremes(columnMs));
  }
}

class Every implements Thinning {
  #entries: JournalEntry[] = [];

  get piled(): number {
    return this.#entries.length;
  }

  get pins(): boolean {
    return this.#entries.length > 0;
  }

  add(entry: JournalEntry): void {
    this.#entries.push(entry);
  }

  take(): JournalEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}

/** What is kept of one series. */
interface Kept {
  /** Takes in an entry; by how much has grown what has no bound of its own. */
  add(entry: JournalEntry): number;
  readonly entries: readonly RowEntry[];
}

class OfEach implements Thinning {
  readonly pins = false;
  #piled = 0;
  #kept = new Map<number, Kept>();

  constructor(private readonly begin: () => Kept) {}

  get piled(): number {
    return this.#piled;
  }

  add(entry: JournalEntry): void {
    let kept = this.#kept.get(entry.number);
    if (!kept) this.#kept.set(entry.number, (kept = this.begin()));
    this.#piled += kept.add(entry);
  }

  take(): RowEntry[] {
    const entries = [...this.#kept.values()].flatMap((each) => each.entries);
    this.#kept = new Map();
    this.#piled = 0;
    return entries.sort((a, b) => a.seq - b.seq);
  }
}

class Latest implements Kept {
  #entry: JournalEntry | undefined;

  add(entry: JournalEntry): number {
    this.#entry = entry;
    return 0;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entry ? [this.#entry] : [];
  }
}

/**
 * The first, the smallest, the largest and the last, the earliest of equal ones; of what is no number, the first and the last; of
 * waveform blocks their envelopes.
 */
class Extremes implements Kept {
  #first: JournalEntry | undefined;
  #last: JournalEntry | undefined;
  #smallest: JournalEntry | undefined;
  #largest: JournalEntry | undefined;
  #envelopes: EnvelopeThinning | undefined;

  constructor(private readonly columnMs: number) {}

  add(entry: JournalEntry): number {
    if (isBlock(entry)) return (this.#envelopes ??= new EnvelopeThinning(this.columnMs)).add(entry);
    this.#first ??= entry;
    this.#last = entry;
    const { value } = entry;
    if (typeof value !== 'number') return 0;
    if (this.#smallest === undefined || value < (this.#smallest.value as number)) this.#smallest = entry;
    if (this.#largest === undefined || value > (this.#largest.value as number)) this.#largest = entry;
    return 0;
  }

  get entries(): readonly RowEntry[] {
    const entries = new Set([this.#first, this.#smallest, this.#largest, this.#last]);
    return [...[...entries].filter((each) => each !== undefined), ...(this.#envelopes?.rows ?? [])];
  }
}

const isBlock = (entry: JournalEntry): entry is BlockEntry => isSamples(entry.value);

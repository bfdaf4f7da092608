import type { Policy } from '@telewire/protocol';
import type { JournalEntry } from '../journal/journal.js';

/** What a policy keeps of the readings of one interval (PROTOCOL R11, R12, R30). */
export interface Thinning {
  /** Entries that are kept now, where their number has no bound of its own; else 0. */
  readonly piled: number;
  add(entry: JournalEntry): void;
  /** What is kept, in journal order; it begins anew. */
  take(): JournalEntry[];
}

/** Thins as `policy` says. */
export function thinningOf(policy: Policy): Thinning {
  switch (policy) {
    case 'every':
      return new Every();
    case 'latest':
      return new OfEach(() => new Latest());
    case 'extremes':
      return new OfEach(() => new Extremes());
  }
}

class Every implements Thinning {
  #entries: JournalEntry[] = [];

  get piled(): number {
    return this.#entries.length;
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
  add(entry: JournalEntry): void;
  readonly entries: readonly JournalEntry[];
}

class OfEach implements Thinning {
  /** A few of each series. */
  readonly piled = 0;
  #kept = new Map<number, Kept>();

  constructor(private readonly begin: () => Kept) {}

  add(entry: JournalEntry): void {
    let kept = this.#kept.get(entry.number);
    if (!kept) this.#kept.set(entry.number, (kept = this.begin()));
    kept.add(entry);
  }

  take(): JournalEntry[] {
    const entries = [...this.#kept.values()].flatMap((each) => each.entries);
    this.#kept = new Map();
    return entries.sort((a, b) => a.seq - b.seq);
  }
}

class Latest implements Kept {
  #entry: JournalEntry | undefined;

  add(entry: JournalEntry): void {
    this.#entry = entry;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entry ? [this.#entry] : [];
  }
}

/** The first, the smallest, the largest and the last, the earliest of equal ones; of what is no number, the first and the last. */
class Extremes implements Kept {
  #first: JournalEntry | undefined;
  #last: JournalEntry | undefined;
  #smallest: JournalEntry | undefined;
  #largest: JournalEntry | undefined;

  add(entry: JournalEntry): void {
    this.#first ??= entry;
    this.#last = entry;
    const { value } = entry;
    if (typeof value !== 'number') return;
    if (this.#smallest === undefined || value < (this.#smallest.value as number)) this.#smallest = entry;
    if (this.#largest === undefined || value > (this.#largest.value as number)) this.#largest = entry;
  }

  get entries(): readonly JournalEntry[] {
    return [...new Set([this.#first, this.#smallest, this.#largest, this.#last])].filter((each) => each !== undefined);
  }
}

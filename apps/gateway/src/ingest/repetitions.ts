import { isSamples, type Samples, type Value } from '@telewire/telemetry';
import type { Journal, ReceivedReading } from '../journal/journal.js';

// What a device or a broker sends again is among the last that came of the series.
const MAX_OF_SERIES = 256;
const MAX_IN_ALL = 200_000;

/** What takes readings: the journal, or something before it. */
export type Appends = Pick<Journal, 'append'>;

/**
 * Stands before the journal and leaves out what comes twice, because its acknowledgement was lost: a reading of the same
 * series, device time and value as one of the last 256 of the series. The window is rebuilt from the journal at the start.
 */
export class Repetitions implements Appends {
  // For each series the identities of its newest readings, oldest first; the series that was heard of last is the last.
  readonly #recent = new Map<string, Set<string>>();
  #size = 0;
  #count = 0;

  constructor(private readonly journal: Journal) {
    this.#rebuild();
  }

  /** How many readings have been left out. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when the readings are in the journal, those that came before too. */
  async append(readings: readonly ReceivedReading[]): Promise<void> {
    const fresh = readings.filter((reading) => !this.#knows(reading));
    this.#count += readings.length - fresh.length;
    // Only now: what a message says twice is twice.
    for (const reading of fresh) if (reading.identified) this.#remember(reading.series, identityOf(reading));
    try {
      // Also when nothing is left: what this repeats may still be under way, and is not to be acknowledged before.
      await this.journal.append(fresh);
    } catch (error) {
      for (const reading of fresh) this.#forget(reading);
      throw error;
    }
  }

  #knows(reading: ReceivedReading): boolean {
    return reading.identified === true && (this.#recent.get(reading.series)?.has(identityOf(reading)) ?? false);
  }

  #remember(series: string, identity: string): void {
    const known = this.#recent.get(series) ?? new Set();
    this.#size -= known.size;
    known.delete(identity);
    known.add(identity);
    for (const oldest of known) {
      if (known.size <= MAX_OF_SERIES) break;
      known.delete(oldest);
    }
    this.#size += known.size;
    this.#recent.delete(series);
    this.#recent.set(series, known);
    for (const [silent, { size }] of this.#recent) {
      if (this.#size <= MAX_IN_ALL) break;
      this.#recent.delete(silent);
      this.#size -= size;
    }
  }

  #forget(reading: ReceivedReading): void {
    if (this.#recent.get(reading.series)?.delete(identityOf(reading))) this.#size--;
  }

  #rebuild(): void {
    const { journal } = this;
    const counts = new Map<number, number>();
    const newest = [];
    for (let seq = journal.head; seq > journal.tail && newest.length < MAX_IN_ALL; seq--) {
      const entry = journal.entry(seq)!;
      const count = (counts.get(entry.number) ?? 0) + 1;
      counts.set(entry.number, count);
      if (count <= MAX_OF_SERIES) newest.push(entry);
    }
    for (const entry of newest.reverse()) this.#remember(entry.series, identityOf(entry));
  }
}

const identityOf = ({ at, value }: { at: number; value: Value }): string =>
  `${at} ${isSamples(value) ? digestOf(value) : JSON.stringify(value)}`;

/** A waveform in few characters: two blocks of one series and instant that differ have all but surely others. FNV-1a. */
function digestOf({ periodMs, values }: Samples): string {
  let hash = 0x811c9dc5;
  for (const value of values)
    hash = Math.imul(hash ^ (value === null ? 0x55aa55aa : Math.round(value * 1e6)), 0x01000193);
  return `${periodMs} ${values.length} ${hash}`;
}

import { isSamples, type Samples } from '@telewire/telemetry';
import type { Journal, ReceivedReading } from '../journal/journal.js';

// What may be under way from a broker (`intake`: 512 KiB and a message more, of at least 14 bytes a reading) is among these.
const NEWEST_IN_ALL = 64_000;
// What a device sends again after a silence, while others went on, is among these.
const NEWEST_OF_SERIES = 256;
// Of all series together; the series that have been silent longest are forgotten first.
const MAX_OF_ALL_SERIES = 200_000;

/** What takes readings: the journal, or something before it. */
export type Appends = Pick<Journal, 'append'>;

/**
 * Stands before the journal and leaves out what comes twice, because its acknowledgement was lost: a reading of the same
 * series, device time and value, or of the same series and id, as one of the newest 64,000, or as one of the newest 256 of
 * its series. Both windows are rebuilt from the journal at the start.
 */
export class Repetitions implements Appends {
  // Identities, oldest first.
  readonly #newest = new Set<string>();
  // Goes on where it was: a new one would pass by all that was deleted before (25 µs a reading, measured).
  readonly #oldest = this.#newest.values();
  // The same for each series; the one that was heard of last is the last.
  readonly #newestOf = new Map<string, Set<string>>();
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
  append(readings: readonly ReceivedReading[]): Promise<void> {
    const fresh: ReceivedReading[] = [];
    const identified: Identified[] = [];
    for (const reading of withoutRepeatedIds(readings)) {
      const { series } = reading;
      const identity = isIdentified(reading) ? identityOf(reading) : undefined;
      if (identity !== undefined && this.#knows(series, identity)) continue;
      fresh.push(reading);
      if (identity !== undefined) identified.push({ series, identity });
    }
    this.#count += readings.length - fresh.length;
    // Only now: what a message says twice, and gives no id, is twice.
    for (const each of identified) this.#remember(each);
    // Also when nothing is left: what this repeats may still be under way, and is not to be acknowledged before.
    return this.journal.append(fresh).catch((error: unknown) => {
      for (const each of identified) this.#forget(each);
      throw error;
    });
  }

  #knows(series: string, identity: string): boolean {
    return this.#newest.has(identity) || (this.#newestOf.get(series)?.has(identity) ?? false);
  }

  #remember({ series, identity }: Identified): void {
    this.#newest.delete(identity);
    this.#newest.add(identity);
    if (this.#newest.size > NEWEST_IN_ALL) this.#newest.delete(this.#oldest.next().value!);
    const known = this.#newestOf.get(series) ?? new Set();
    this.#size -= known.size;
    known.delete(identity);
    known.add(identity);
    for (const oldest of known) {
      if (known.size <= NEWEST_OF_SERIES) break;
      known.delete(oldest);
    }
    this.#size += known.size;
    this.#newestOf.delete(series);
    this.#newestOf.set(series, known);
    // Not looked at otherwise: on the way to the first one lie all those that have been moved to the end.
    if (this.#size <= MAX_OF_ALL_SERIES) return;
    for (const [silent, { size }] of this.#newestOf) {
      if (this.#size <= MAX_OF_ALL_SERIES) break;
      this.#newestOf.delete(silent);
      this.#size -= size;
    }
  }

  #forget({ series, identity }: Identified): void {
    this.#newest.delete(identity);
    if (this.#newestOf.get(series)?.delete(identity)) this.#size--;
  }

  #rebuild(): void {
    const { journal } = this;
    const counts = new Map<number, number>();
    const newest = [];
    for (const entry of [...journal.after(0)].reverse()) {
      if (newest.length >= MAX_OF_ALL_SERIES) break;
      const count = (counts.get(entry.number) ?? 0) + 1;
      counts.set(entry.number, count);
      if (count <= NEWEST_OF_SERIES || journal.head - entry.seq < NEWEST_IN_ALL) newest.push(entry);
    }
    for (const entry of newest.reverse()) this.#remember({ series: entry.series, identity: identityOf(entry) });
  }
}

type Identifiable = Pick<ReceivedReading, 'series' | 'at' | 'value' | 'id'>;

const isIdentified = ({ identified, id }: ReceivedReading): boolean => identified === true || id !== undefined;

// No name of a series has a space or a #.
const identityOf = ({ series, at, value, id }: Identifiable): string =>
  id === undefined
    ? `${series} ${at} ${isSamples(value) ? digestOf(value) : JSON.stringify(value)}`
    : `${series}#${id}`;

/** An id that a message uses twice is a repetition too. */
function withoutRepeatedIds(readings: readonly ReceivedReading[]): readonly ReceivedReading[] {
  if (readings.every(({ id }) => id === undefined)) return readings;
  const used = new Set<string>();
  return readings.filter((reading) => {
    if (reading.id === undefined) return true;
    const identity = identityOf(reading);
    return !used.has(identity) && used.add(identity);
  });
}

interface Identified {
  readonly series: string;
  readonly identity: string;
}

/** A waveform in few characters: two blocks of one series and instant that differ have all but surely others. FNV-1a. */
function digestOf({ periodMs, values }: Samples): string {
  let hash = 0x811c9dc5;
  for (const value of values)
    hash = Math.imul(hash ^ (value === null ? 0x55aa55aa : Math.round(value * 1e6)), 0x01000193);
  return `${periodMs} ${values.length} ${hash}`;
}

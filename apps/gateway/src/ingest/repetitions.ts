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
 * its series. What is remembered is rebuilt from the journal at the start.
 */
export class Repetitions implements Appends {
  // The series that was heard of last is the last.
  readonly #recent = new Map<string, RecentReadings>();
  #size = 0;
  // Of readings that were ever remembered.
  #seq = 0;
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
    const identities: (Identity | undefined)[] = [];
    for (const reading of withoutRepeatedIds(readings)) {
      const identity = isIdentified(reading) ? identityOf(reading) : undefined;
      if (identity !== undefined && this.#recent.get(reading.series)?.has(identity)) continue;
      fresh.push(reading);
      identities.push(identity);
    }
    this.#count += readings.length - fresh.length;
    // Only now: what a message says twice, and gives no id, is twice.
    fresh.forEach(({ series }, i) => this.#remember(series, identities[i]));
    // Also when nothing is left: what this repeats may still be under way, and is not to be acknowledged before.
    return this.journal.append(fresh).catch((error: unknown) => {
      fresh.forEach(({ series }, i) => this.#forget(series, identities[i]));
      throw error;
    });
  }

  #remember(series: string, identity: Identity | undefined): void {
    if (identity === undefined) return;
    const known = this.#recent.get(series);
    const recent = known ?? new RecentReadings();
    const before = recent.size;
    recent.add(identity, ++this.#seq);
    this.#size += recent.size - before;
    if (known) this.#recent.delete(series);
    this.#recent.set(series, recent);
    // Not looked at otherwise: on the way to the first one lie all those that have been moved to the end.
    if (this.#size <= MAX_OF_ALL_SERIES) return;
    for (const [silent, readings] of this.#recent) {
      if (this.#size <= MAX_OF_ALL_SERIES) break;
      const { size } = readings;
      readings.shed(this.#seq - NEWEST_IN_ALL);
      if (readings.size === 0) this.#recent.delete(silent);
      this.#size -= size - readings.size;
    }
  }

  #forget(series: string, identity: Identity | undefined): void {
    const recent = this.#recent.get(series);
    if (identity === undefined || !recent?.delete(identity)) return;
    this.#size--;
    if (recent.size === 0) this.#recent.delete(series);
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
    for (const entry of newest.reverse()) this.#remember(entry.series, identityOf(entry));
  }
}

/** What tells a reading from others of its series: a time and a value, or an id. */
interface Identity {
  readonly key: number | string;
  readonly value: string | number | boolean | null;
}

interface Remembered {
  readonly value: Identity['value'];
  readonly seq: number;
}

/**
 * The newest readings of one series. By far the most have a time of their own, which is their key; further values of a time have one
 * that is made of both.
 */
class RecentReadings {
  readonly #readings = new Map<Identity['key'], Remembered>();
  // Goes on where it was: a new one would pass by all that was deleted before (25 µs a reading, measured).
  readonly #inOrder = this.#readings.entries();
  #oldest: [Identity['key'], Remembered] | undefined;
  #hasShared = false;
  // Times count from the first: V8 finds a small integer twice as fast as a double.
  #epoch: number | undefined;

  get size(): number {
    return this.#readings.size;
  }

  has(identity: Identity): boolean {
    return this.#find(identity) !== undefined;
  }

  /** @param seq how many readings of all series have been added with this one */
  add(identity: Identity, seq: number): void {
    const { value } = identity;
    let key = this.#keyOf(identity);
    if (this.#readings.has(key)) {
      this.#hasShared = true;
      key = sharedKey(identity);
      // What a message says twice is as new as its second.
      this.#readings.delete(key);
    }
    this.#readings.set(key, { value, seq });
    // Two for each that comes, so that no reading waits for many to be forgotten.
    for (let i = 0; i < 2; i++) this.#trim(seq - NEWEST_IN_ALL);
  }

  delete(identity: Identity): boolean {
    const key = this.#find(identity);
    return key !== undefined && this.#readings.delete(key);
  }

  #find(identity: Identity): Identity['key'] | undefined {
    const key = this.#keyOf(identity);
    if (this.#readings.get(key)?.value === identity.value) return key;
    const shared = this.#hasShared ? sharedKey(identity) : undefined;
    return shared !== undefined && this.#readings.has(shared) ? shared : undefined;
  }

  #keyOf({ key }: Identity): Identity['key'] {
    return typeof key === 'number' ? key - (this.#epoch ??= key) : key;
  }

  /** Forgets all that were added up to there. */
  shed(upTo: number): void {
    for (let before = -1; this.size > 0 && before !== this.size;) {
      before = this.size;
      this.#forgetOldest(upTo);
    }
  }

  #trim(upTo: number): void {
    if (this.size > NEWEST_OF_SERIES) this.#forgetOldest(upTo);
  }

  #forgetOldest(upTo: number): void {
    this.#oldest ??= this.#inOrder.next().value!;
    const [key, remembered] = this.#oldest;
    if (remembered.seq > upTo) return;
    // Unless it was forgotten meanwhile, or heard of again.
    if (this.#readings.get(key) === remembered) this.#readings.delete(key);
    this.#oldest = undefined;
  }
}

// A key that is a number is a time, one with a # is an id.
const sharedKey = ({ key, value }: Identity): string => `${key} ${typeof value} ${value}`;

type Identifiable = Pick<ReceivedReading, 'at' | 'value' | 'id'>;

const isIdentified = ({ identified, id }: ReceivedReading): boolean => identified === true || id !== undefined;

const identityOf = ({ at, value, id }: Identifiable): Identity =>
  id === undefined ? { key: at, value: isSamples(value) ? digestOf(value) : value } : { key: `#${id}`, value: null };

/** An id that a message uses twice is a repetition too. */
function withoutRepeatedIds(readings: readonly ReceivedReading[]): readonly ReceivedReading[] {
  if (readings.every(({ id }) => id === undefined)) return readings;
  const used = new Set<string>();
  return readings.filter((reading) => {
    if (reading.id === undefined) return true;
    // No name of a series has a #.
    const identity = `${reading.series}#${reading.id}`;
    return !used.has(identity) && used.add(identity);
  });
}

/** A waveform in few characters: two blocks of one series and instant that differ have all but surely others. FNV-1a. */
function digestOf({ periodMs, values }: Samples): string {
  let hash = 0x811c9dc5;
  for (const value of values)
    hash = Math.imul(hash ^ (value === null ? 0x55aa55aa : Math.round(value * 1e6)), 0x01000193);
  return `samples ${periodMs} ${values.length} ${hash}`;
}

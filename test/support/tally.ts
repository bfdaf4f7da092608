import type { TransportName } from '@telewire/client';
import { Watcher } from './watcher.js';

// How many of a fault are named.
const NAMED = 10;

/** What has come of the numbers 1, 2, 3 …, in a bit for each, so that hours of it can be told. */
export class Tally {
  count = 0;
  /** The first that came; 0 before it. */
  first = 0;
  /** Numbers that came more than once. */
  readonly repeated: number[] = [];
  /** Where an ordinal was not the one before plus one. */
  readonly jumps: string[] = [];
  #ordinal: number | undefined;
  #seen = new Uint8Array(1 << 16);

  add(value: number, ordinal: number): void {
    if (this.count++ === 0) this.first = value;
    if (this.has(value)) this.#name(this.repeated, value);
    while (value >> 3 >= this.#seen.length) {
      const longer = new Uint8Array(this.#seen.length * 2);
      longer.set(this.#seen);
      this.#seen = longer;
    }
    this.#seen[value >> 3]! |= 1 << (value & 7);
    if (this.#ordinal !== undefined && ordinal !== this.#ordinal + 1)
      this.#name(this.jumps, `${this.#ordinal} then ${ordinal}`);
    this.#ordinal = ordinal;
  }

  has(value: number): boolean {
    return ((this.#seen[value >> 3] ?? 0) & (1 << (value & 7))) !== 0;
  }

  /** Numbers from the first to `last` that have not come. */
  missing(last: number): number[] {
    const missing: number[] = [];
    for (let value = this.first; value <= last; value++) if (!this.has(value)) this.#name(missing, value);
    return missing;
  }

  #name<T>(list: T[], each: T): void {
    if (list.length < NAMED) list.push(each);
  }
}

/** A watcher that counts what comes and keeps none of it. */
export class TallyWatcher extends Watcher {
  readonly tally: Tally;

  constructor(url: string, transport: TransportName, series: string) {
    const tally = new Tally();
    super(url, transport, series, (value, ordinal) => tally.add(value, ordinal));
    this.tally = tally;
  }
}

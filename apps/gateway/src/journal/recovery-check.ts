import { type StoredEntry, StoreError } from './store.js';

/**
 * Whether a store has all that it must have. Up to where some have been trimmed there are holes, but the ordinals of a series
 * have none that was not trimmed; beyond, each entry follows on the one before.
 */
export class RecoveryCheck {
  /** The newest known entry of each series: sequence number and ordinal. */
  readonly #newest = new Map<number, { readonly seq: number; readonly n: number }>();
  #allSince = 0;

  /** @param trimmed of each kind the newest entry of each series that has been trimmed */
  constructor(trimmed: readonly StoredEntry[]) {
    for (const [seq, number, n] of trimmed) {
      this.#learn(seq, number, n);
      this.#allSince = Math.max(this.#allSince, seq);
    }
  }

  /** Takes the entries in order. @throws StoreError where one is missing before this one */
  next([seq, number, n]: StoredEntry): void {
    const before = this.#newest.get(number) ?? { seq: 0, n: 0 };
    // A newer one of the other kind has been trimmed: others between may have been too.
    const follows = before.seq > seq || n === before.n + 1;
    if (!follows || seq > this.#allSince + 1) throw new StoreError('damaged', `an entry before ${seq} is missing`);
    this.#allSince = Math.max(this.#allSince, seq);
    this.#learn(seq, number, n);
  }

  #learn(seq: number, number: number, n: number): void {
    if (seq > (this.#newest.get(number)?.seq ?? 0)) this.#newest.set(number, { seq, n });
  }
}

import { SqliteStore } from '../journal/sqlite-store.js';
import type { JournalStore, StoreBeginning, StoreCommit, StoreContents, StoredEntry } from '../journal/store.js';

/** The SQLite store without its thread: what a spec can load from TypeScript. */
export class LocalStore implements JournalStore {
  readonly #store: SqliteStore;
  /** Thrown by the next commits, until it is taken back. */
  failure: Error | undefined;

  constructor(directory: string) {
    this.#store = new SqliteStore(directory);
  }

  async open(epoch: string): Promise<StoreContents> {
    return this.#settled(() => this.#store.open(epoch));
  }

  async read(seq: number, limit: number): Promise<StoredEntry[]> {
    return this.#settled(() => this.#store.read(seq, limit));
  }

  async commit(commit: StoreCommit): Promise<void> {
    if (this.failure) throw this.failure;
    return this.#settled(() => this.#store.commit(commit));
  }

  async begin(beginning: StoreBeginning): Promise<void> {
    return this.#settled(() => this.#store.begin(beginning));
  }

  async fill(entries: readonly StoredEntry[]): Promise<void> {
    return this.#settled(() => this.#store.fill(entries));
  }

  async setAside(): Promise<string> {
    return this.#settled(() => this.#store.setAside());
  }

  async close(): Promise<void> {
    return this.#settled(() => this.#store.close());
  }

  /** After a turn, as from another thread. */
  async #settled<T>(work: () => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    return work();
  }
}

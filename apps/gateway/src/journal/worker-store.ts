import { Worker } from 'node:worker_threads';
import type { JournalStore, StoreBeginning, StoreCommit, StoreContents, StoredEntry, StoreFault } from './store.js';
import { StoreError } from './store.js';

/** A call of the store in the worker. */
export interface StoreCall {
  readonly name: keyof JournalStore;
  readonly args: readonly unknown[];
}

/** What became of a call. */
export type StoreAnswer = { readonly result: unknown } | { readonly fault: StoreFault; readonly message: string };

/** The SQLite store in a thread of its own, so that nothing else waits for the disk. */
export class WorkerStore implements JournalStore {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (result: unknown) => void; reject: (error: StoreError) => void }[] = [];
  #ended: StoreError | undefined;

  constructor(directory: string) {
    this.#worker = new Worker(new URL('./store-worker.js', import.meta.url), { workerData: { directory } });
    this.#worker.on('message', (answer: StoreAnswer) => {
      const call = this.#waiting.shift();
      if ('result' in answer) call?.resolve(answer.result);
      else call?.reject(new StoreError(answer.fault, answer.message));
    });
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', () => this.#end('its thread has ended'));
  }

  open(epoch: string): Promise<StoreContents> {
    return this.#call('open', epoch) as Promise<StoreContents>;
  }

  read(seq: number, limit: number): Promise<StoredEntry[]> {
    return this.#call('read', seq, limit) as Promise<StoredEntry[]>;
  }

  commit(commit: StoreCommit): Promise<void> {
    return this.#call('commit', commit) as Promise<void>;
  }

  begin(beginning: StoreBeginning): Promise<void> {
    return this.#call('begin', beginning) as Promise<void>;
  }

  fill(entries: readonly StoredEntry[]): Promise<void> {
    return this.#call('fill', entries) as Promise<void>;
  }

  setAside(): Promise<string> {
    return this.#call('setAside') as Promise<string>;
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#call('close');
  }

  #call(name: StoreCall['name'], ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage({ name, args } satisfies StoreCall);
    });
  }

  #end(why: string): void {
    this.#ended ??= new StoreError('unusable', `${why}; a restart of the gateway begins another`);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

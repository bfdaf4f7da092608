import { DurableJournal, type DurableOptions } from './durable-journal.js';
import type { Journal } from './journal.js';
import { MemoryJournal } from './memory-journal.js';
import { WorkerStore } from './worker-store.js';

// A frame every 17 ms waits for two or three commits; more of them would show nobody anything sooner than it is drawn.
const COMMIT_PACE_MS = 6;

/** Where a journal is kept, and how. */
export interface JournalPlace extends DurableOptions {
  /** Folder of its file; `undefined` keeps it in memory alone. */
  readonly directory: string | undefined;
}

/** A journal, and what is to be said of its start. */
export interface OpenedJournal {
  readonly journal: Journal;
  readonly news: string;
  /** True when whoever runs the gateway must look at it. */
  readonly alarming: boolean;
}

/** Opens the journal that the settings ask for. @throws StoreError when its folder cannot be used, unless it may be volatile */
export async function openJournal({ directory, ...options }: JournalPlace): Promise<OpenedJournal> {
  if (directory === undefined)
    return { journal: new MemoryJournal(options), news: 'kept in memory, as DATA_DIR says', alarming: false };
  const store = new WorkerStore(directory);
  try {
    const { journal, recovery } = await DurableJournal.open(store, { paceMs: COMMIT_PACE_MS, ...options });
    const { entries, series, tookMs, setAside } = recovery;
    const found = `${entries} readings of ${series} series found in ${directory} and read in ${tookMs} ms`;
    if (setAside === undefined) return { journal, news: found, alarming: false };
    return { journal, news: `what was there is damaged and was put aside as ${setAside}; ${found}`, alarming: true };
  } catch (error) {
    await store.close();
    if (!options.allowVolatile) throw error;
    const reason = `kept in memory only: ${error instanceof Error ? error.message : String(error)}`;
    return { journal: new MemoryJournal(options, reason), news: reason, alarming: true };
  }
}

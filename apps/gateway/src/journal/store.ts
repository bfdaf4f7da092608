import type { Value } from '@telewire/telemetry';
import type { Kind } from './kind.js';

/** A journal entry as a store keeps it; the quality by its code on the wire. */
export type StoredEntry = readonly [
  seq: number,
  number: number,
  n: number,
  at: number,
  receivedAt: number,
  quality: number,
  value: Value,
  id: string | null,
];

/** What a store holds besides entries. */
export interface StoreBeginning {
  /** Each start of the journal, in order, with the first sequence number of what came after it. */
  readonly epochs: readonly StoredEpoch[];
  /** Names of the series 1, 2, 3 … */
  readonly series: readonly string[];
  /** Of each kind the newest entry of each series that has been trimmed. */
  readonly trimmed: readonly StoredEntry[];
  readonly notes: readonly StoredNote[];
}

/** What is kept under a name. */
export type StoredNote = readonly [name: string, text: string];

/** A start of the journal. */
export interface StoredEpoch {
  readonly epoch: string;
  readonly first: number;
}

/** What a store holds when it is opened; the entries are read in steps. */
export interface StoreContents extends StoreBeginning {
  /** Sequence number of the newest entry. */
  readonly head: number;
}

/** One transaction. */
export interface StoreCommit {
  /** Series that are new, by number. */
  readonly series: readonly (readonly [number: number, name: string])[];
  readonly entries: readonly StoredEntry[];
  /** Notes that have changed; `null` where there is none any more. */
  readonly notes: readonly (readonly [name: string, text: string | null])[];
  /** Entries of a kind up to here are no longer read. The store lets go of them, a few in each commit. */
  readonly trimTo: Readonly<Record<Kind, number>>;
}

/**
 * What a {@link StoreError} is about: `damaged` contents, a file that another gateway has open (`taken`), contents of another
 * `version`, a file that was taken away while it was open (`gone`), or anything else that keeps it from being used (`unusable`).
 */
export type StoreFault = 'damaged' | 'taken' | 'version' | 'gone' | 'unusable';

/** The store cannot do what it was asked; the message says why in a few words. */
export class StoreError extends Error {
  constructor(
    readonly fault: StoreFault,
    message: string,
  ) {
    super(message);
  }
}

/** Where a journal is kept over restarts. Its calls are made one after another; each rejects with a StoreError. */
export interface JournalStore {
  /** Opens it and durably records a new epoch, which begins behind the newest entry. */
  open(epoch: string): Promise<StoreContents>;
  /** Entries after `seq`, in order, at most `limit`. */
  read(seq: number, limit: number): Promise<StoredEntry[]>;
  /** Resolves when it is durable. After a failure the same commit may be made again: it takes the place of what was left of it. */
  commit(commit: StoreCommit): Promise<void>;
  /** Begins anew in place of what is `gone`. It, and what it is filled with, is kept with the next commit, or nothing of it. */
  begin(beginning: StoreBeginning): Promise<void>;
  /** Adds entries to what has begun anew. */
  fill(entries: readonly StoredEntry[]): Promise<void>;
  /** Puts damaged contents aside; returns where they lie now. The next `open` begins with nothing. */
  setAside(): Promise<string>;
  close(): Promise<void>;
}

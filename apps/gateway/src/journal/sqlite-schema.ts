import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Value } from '@telewire/telemetry';
import { type Kind, KINDS } from './kind.js';
import { type StoredEntry, StoreError, type StoreFault } from './store.js';

/** Of the schema; a file says it as its user_version. */
export const VERSION = 3;

/** Where entries of a kind are kept, and the newest of each series that has been trimmed. */
export const TABLES: Readonly<Record<Kind, { readonly entries: string; readonly trimmed: string }>> = {
  values: { entries: 'entries', trimmed: 'trimmed' },
  waveforms: { entries: 'waveforms', trimmed: 'trimmedWaveforms' },
};

// An ordinary value is a REAL or NULL; what SQLite has no type for, or would not keep as it is (half a surrogate pair), is JSON.
const tablesOf = (kind: Kind) => `
  CREATE TABLE ${TABLES[kind].entries} (seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, n INTEGER NOT NULL,
    at NUMERIC NOT NULL, receivedAt NUMERIC NOT NULL, quality INTEGER NOT NULL, value BLOB, id TEXT);
  CREATE TABLE ${TABLES[kind].trimmed} (series INTEGER PRIMARY KEY, seq INTEGER NOT NULL, n INTEGER NOT NULL,
    at NUMERIC NOT NULL, receivedAt NUMERIC NOT NULL, quality INTEGER NOT NULL, value BLOB, id TEXT);`;
/** Makes version 3 of version 2, which kept no ids. */
const ADD_IDS = KINDS.flatMap((kind) => [TABLES[kind].entries, TABLES[kind].trimmed])
  .map((table) => `ALTER TABLE ${table} ADD COLUMN id TEXT;`)
  .join('\n');

export const SCHEMA = `${KINDS.map(tablesOf).join('')}
  CREATE TABLE series (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE epochs (start INTEGER PRIMARY KEY, epoch TEXT NOT NULL, first INTEGER NOT NULL);
  PRAGMA user_version = ${VERSION};`;
export const COLUMNS = 'seq, series, n, at, receivedAt, quality, value, id';

export type StoredValue = number | string | null;
export type StoredRow = [number, number, number, number, number, number, StoredValue, string | null];

/** 0 of a file in which nothing is. */
export const versionOf = (db: DatabaseSync): number =>
  db.prepare('PRAGMA user_version').get()!['user_version'] as number;

/** The newest sequence number that it has ever held. */
export function headOf(db: DatabaseSync): number {
  const tables = KINDS.flatMap((kind) => [TABLES[kind].entries, TABLES[kind].trimmed]);
  const newest = tables.map((table) => `coalesce((SELECT max(seq) FROM ${table}), 0)`);
  return db.prepare(`SELECT max(${newest.join(', ')}) AS head`).get()!['head'] as number;
}

/** Makes the tables where there are none. @throws StoreError where they are of another version */
export function migrate(db: DatabaseSync): void {
  const version = versionOf(db);
  if (version > VERSION) throw new StoreError('version', `it was written by a newer Telewire (version ${version})`);
  if (version === 0) transaction(db, () => db.exec(SCHEMA));
  else if (version === 2) transaction(db, () => db.exec(`${ADD_IDS} PRAGMA user_version = ${VERSION};`));
  else if (version < VERSION)
    throw new StoreError('version', `it was written by an earlier Telewire (version ${version}); put it elsewhere`);
}

/** All that `work` writes, and what has been written since a `BEGIN`, or nothing of it. */
export function transaction(db: DatabaseSync, work: () => void): void {
  if (!db.isTransaction) db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

export const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

export const rowOf = ([seq, number, n, at, receivedAt, quality, value, id]: StoredEntry): StoredRow => [
  seq,
  number,
  n,
  at,
  receivedAt,
  quality,
  typeof value === 'number' || value === null ? value : JSON.stringify(value),
  id,
];

export const entryOf = ([seq, number, n, at, receivedAt, quality, value, id]: StoredRow): StoredEntry => [
  seq,
  number,
  n,
  at,
  receivedAt,
  quality,
  typeof value === 'string' ? (JSON.parse(value) as Value) : value,
  id,
];

// Primary result codes: sqlite.org/rescode.html
const FAULTS = new Map<number, readonly [StoreFault, string]>([
  [5, ['taken', 'another gateway uses it']],
  [8, ['unusable', 'it cannot be written']],
  [11, ['damaged', 'its contents are damaged']],
  [13, ['unusable', 'the disk is full']],
  [14, ['unusable', 'it cannot be opened']],
  [26, ['damaged', 'it is no journal']],
]);

/** Runs `work`; whatever it throws becomes a StoreError. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // Of JSON.parse: a value that is not as we wrote it.
    if (error instanceof SyntaxError) throw new StoreError('damaged', 'its contents are damaged');
    const { errcode, code, message } = error as { errcode?: number; code?: string; message: string };
    const known = errcode === undefined ? undefined : FAULTS.get(errcode & 0xff);
    if (known) throw new StoreError(...known);
    throw new StoreError('unusable', code === 'ENOSPC' ? 'the disk is full' : message);
  }
}

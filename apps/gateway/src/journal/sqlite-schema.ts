import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Value } from '@telewire/telemetry';
import { type StoredEntry, StoreError, type StoreFault } from './store.js';

/** Of the schema; a file says it as its user_version. */
export const VERSION = 1;

// An ordinary value is a REAL or NULL; what SQLite has no type for, or would not keep as it is (half a surrogate pair), is JSON.
export const SCHEMA = `
  CREATE TABLE entries (seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, n INTEGER NOT NULL, at NUMERIC NOT NULL,
    receivedAt NUMERIC NOT NULL, quality INTEGER NOT NULL, value BLOB);
  CREATE TABLE trimmed (series INTEGER PRIMARY KEY, seq INTEGER NOT NULL, n INTEGER NOT NULL, at NUMERIC NOT NULL,
    receivedAt NUMERIC NOT NULL, quality INTEGER NOT NULL, value BLOB);
  CREATE TABLE series (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE epochs (start INTEGER PRIMARY KEY, epoch TEXT NOT NULL, first INTEGER NOT NULL);
  PRAGMA user_version = ${VERSION};`;
export const COLUMNS = 'seq, series, n, at, receivedAt, quality, value';

export type StoredValue = number | string | null;
export type StoredRow = [number, number, number, number, number, number, StoredValue];

/** 0 of a file in which nothing is. */
export const versionOf = (db: DatabaseSync): number =>
  db.prepare('PRAGMA user_version').get()!['user_version'] as number;

/** The newest sequence number that it has ever held. */
export const headOf = (db: DatabaseSync): number =>
  db
    .prepare(
      'SELECT max(coalesce((SELECT max(seq) FROM entries), 0), coalesce((SELECT max(seq) FROM trimmed), 0)) AS head',
    )
    .get()!['head'] as number;

/** Makes the tables where there are none. @throws StoreError where they are of a newer version */
export function migrate(db: DatabaseSync): void {
  const version = versionOf(db);
  if (version > VERSION) throw new StoreError('newer', `it was written by a newer Telewire (version ${version})`);
  if (version === 0) transaction(db, () => db.exec(SCHEMA));
}

/** All that `work` writes, or nothing of it. */
export function transaction(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

export const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

export const rowOf = ([seq, number, n, at, receivedAt, quality, value]: StoredEntry): StoredRow => [
  seq,
  number,
  n,
  at,
  receivedAt,
  quality,
  typeof value === 'number' || value === null ? value : JSON.stringify(value),
];

export const entryOf = ([seq, number, n, at, receivedAt, quality, value]: StoredRow): StoredEntry => [
  seq,
  number,
  n,
  at,
  receivedAt,
  quality,
  typeof value === 'string' ? (JSON.parse(value) as Value) : value,
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

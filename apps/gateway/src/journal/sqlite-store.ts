import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Value } from '@telewire/telemetry';
import { type StoreCommit, type StoreContents, type StoredEntry, StoreError, type StoreFault } from './store.js';

const FILE = 'journal.sqlite';
const VERSION = 1;
// A gateway that is on its way out may hold the file for a moment.
const PATIENCE_MS = 2_000;
// Longer ago, a cursor is as good as unknown.
const MAX_EPOCHS = 1_000;
// Besides twice what a commit adds, so that a backlog shrinks and no commit takes long.
const TRIM_STEP = 64;

// An ordinary value is a REAL or NULL; what SQLite has no type for, or would not keep as it is (half a surrogate pair), is JSON.
const SCHEMA = `
  CREATE TABLE entries (seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, n INTEGER NOT NULL, at NUMERIC NOT NULL,
    receivedAt NUMERIC NOT NULL, quality INTEGER NOT NULL, value BLOB);
  CREATE TABLE trimmed (series INTEGER PRIMARY KEY, seq INTEGER NOT NULL, n INTEGER NOT NULL, at NUMERIC NOT NULL,
    receivedAt NUMERIC NOT NULL, quality INTEGER NOT NULL, value BLOB);
  CREATE TABLE series (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE epochs (start INTEGER PRIMARY KEY, epoch TEXT NOT NULL, first INTEGER NOT NULL);
  PRAGMA user_version = ${VERSION};`;
const COLUMNS = 'seq, series, n, at, receivedAt, quality, value';

type StoredValue = number | string | null;
type StoredRow = [number, number, number, number, number, number, StoredValue];

interface OpenStore {
  readonly db: DatabaseSync;
  readonly addSeries: StatementSync;
  readonly addEntry: StatementSync;
  readonly keepNewest: StatementSync;
  readonly trim: StatementSync;
  /** Inodes of the database and its log, by which their loss is noticed. */
  readonly files: ReadonlyMap<string, number | undefined>;
}

/**
 * The journal in one SQLite file, which is locked while it is open. Every commit waits for the disk (WAL with
 * synchronous=FULL), and so does the caller: it belongs in a worker thread. After a failed commit it opens the file anew.
 */
export class SqliteStore {
  readonly #path: string;
  #open: OpenStore | undefined;
  #epoch: string | undefined;
  #tail = 0;

  constructor(private readonly directory: string) {
    this.#path = join(directory, FILE);
  }

  /** @throws StoreError */
  open(epoch: string): StoreContents {
    return guarded(() => {
      mkdirSync(this.directory, { recursive: true });
      const db = this.#connect();
      try {
        migrate(db);
        const rows = (sql: string) => {
          const statement = db.prepare(sql);
          statement.setReturnArrays(true);
          return statement.all() as unknown as StoredValue[][];
        };
        const trimmed = rows(`SELECT ${COLUMNS} FROM trimmed`).map((row) => decoded(row as StoredRow));
        const series = rows('SELECT number, name FROM series ORDER BY number').map(([number, name], i) => {
          if (number !== i + 1 || typeof name !== 'string')
            throw new StoreError('damaged', `series ${i + 1} is missing`);
          return name;
        });
        const newestTrimmed = Math.max(0, ...trimmed.map(([seq]) => seq));
        const [oldest, newest] = rows('SELECT min(seq), max(seq) FROM entries')[0] as [number | null, number | null];
        const head = newest ?? newestTrimmed;
        this.#tail = oldest === null ? head : oldest - 1;
        const add = db.prepare('INSERT INTO epochs (epoch, first) VALUES (?, ?)');
        transaction(db, () => {
          add.run(epoch, head + 1);
          db.exec(`DELETE FROM epochs WHERE start <= (SELECT max(start) FROM epochs) - ${MAX_EPOCHS}`);
        });
        const epochs = rows('SELECT epoch, first FROM epochs ORDER BY start').map(([name, first]) => ({
          epoch: name as string,
          first: first as number,
        }));
        this.#epoch = epoch;
        this.#open = this.#ready(db);
        return { epochs, series, tail: this.#tail, head, trimmed };
      } catch (error) {
        db.close();
        throw error;
      }
    });
  }

  /** @throws StoreError */
  read(seq: number, limit: number): StoredEntry[] {
    return guarded(() => {
      const statement = this.#reopened().db.prepare(
        `SELECT ${COLUMNS} FROM entries WHERE seq > ? ORDER BY seq LIMIT ?`,
      );
      statement.setReturnArrays(true);
      return (statement.all(seq, limit) as unknown as StoredRow[]).map(decoded);
    });
  }

  /** @throws StoreError; nothing of the commit is kept then, or all of it */
  commit({ series, entries, trimTo }: StoreCommit): void {
    try {
      guarded(() => {
        const { db, addSeries, addEntry, keepNewest, trim, files } = this.#reopened();
        for (const [path, inode] of files) {
          if (inodeOf(path) !== inode) throw new StoreError('unusable', `${path} was deleted or replaced`);
        }
        const trimmed = Math.min(trimTo, this.#tail + 2 * entries.length + TRIM_STEP);
        transaction(db, () => {
          for (const each of series) addSeries.run(...each);
          for (const [seq, number, n, at, receivedAt, quality, value] of entries)
            addEntry.run(seq, number, n, at, receivedAt, quality, encoded(value));
          if (trimmed > this.#tail) {
            keepNewest.run(trimmed);
            trim.run(trimmed);
          }
        });
        this.#tail = Math.max(this.#tail, trimmed);
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** @throws StoreError */
  setAside(): string {
    return guarded(() => {
      this.close();
      let aside = `${this.#path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
      while (existsSync(aside)) aside += '-';
      renameSync(this.#path, aside);
      if (existsSync(`${this.#path}-wal`)) renameSync(`${this.#path}-wal`, `${aside}-wal`);
      return aside;
    });
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    try {
      open?.db.close();
    } catch {
      // What has gone wrong with the file has been said, or is by the next commit.
    }
  }

  /** Open, if need be again: but only what is as we left it. */
  #reopened(): OpenStore {
    if (this.#open) return this.#open;
    if (!existsSync(this.#path))
      throw new StoreError('unusable', `${this.#path} was deleted; a restart begins another`);
    const db = this.#connect();
    try {
      const last = db.prepare('SELECT epoch FROM epochs ORDER BY start DESC LIMIT 1').get()?.['epoch'];
      if (last !== this.#epoch)
        throw new StoreError('unusable', `${this.#path} was used by another gateway; a restart reads it anew`);
      // Takes the lock, and makes the log that is watched from here on.
      transaction(db, () => db.exec(`PRAGMA user_version = ${VERSION}`));
      return (this.#open = this.#ready(db));
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #connect(): DatabaseSync {
    const db = new DatabaseSync(this.#path, { timeout: PATIENCE_MS });
    try {
      // Exclusive: a second gateway is refused, and the lock goes with the process however it ends.
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      db.exec(`PRAGMA journal_size_limit = ${16 * 1024 * 1024}`);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  }

  #ready(db: DatabaseSync): OpenStore {
    return {
      db,
      addSeries: db.prepare('INSERT OR REPLACE INTO series (number, name) VALUES (?, ?)'),
      addEntry: db.prepare(`INSERT OR REPLACE INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`),
      // The other columns are those of the row with the maximum: sqlite.org/lang_select.html#bareagg
      keepNewest: db.prepare(
        `INSERT OR REPLACE INTO trimmed (${COLUMNS}) SELECT max(seq), series, n, at, receivedAt, quality, value
         FROM entries WHERE seq <= ? GROUP BY series`,
      ),
      trim: db.prepare('DELETE FROM entries WHERE seq <= ?'),
      files: new Map([this.#path, `${this.#path}-wal`].map((path) => [path, inodeOf(path)])),
    };
  }
}

function migrate(db: DatabaseSync): void {
  const version = db.prepare('PRAGMA user_version').get()!['user_version'] as number;
  if (version > VERSION) throw new StoreError('newer', `it was written by a newer Telewire (version ${version})`);
  if (version === 0) transaction(db, () => db.exec(SCHEMA));
}

function transaction(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

const encoded = (value: Value): StoredValue =>
  typeof value === 'number' || value === null ? value : JSON.stringify(value);

const decoded = ([seq, number, n, at, receivedAt, quality, value]: StoredRow): StoredEntry => [
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
function guarded<T>(work: () => T): T {
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

import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Kind, kindOf, KINDS } from './kind.js';
import {
  COLUMNS,
  entryOf,
  guarded,
  headOf,
  inodeOf,
  migrate,
  rowOf,
  SCHEMA,
  type StoredRow,
  type StoredValue,
  TABLES,
  transaction,
  VERSION,
  versionOf,
} from './sqlite-schema.js';
import { type StoreBeginning, type StoreCommit, type StoreContents, type StoredEntry, StoreError } from './store.js';

/** Where the journal of a folder lies. */
export const journalPath = (directory: string): string => join(directory, 'journal.sqlite');

// A gateway that is on its way out may hold the file for a moment.
const PATIENCE_MS = 2_000;
// Longer ago, a cursor is as good as unknown.
const MAX_EPOCHS = 1_000;
// Besides twice what a commit adds, so that a backlog shrinks and no commit takes long.
const TRIM_STEP = 64;

const KEEP_NOTE = 'INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)';

interface KindStatements {
  readonly add: StatementSync;
  readonly oldest: StatementSync;
  readonly keepNewest: StatementSync;
  readonly trim: StatementSync;
}

interface OpenStore {
  readonly db: DatabaseSync;
  readonly addSeries: StatementSync;
  readonly keepNote: StatementSync;
  readonly dropNote: StatementSync;
  readonly of: Readonly<Record<Kind, KindStatements>>;
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
  #head = 0;

  constructor(private readonly directory: string) {
    this.#path = journalPath(directory);
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
        const trimmed = KINDS.flatMap((kind) => rows(`SELECT ${COLUMNS} FROM ${TABLES[kind].trimmed}`)).map((row) =>
          entryOf(row as StoredRow),
        );
        const series = rows('SELECT number, name FROM series ORDER BY number').map(([number, name], i) => {
          if (number !== i + 1 || typeof name !== 'string')
            throw new StoreError('damaged', `series ${i + 1} is missing`);
          return name;
        });
        const head = headOf(db);
        this.#head = head;
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
        const notes = rows('SELECT name, text FROM notes') as [string, string][];
        return { epochs, series, head, trimmed, notes };
      } catch (error) {
        db.close();
        throw error;
      }
    });
  }

  /** @throws StoreError */
  read(seq: number, limit: number): StoredEntry[] {
    return guarded(() => {
      const after = KINDS.map((kind) => `SELECT ${COLUMNS} FROM ${TABLES[kind].entries} WHERE seq > ?1`);
      const statement = this.#reopened().db.prepare(`${after.join(' UNION ALL ')} ORDER BY seq LIMIT ?2`);
      statement.setReturnArrays(true);
      return (statement.all(seq, limit) as unknown as StoredRow[]).map(entryOf);
    });
  }

  /** @throws StoreError; nothing of the commit is kept then, or all of it */
  commit({ series, entries, notes, trimTo }: StoreCommit): void {
    try {
      guarded(() => {
        if (this.#open && [...this.#open.files].some(([path, inode]) => inodeOf(path) !== inode)) this.close();
        const { db, addSeries, keepNote, dropNote, of } = this.#reopened();
        transaction(db, () => {
          for (const each of series) addSeries.run(...each);
          for (const entry of entries) of[kindOf(entry[6])].add.run(...rowOf(entry));
          for (const [name, text] of notes) {
            if (text === null) dropNote.run(name);
            else keepNote.run(name, text);
          }
          for (const kind of KINDS) trim(of[kind], trimTo[kind], 2 * entries.length + TRIM_STEP);
        });
        this.#head = entries.at(-1)?.[0] ?? this.#head;
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** @throws StoreError */
  begin({ epochs, series, trimmed, notes }: StoreBeginning): void {
    guarded(() => {
      this.close();
      mkdirSync(this.directory, { recursive: true });
      const db = this.#connect();
      try {
        if (versionOf(db) !== 0) throw new StoreError('taken', 'another gateway has begun there');
        db.exec('BEGIN IMMEDIATE');
        db.exec(SCHEMA);
        const addEpoch = db.prepare('INSERT INTO epochs (epoch, first) VALUES (?, ?)');
        for (const { epoch, first } of epochs) addEpoch.run(epoch, first);
        const addSeries = db.prepare('INSERT INTO series (number, name) VALUES (?, ?)');
        series.forEach((name, i) => addSeries.run(i + 1, name));
        for (const kind of KINDS) {
          const add = db.prepare(`INSERT INTO ${TABLES[kind].trimmed} (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
          for (const entry of trimmed) if (kindOf(entry[6]) === kind) add.run(...rowOf(entry));
        }
        const keepNote = db.prepare(KEEP_NOTE);
        for (const each of notes) keepNote.run(...each);
        this.#head = headOf(db);
        this.#open = this.#ready(db);
      } catch (error) {
        db.close();
        throw error;
      }
    });
  }

  /** @throws StoreError */
  fill(entries: readonly StoredEntry[]): void {
    try {
      guarded(() => {
        const { db, of } = this.#reopened();
        if (!db.isTransaction) throw new StoreError('unusable', 'nothing has begun anew');
        for (const entry of entries) of[kindOf(entry[6])].add.run(...rowOf(entry));
        this.#head = entries.at(-1)?.[0] ?? this.#head;
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** @throws StoreError */
  setAside(): string {
    return guarded(() => this.#moved('damaged'));
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
    if (!existsSync(this.#path)) throw new StoreError('gone', `${this.#path} was deleted`);
    const db = this.#connect();
    try {
      if (versionOf(db) === 0) throw new StoreError('gone', `${this.#path} was emptied`);
      const last = db.prepare('SELECT epoch FROM epochs ORDER BY start DESC LIMIT 1').get()?.['epoch'];
      if (last !== this.#epoch)
        throw new StoreError('unusable', `${this.#path} was used by another gateway; a restart reads it anew`);
      if (headOf(db) >= this.#head) {
        // Takes the lock, and makes the log that is watched from here on.
        transaction(db, () => db.exec(`PRAGMA user_version = ${VERSION}`));
        return (this.#open = this.#ready(db));
      }
    } catch (error) {
      db.close();
      throw error;
    }
    db.close();
    throw new StoreError(
      'gone',
      `${this.#path} was replaced by an older one, which lies at ${this.#moved('replaced')}`,
    );
  }

  #moved(why: 'damaged' | 'replaced'): string {
    this.close();
    let aside = `${this.#path}.${why}-${new Date().toISOString().replaceAll(':', '-')}`;
    while (existsSync(aside)) aside += '-';
    renameSync(this.#path, aside);
    if (existsSync(`${this.#path}-wal`)) renameSync(`${this.#path}-wal`, `${aside}-wal`);
    return aside;
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
      keepNote: db.prepare(KEEP_NOTE),
      dropNote: db.prepare('DELETE FROM notes WHERE name = ?'),
      of: { values: statementsOf(db, 'values'), waveforms: statementsOf(db, 'waveforms') },
      files: new Map([this.#path, `${this.#path}-wal`].map((path) => [path, inodeOf(path)])),
    };
  }
}

function statementsOf(db: DatabaseSync, kind: Kind): KindStatements {
  const { entries, trimmed } = TABLES[kind];
  return {
    add: db.prepare(`INSERT OR REPLACE INTO ${entries} (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    oldest: db.prepare(`SELECT min(seq) AS seq FROM ${entries}`),
    // The other columns are those of the row with the maximum: sqlite.org/lang_select.html#bareagg
    keepNewest: db.prepare(
      `INSERT OR REPLACE INTO ${trimmed} (${COLUMNS}) SELECT max(seq), series, n, at, receivedAt, quality, value, id
       FROM ${entries} WHERE seq <= ? GROUP BY series`,
    ),
    trim: db.prepare(`DELETE FROM ${entries} WHERE seq <= ?`),
  };
}

/** Lets go of what lies up to `trimTo`, but of no more than `most` at once. */
function trim({ oldest, keepNewest, trim }: KindStatements, trimTo: number, most: number): void {
  const first = oldest.get()!['seq'] as number | null;
  if (first === null || first > trimTo) return;
  const upTo = Math.min(trimTo, first + most - 1);
  keepNewest.run(upTo);
  trim.run(upTo);
}

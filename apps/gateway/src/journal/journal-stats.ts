import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { guarded, TABLES, VERSION, versionOf } from './sqlite-schema.js';
import { journalPath } from './sqlite-store.js';
import { StoreError } from './store.js';

/** What a journal holds of one class of values. */
export interface ClassStats {
  readonly name: 'numbers' | 'words' | 'waveforms';
  readonly readings: number;
  /** Of the values alone. */
  readonly bytes: number;
  /** Receipt of the oldest and the newest, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** What a journal holds. */
export interface JournalStats {
  readonly path: string;
  /** Of the file and of its log. */
  readonly fileBytes: number;
  readonly series: number;
  readonly notes: number;
  readonly classes: readonly ClassStats[];
  /** Starts on record, the newest last, with the first sequence number of each. */
  readonly epochs: readonly { readonly epoch: string; readonly first: number }[];
}

// As `sqlite-schema` keeps values: what is a number is a number or NULL, and all else is JSON.
const BY_CLASS = `
  SELECT name, count(*) AS readings, sum(CASE WHEN typeof(value) = 'text' THEN length(value) ELSE 8 END) AS bytes,
    min(receivedAt) AS "from", max(receivedAt) AS "to"
  FROM (SELECT CASE WHEN typeof(value) = 'text' THEN 'words' ELSE 'numbers' END AS name, value, receivedAt
      FROM ${TABLES.values.entries}
    UNION ALL SELECT 'waveforms', value, receivedAt FROM ${TABLES.waveforms.entries})
  GROUP BY name ORDER BY name`;

/** Reads what the journal of a folder holds. @throws StoreError also where a gateway has it open */
export function journalStats(directory: string): JournalStats {
  return guarded(() => {
    const path = journalPath(directory);
    if (!existsSync(path)) throw new StoreError('unusable', 'there is none');
    const db = new DatabaseSync(path);
    try {
      const version = versionOf(db);
      if (version !== VERSION) throw new StoreError('version', `it is of version ${version}, and this is ${VERSION}`);
      const all = <T>(sql: string) =>
        db
          .prepare(sql)
          .all()
          .map((row) => ({ ...row })) as unknown as T[];
      const count = (table: string) => all<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)[0]!.count;
      return {
        path,
        fileBytes: [path, `${path}-wal`].reduce(
          (sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0),
          0,
        ),
        series: count('series'),
        notes: count('notes'),
        classes: all<ClassStats>(BY_CLASS),
        epochs: all<{ epoch: string; first: number }>('SELECT epoch, first FROM epochs ORDER BY start'),
      };
    } finally {
      db.close();
    }
  });
}

// Of many starts the newest are of interest.
const EPOCHS_SHOWN = 5;

/** The same as lines for whoever asked on a terminal. */
export function linesOf({ path, fileBytes, series, notes, classes, epochs }: JournalStats): string[] {
  const shown = epochs.slice(-EPOCHS_SHOWN);
  return [
    `${path}: ${sizeOf(fileBytes)}, ${series} series, ${notes} notes`,
    ...classes.map(
      ({ name, readings, bytes, from, to }) =>
        `${name}: ${readings} readings, ${sizeOf(bytes)}, ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
    ),
    `${epochs.length} epochs${shown.length < epochs.length ? `, the last ${shown.length}` : ''}:`,
    ...shown.map(({ epoch, first }) => `  ${epoch} from reading ${first}`),
  ];
}

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

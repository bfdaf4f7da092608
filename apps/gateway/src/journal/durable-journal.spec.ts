import { copyFileSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom } from 'rxjs';
import type { Value } from '@telewire/telemetry';
import { LocalStore } from '../testing/local-store.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { DurableJournal, type DurableOptions } from './durable-journal.js';
import { journalContract } from './journal.contract.js';
import type { Journal, JournalEntry, ReceivedReading } from './journal.js';
import { StoreError } from './store.js';

const ROOMY = { maxBytes: 1 << 24, segmentSize: 64 };
const SMALL = { maxBytes: 8 * 1024, segmentSize: 4 };

const reading = (series: string, value: Value, at = 1000): ReceivedReading => ({
  series,
  at,
  receivedAt: at + 12,
  value,
  quality: 'good',
});
const entriesOf = (journal: Journal): JournalEntry[] => [...journal.after(0)];

const contracts = temporaryFolder();
let contractCount = 0;
journalContract('the durable journal', async (bounds) => {
  const store = new LocalStore(join(contracts.path, String(++contractCount)));
  return (await DurableJournal.open(store, bounds)).journal;
});
afterAll(() => contracts.remove());

describe('a durable journal', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: LocalStore;
  let journal: DurableJournal;

  const open = async (options: DurableOptions = ROOMY) => {
    store = new LocalStore(folder.path);
    const opened = await DurableJournal.open(store, { retryMs: 1, ...options });
    journal = opened.journal;
    return opened.recovery;
  };
  /** As after kill -9: nothing is told, the lock is gone. */
  const killAndOpen = async (options?: DurableOptions) => {
    await store.close();
    return open(options);
  };
  const path = () => join(folder.path, 'journal.sqlite');

  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
  });
  afterEach(async () => {
    await journal.close();
    folder.remove();
  });

  it('holds every kind of value after a restart as it was', async () => {
    const values: Value[] = [1, -0.5, 1e300, 'x', '', '\ud800 half', 'a\0b', true, false, null];
    values.push({ periodMs: 3.9, values: [1, null, -2.5] });
    await journal.append(values.map((value, i) => ({ ...reading(`s${i}`, value, i + 0.5), quality: 'uncertain' })));
    const before = entriesOf(journal);
    expect(await killAndOpen()).toMatchObject({ entries: values.length, series: values.length });
    expect(entriesOf(journal)).toEqual(before);
    expect(before.map(({ value }) => value)).toEqual(values);
  });

  it('goes on counting after a restart', async () => {
    await journal.append([reading('a', 1), reading('b', 2), reading('a', 3)]);
    await killAndOpen();
    await journal.append([reading('c', 4), reading('a', 5)]);
    expect(entriesOf(journal).map(({ seq, number, series, n }) => `${seq} ${number} ${series}${n}`)).toEqual([
      '1 1 a1',
      '2 2 b1',
      '3 1 a2',
      '4 3 c1',
      '5 1 a3',
    ]);
  });

  it('has its notes again after a restart, once what was appended after them is committed', async () => {
    journal.note('a', 'A');
    journal.note('b', 'B');
    await journal.append([]);
    await killAndOpen();
    journal.note('a', undefined);
    journal.note('b', 'B2');
    store.failure = new StoreError('unusable', 'the disk is full');
    const appended = journal.append([]);
    await firstValueFrom(journal.state.pipe(filter(({ taking }) => !taking)));
    journal.note('c', 'C');
    store.failure = undefined;
    await Promise.all([appended, journal.append([])]);
    journal.note('d', 'not yet');
    await killAndOpen();
    expect([...journal.notes]).toEqual([
      ['b', 'B2'],
      ['c', 'C'],
    ]);
  });

  it('shows nothing, and resolves nothing, before the commit', async () => {
    store.failure = new StoreError('unusable', 'the disk is full');
    let resolved = false;
    const appended = journal.append([reading('a', 1)]).then(() => (resolved = true));
    const red = await firstValueFrom(journal.state.pipe(filter(({ taking }) => !taking)));
    expect(red).toEqual({ taking: false, reason: 'the disk is full' });
    expect([journal.head, journal.seriesCount, resolved]).toEqual([0, 0, false]);
    store.failure = undefined;
    await appended;
    expect(journal.entry(1)).toMatchObject({ series: 'a', n: 1, value: 1 });
    expect(await firstValueFrom(journal.state)).toEqual({ taking: true });
  });

  it('refuses what is more than it can hold back while its store fails', async () => {
    store.failure = new StoreError('unusable', 'the disk is full');
    const long = 'x'.repeat(4 * 1024 * 1024);
    const waiting = Array.from({ length: 3 }, () => journal.append([reading('a', long)]));
    await expect(journal.append([reading('a', long), reading('a', long)])).rejects.toThrow('cannot keep up');
    store.failure = undefined;
    await Promise.all(waiting);
    await journal.append([reading('a', long)]);
    expect(journal.head).toBe(4);
  });

  it('rejects what it could not commit before it is closed', async () => {
    store.failure = new StoreError('unusable', 'the disk is full');
    const appended = journal.append([reading('a', 1)]);
    await Promise.all([expect(appended).rejects.toThrow('closed'), journal.close()]);
    await open();
    expect(journal.head).toBe(0);
  });

  it('goes on in memory where that is allowed, and says so', async () => {
    await killAndOpen({ ...ROOMY, allowVolatile: true });
    await journal.append([reading('a', 1)]);
    store.failure = new StoreError('unusable', 'the disk is full');
    await journal.append([reading('a', 2)]);
    expect(await firstValueFrom(journal.state)).toEqual({
      taking: true,
      reason: 'kept in memory only: the disk is full',
    });
    const volatile = { epoch: journal.epoch, seq: 2 };
    expect(journal.locate(volatile, 0)).toEqual({ seq: 2 });
    await killAndOpen();
    expect(entriesOf(journal).map(({ value }) => value)).toEqual([1]);
    expect(journal.locate(volatile, 0)).toEqual({ seq: 0, gap: 'restarted' });
  });

  it('takes cursors of earlier epochs up to their end, and none of another journal', async () => {
    const epochs: string[] = [];
    for (let start = 0; start < 3; start++) {
      epochs.push(journal.epoch);
      await journal.append([reading('a', start), reading('a', start)]);
      await killAndOpen();
    }
    expect(new Set([...epochs, journal.epoch]).size).toBe(4);
    const at = (epoch: string, seq: number) => journal.locate({ epoch, seq }, 0);
    for (const seq of [0, 1, 2]) expect(at(epochs[0]!, seq)).toEqual({ seq });
    expect(at(epochs[0]!, 3)).toEqual({ seq: 0, gap: 'restarted' });
    expect(at(epochs[1]!, 4)).toEqual({ seq: 4 });
    expect(at(epochs[1]!, 5)).toEqual({ seq: 0, gap: 'restarted' });
    expect(at(journal.epoch, 6)).toEqual({ seq: 6 });
    expect(at(journal.epoch, 7)).toEqual({ seq: 0, gap: 'ahead' });
    expect(at('00000000', 1)).toEqual({ seq: 0, gap: 'restarted' });
  });

  it('lets go of what the ring has evicted, and still knows the newest of each series', async () => {
    await killAndOpen(SMALL);
    await journal.append([reading('seldom', 'x')]);
    for (let i = 0; i < 600; i++) await journal.append([reading('often', i)]);
    const { head, tails, epoch } = journal;
    const tail = tails.values;
    const found = await killAndOpen(SMALL);
    expect(found.entries).toBeLessThan(200);
    expect([journal.head, journal.tails]).toEqual([head, tails]);
    expect(journal.latest(1, 'head')).toMatchObject({ series: 'seldom', n: 1, value: 'x' });
    expect(journal.latest(2, tail)).toMatchObject({ series: 'often', n: tail - 1 });
    expect(journal.locate({ epoch, seq: tail - 1 }, tail)).toEqual({ seq: tail, gap: 'evicted' });
    await journal.append([reading('seldom', 'y')]);
    expect(journal.entry(head + 1)).toMatchObject({ n: 2 });
  });

  it('knows after a restart what was late, also behind what has been let go', async () => {
    const kept = (value: number) => ({ ...reading('a', value), at: 1_000 - 60_000 });
    await journal.append([reading('a', 1), kept(2), reading('a', 3)]);
    const before = entriesOf(journal);
    expect(before.map(({ late }) => late)).toEqual([undefined, true, undefined]);
    await killAndOpen();
    expect(entriesOf(journal)).toEqual(before);
    await killAndOpen(SMALL);
    await journal.append([reading('seldom', 1)]);
    for (let i = 0; i < 600; i++) await journal.append([reading('often', i)]);
    await killAndOpen(SMALL);
    expect(journal.entry(4)).toBeUndefined();
    await journal.append([{ ...kept(2), series: 'seldom' }]);
    expect(journal.entry(journal.head)).toMatchObject({ n: 2, late: true });
    expect(journal.latest(journal.numberOf('seldom')!, 'head')).toMatchObject({ n: 1 });
  });

  it.each([
    ['whole', 0, [1, 2, 3, 4, 5, 6]],
    ['cut short in its last commit', 1, [1, 2, 3]],
  ])('after a kill holds each commit whole or not at all: its log is %s', async (_name, cut, expected) => {
    for (const first of [1, 4]) await journal.append([0, 1, 2].map((i) => reading('a', first + i)));
    // What lies on the disk while it is open is what a kill leaves.
    const left = join(folder.path, 'left');
    mkdirSync(left);
    for (const file of ['journal.sqlite', 'journal.sqlite-wal'])
      copyFileSync(join(folder.path, file), join(left, file));
    truncateSync(join(left, 'journal.sqlite-wal'), statSync(join(left, 'journal.sqlite-wal')).size - cut);
    const found = await DurableJournal.open(new LocalStore(left), ROOMY);
    expect(entriesOf(found.journal).map(({ value }) => value)).toEqual(expected);
    await found.journal.close();
  });

  it('is not opened twice', async () => {
    const second = DurableJournal.open(new LocalStore(folder.path), ROOMY);
    await expect(second).rejects.toMatchObject({ fault: 'taken', message: 'another gateway uses it' });
  });

  it.each([
    ['no database', (file: string) => writeFileSync(file, 'x'.repeat(10_000))],
    ['a hole', (file: string) => writeHole(file)],
  ])('puts a damaged file aside, and begins with nothing: %s', async (_name, damage) => {
    await journal.append(Array.from({ length: 100 }, (_, i) => reading('a', i)));
    await journal.close();
    damage(path());
    const recovery = await open();
    expect(recovery).toMatchObject({ entries: 0, setAside: expect.stringContaining('journal.sqlite.damaged-') });
    expect(readdirSync(folder.path)).toContain(recovery.setAside!.split('/').at(-1));
    await journal.append([reading('a', 1)]);
    expect(journal.head).toBe(1);
  });

  it('knows a file that has lost a number where waveforms were let go', async () => {
    const bounds = { ...ROOMY, maxWaveformBytes: 4096, segmentSize: 4 };
    await killAndOpen(bounds);
    for (let i = 1; i <= 100; i++)
      await journal.append([reading('hr', i), reading('ecg', { periodMs: 4, values: Array<number>(50).fill(i) })]);
    const before = entriesOf(journal);
    expect(journal.tails.waveforms).toBeGreaterThan(100);
    expect(await killAndOpen(bounds)).not.toHaveProperty('setAside');
    expect(entriesOf(journal)).toEqual(before);
    await journal.close();
    writeHole(path(), 51);
    expect(await open(bounds)).toMatchObject({ entries: 0, setAside: expect.stringContaining('damaged') });
  });

  it('holds what a publisher calls a reading', async () => {
    await journal.append([{ ...reading('door', 'opened'), id: 'e-17' }, reading('door', 'closed')]);
    await killAndOpen();
    expect(entriesOf(journal).map(({ id }) => id)).toEqual(['e-17', undefined]);
  });

  it('goes on in a file of version 2, which kept no ids', async () => {
    await journal.append([reading('a', 1)]);
    await journal.close();
    const db = new DatabaseSync(path());
    for (const table of ['entries', 'trimmed', 'waveforms', 'trimmedWaveforms'])
      db.exec(`ALTER TABLE ${table} DROP COLUMN id`);
    db.exec('PRAGMA user_version = 2');
    db.close();
    await open();
    await journal.append([{ ...reading('a', 2), id: 'e-17' }]);
    await killAndOpen();
    expect(entriesOf(journal)).toMatchObject([{ value: 1 }, { value: 2, id: 'e-17' }]);
  });

  it.each([
    [1, /earlier/],
    [99, /newer/],
  ])('leaves a file of version %i alone', async (version, message) => {
    await journal.close();
    const db = new DatabaseSync(path());
    db.exec(`PRAGMA user_version = ${version}`);
    db.close();
    await expect(open()).rejects.toMatchObject({ fault: 'version', message: expect.stringMatching(message) });
    await store.close();
    const files = readdirSync(folder.path);
    expect(files.filter((file) => file.includes('damaged'))).toEqual([]);
  });

  it('does not go on in a file that another gateway has used meanwhile', async () => {
    await journal.append([reading('a', 1)]);
    const first = { store, journal };
    // What a failed commit does: it lets go of the file.
    await store.close();
    await open();
    await journal.append([reading('a', 'theirs')]);
    await store.close();
    const appended = first.journal.append([reading('a', 2)]);
    const { reason } = await firstValueFrom(first.journal.state.pipe(filter(({ taking }) => !taking)));
    expect(reason).toMatch(/used by another gateway/);
    await Promise.all([expect(appended).rejects.toThrow('closed'), first.journal.close()]);
    await open();
    expect(entriesOf(journal).map(({ value }) => value)).toEqual([1, 'theirs']);
  });
});

/** Takes one entry out of a journal that is closed. */
function writeHole(file: string, seq = 50): void {
  const db = new DatabaseSync(file);
  db.exec(`DELETE FROM entries WHERE seq = ${seq}`);
  db.close();
}

import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom } from 'rxjs';
import { LocalStore } from '../testing/local-store.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { DurableJournal } from './durable-journal.js';
import { type JournalEntry, type ReceivedReading } from './journal.js';
import { StoreError } from './store.js';

// A ring that has evicted some, and more than one step of writing anew.
const OPTIONS = { maxBytes: 1 << 20, segmentSize: 64, retryMs: 1 };
const READINGS = 9_000;

const reading = (series: string, value: number): ReceivedReading => ({
  series,
  at: value,
  receivedAt: value,
  value,
  quality: 'good',
});

describe('a durable journal whose file is taken away while it is open', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: LocalStore;
  let journal: DurableJournal;
  let epochs: string[];

  const open = async () => {
    store = new LocalStore(folder.path);
    ({ journal } = await DurableJournal.open(store, OPTIONS));
    epochs.push(journal.epoch);
  };
  const fill = async (from: number, to: number) => {
    for (let n = from; n < to; n += 1000)
      await journal.append(Array.from({ length: Math.min(1000, to - n) }, (_, i) => reading(`s${(n + i) % 7}`, n + i)));
  };
  const path = () => join(folder.path, 'journal.sqlite');
  const remove = () => ['', '-wal'].forEach((end) => rmSync(`${path()}${end}`, { force: true }));
  const contents = () => ({
    head: journal.head,
    tail: journal.tail,
    notes: [...journal.notes],
    entries: Array.from({ length: journal.head - journal.tail }, (_, i) => journal.entry(journal.tail + 1 + i)!),
    latest: Array.from({ length: journal.seriesCount }, (_, i) => journal.latest(i + 1, 'tail')),
  });
  /** The next time that it is red. */
  const red = async () => (await firstValueFrom(journal.state.pipe(filter(({ taking }) => !taking)))).reason;
  const killAndOpen = async () => {
    await store.close();
    await open();
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    epochs = [];
    await open();
    journal.note('a', 'said of a');
    await journal.append([reading('seldom', 0)]);
    await killAndOpen();
    await fill(1, READINGS);
  });
  afterEach(async () => {
    await journal.close();
    folder.remove();
  });

  it('says so, writes it anew from memory, and takes readings again', async () => {
    remove();
    const appended = journal.append([reading('s0', READINGS)]);
    expect(await red()).toMatch(/journal\.sqlite was deleted; it is being written anew from memory$/);
    await appended;
    expect(await firstValueFrom(journal.state)).toEqual({ taking: true });
    expect(journal.tail).toBeGreaterThan(1);
    const before = contents();
    const [first, second] = epochs;
    await killAndOpen();
    expect(contents()).toEqual(before);
    const { head, tail } = journal;
    expect(journal.locate({ epoch: first!, seq: 1 })).toEqual({ seq: tail, gap: 'evicted' });
    expect(journal.locate({ epoch: second!, seq: head })).toEqual({ seq: head });
    expect(journal.locate({ epoch: second!, seq: head + 1 })).toEqual({ seq: tail, gap: 'restarted' });
  });

  it('does so too when the whole folder is gone', async () => {
    rmSync(folder.path, { recursive: true });
    await journal.append([reading('s0', READINGS)]);
    const before = contents();
    await killAndOpen();
    expect(contents()).toEqual(before);
  });

  it('goes on where it was when the new file could not be written at first', async () => {
    remove();
    const { commit } = store;
    let commits = 0;
    store.commit = async (each) => {
      // The second step of writing it anew: the first commit is refused, then one step is made.
      if (++commits === 3) throw new StoreError('unusable', 'the disk is full');
      return commit.call(store, each);
    };
    const appended = journal.append([reading('s0', READINGS)]);
    await firstValueFrom(journal.state.pipe(filter(({ reason }) => reason === 'the disk is full')));
    await appended;
    const before = contents();
    await killAndOpen();
    expect(contents()).toEqual(before);
  });

  it('takes no cursor for another when it is killed before all is written', async () => {
    await killAndOpen();
    remove();
    const { commit } = store;
    let commits = 0;
    store.commit = async (each) => {
      if (++commits >= 3) throw new StoreError('unusable', 'the disk is full');
      return commit.call(store, each);
    };
    const appended = journal.append([reading('s0', READINGS)]);
    await firstValueFrom(journal.state.pipe(filter(({ reason }) => reason === 'the disk is full')));
    const { head: lost, tail } = journal;
    await Promise.all([expect(appended).rejects.toThrow('closed'), journal.close()]);
    await open();
    expect(journal.head).toBeLessThan(lost);
    const kept = journal.head;
    await fill(kept, lost + 100);
    const [, second] = epochs;
    expect(journal.locate({ epoch: second!, seq: kept })).toEqual({ seq: kept });
    for (const seq of [kept + 1, lost])
      expect(journal.locate({ epoch: second!, seq })).toMatchObject({ gap: 'restarted' });
    expect(journal.tail).toBeGreaterThanOrEqual(tail);
  });

  it('puts an older copy that stands in its place aside, and writes it anew', async () => {
    const copy = join(folder.path, 'copy');
    await store.close();
    copyFileSync(path(), copy);
    await journal.append([reading('s0', READINGS)]);
    remove();
    copyFileSync(copy, path());
    const appended = journal.append([reading('s0', READINGS + 1)]);
    expect(await red()).toMatch(/was replaced by an older one, which lies at .*\.replaced-/);
    await appended;
    const before = contents();
    await killAndOpen();
    expect(contents()).toEqual(before);
    expect(readdirSync(folder.path)).toContainEqual(expect.stringMatching(/^journal\.sqlite\.replaced-/));
  });

  it('puts one that is found damaged aside, and writes it anew, once', async () => {
    const damage = async () => {
      // As after a commit that failed.
      await store.close();
      writeFileSync(path(), 'x'.repeat(10_000));
    };
    await damage();
    const appended = journal.append([reading('s0', READINGS)]);
    expect(await red()).toMatch(/it is no journal; it was put aside as .*\.damaged-.* and is being written anew/);
    await appended;
    const before = contents();
    await killAndOpen();
    expect(contents()).toEqual(before);
    for (let n = 1; n <= 2; n++) {
      await damage();
      const again = journal.append([reading('s0', READINGS + n)]);
      if (n === 1) await again;
      else {
        await firstValueFrom(journal.state.pipe(filter(({ reason }) => reason === 'it is no journal')));
        await Promise.all([expect(again).rejects.toThrow('closed'), journal.close()]);
      }
    }
  });

  it('is not begun over one that stands there', async () => {
    await journal.close();
    const other = new LocalStore(folder.path);
    await expect(other.begin({ epochs: [], series: [], tail: 0, trimmed: [], notes: [] })).rejects.toMatchObject({
      fault: 'taken',
    });
    await open();
    expect(journal.head).toBe(READINGS);
  });

  it('leaves alone what another gateway keeps there', async () => {
    remove();
    const theirs = await DurableJournal.open(new LocalStore(folder.path), OPTIONS);
    await theirs.journal.append([reading('theirs', 1)]);
    const appended = journal.append([reading('s0', READINGS)]);
    expect(await red()).toBe('another gateway uses it');
    await theirs.journal.close();
    await firstValueFrom(journal.state.pipe(filter(({ reason }) => /used by another gateway/.test(reason ?? ''))));
    await Promise.all([expect(appended).rejects.toThrow('closed'), journal.close()]);
    await open();
    expect(contents().entries.map(({ series }: JournalEntry) => series)).toEqual(['theirs']);
  });
});

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
const OPTIONS = { maxBytes: 2 << 20, segmentSize: 64, retryMs: 1 };
const READINGS = 9_000;

// Series `s6` is a waveform.
const reading = (series: string, n: number): ReceivedReading => ({
  series,
  at: n,
  receivedAt: n,
  value: series === 's6' ? { periodMs: 4, values: Array<number>(100).fill(n) } : n,
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
    tails: journal.tails,
    notes: [...journal.notes],
    entries: [...journal.after(0)],
    latest: Array.from({ length: journal.seriesCount }, (_, i) => journal.latest(i + 1, journal.tailOf([i + 1]))),
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
    // Numbers reach back beyond waveforms.
    expect(journal.tails.values).toBeGreaterThan(1);
    expect(journal.tails.waveforms).toBeGreaterThan(journal.tails.values + 500);
    const before = contents();
    const [first, second] = epochs;
    await killAndOpen();
    expect(contents()).toEqual(before);
    const { head, tails } = journal;
    const at = (epoch: string, seq: number) => journal.locate({ epoch, seq }, tails.values);
    expect(at(first!, 1)).toEqual({ seq: tails.values, gap: 'evicted' });
    expect(at(second!, head)).toEqual({ seq: head });
    expect(at(second!, head + 1)).toEqual({ seq: tails.values, gap: 'restarted' });
  });

  it('does so too when the whole folder is gone', async () => {
    rmSync(folder.path, { recursive: true });
    await journal.append([reading('s0', READINGS)]);
    const before = contents();
    await killAndOpen();
    expect(contents()).toEqual(before);
  });

  /** The second step of writing it anew fails, `times` times. */
  const failFilling = (times: number) => {
    const { fill } = store;
    let fills = 0;
    store.fill = async (entries) => {
      if (++fills % 2 === 0 && fills <= 2 * times) throw new StoreError('unusable', 'the disk is full');
      return fill.call(store, entries);
    };
  };

  it('begins again when the new file could not be written at first', async () => {
    remove();
    failFilling(1);
    const appended = journal.append([reading('s0', READINGS)]);
    await firstValueFrom(journal.state.pipe(filter(({ reason }) => reason === 'the disk is full')));
    await appended;
    const before = contents();
    await killAndOpen();
    expect(contents()).toEqual(before);
  });

  it('keeps nothing that is not whole, and takes no cursor for another, when it is killed before all is written', async () => {
    await killAndOpen();
    remove();
    failFilling(Infinity);
    const appended = journal.append([reading('s0', READINGS)]);
    await firstValueFrom(journal.state.pipe(filter(({ reason }) => reason === 'the disk is full')));
    const { head: lost } = journal;
    await Promise.all([expect(appended).rejects.toThrow('closed'), journal.close()]);
    await open();
    expect(journal.head).toBe(0);
    await fill(0, lost + 100);
    const [, second] = epochs;
    for (const seq of [1, lost]) expect(journal.locate({ epoch: second!, seq }, 0)).toMatchObject({ gap: 'restarted' });
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
    await expect(other.begin({ epochs: [], series: [], trimmed: [], notes: [] })).rejects.toMatchObject({
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

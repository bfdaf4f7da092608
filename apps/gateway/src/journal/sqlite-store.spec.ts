import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { SqliteStore } from './sqlite-store.js';
import type { StoredEntry } from './store.js';

describe('the SQLite store', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: SqliteStore;

  beforeEach(() => {
    folder = temporaryFolder();
    store = new SqliteStore(folder.path);
    store.open('0epoch00');
  });
  afterEach(() => {
    store.close();
    folder.remove();
  });

  const number = (seq: number): StoredEntry => [seq, 1, seq, 0, 0, 0, seq, null];
  const wave = (seq: number): StoredEntry => [seq, 2, seq, 0, 0, 0, { periodMs: 4, values: [seq] }, null];
  const commit = (entries: readonly StoredEntry[], values: number, waveforms: number) =>
    store.commit({ series: [], entries, notes: [], trimTo: { values, waveforms } });
  const seqs = () => store.read(0, 10_000).map(([seq]) => seq);
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  it('gives back both kinds in one order, in steps', () => {
    commit([number(1), wave(2), number(3), wave(4), wave(5)], 0, 0);
    expect(store.read(0, 3)).toEqual([number(1), wave(2), number(3)]);
    expect(store.read(3, 3)).toEqual([wave(4), wave(5)]);
  });

  it('lets go of a few of a kind in each commit, however many are too many and however far apart they lie', () => {
    commit([...range(1, 1000).map(wave), number(1001), ...range(1_000_000, 1_000_100).map(wave)], 0, 0);
    const held: number[] = [];
    for (let i = 0; i < 20; i++) {
      commit([], 0, 1_000_090);
      held.push(seqs().length);
    }
    expect(held.slice(0, 3)).toEqual([1102 - 64, 1102 - 128, 1102 - 192]);
    expect(seqs()).toEqual([1001, ...range(1_000_091, 1_000_100)]);
  });

  it('lets go of twice as many as come, so that it catches up', () => {
    commit(range(1, 1000).map(number), 0, 0);
    commit(range(1001, 1100).map(number), 900, 0);
    expect(seqs()[0]).toBe(265);
    store.close();
    expect(store.open('0epoch01').trimmed).toEqual([number(264)]);
  });
});

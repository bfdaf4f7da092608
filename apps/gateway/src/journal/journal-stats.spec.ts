import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Value } from '@telewire/telemetry';
import { LocalStore } from '../testing/local-store.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { DurableJournal } from './durable-journal.js';
import { journalStats, linesOf } from './journal-stats.js';

describe('what a journal holds', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const open = async () => (await DurableJournal.open(new LocalStore(folder.path), { maxBytes: 1 << 20 })).journal;
  const reading = (series: string, value: Value, at: number) =>
    ({ series, value, at, receivedAt: at, quality: 'good' }) as const;

  it('is told by class of value, with its span and the starts on record', async () => {
    const first = await open();
    first.note('device a', '{}');
    await first.append([
      reading('a', 1, 1000),
      reading('a', null, 2000),
      reading('b', '{x', 3000),
      reading('c', true, 4000),
    ]);
    await first.append([reading('d', { periodMs: 4, values: [1, 2] }, 5000)]);
    await first.close();
    const second = await open();
    await second.append([reading('a', 2.5, 6000)]);
    await second.close();
    const stats = journalStats(folder.path);
    expect(stats).toMatchObject({
      series: 4,
      notes: 1,
      classes: [
        { name: 'numbers', readings: 3, bytes: 24, from: 1000, to: 6000 },
        { name: 'waveforms', readings: 1, from: 5000, to: 5000 },
        { name: 'words', readings: 2, from: 3000, to: 4000 },
      ],
      epochs: [
        { epoch: first.epoch, first: 1 },
        { epoch: second.epoch, first: 6 },
      ],
    });
    expect(linesOf(stats)).toEqual([
      expect.stringMatching(/journal\.sqlite: \d+ KiB, 4 series, 1 notes$/),
      'numbers: 3 readings, 1 KiB, 1970-01-01T00:00:01.000Z to 1970-01-01T00:00:06.000Z',
      expect.stringMatching(/^waveforms: 1 readings/),
      expect.stringMatching(/^words: 2 readings/),
      '2 epochs:',
      `  ${first.epoch} from reading 1`,
      `  ${second.epoch} from reading 6`,
    ]);
  });

  it('is not told while a gateway has it open, nor where there is none', async () => {
    expect(() => journalStats(folder.path)).toThrow('there is none');
    const journal = await open();
    expect(() => journalStats(folder.path)).toThrow('another gateway uses it');
    await journal.close();
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Value } from '@telewire/telemetry';
import type { Journal, ReceivedReading } from './journal.js';
import { PLAIN } from './kind.js';
import type { RingOptions } from './ring-journal.js';

const ROOMY = { maxBytes: 64 * 1024 * 1024, segmentSize: 64 };
const SMALL = { maxBytes: 8 * 1024, segmentSize: 4 };
const NOW = 1_000_000;

/** Received at `receivedAt`, measured `agoMs` before. */
const reading = (series: string, value: Value, receivedAt = NOW, agoMs = 0): ReceivedReading => ({
  series,
  at: receivedAt - agoMs,
  receivedAt,
  value,
  quality: 'good',
});
const lateOnes = (journal: Journal) => [...journal.after(0)].filter(({ late }) => late).map(({ seq }) => seq);

/** What every journal keeps to where some of its readings come late. */
export function lateContract(make: (bounds: RingOptions) => Promise<Journal>): void {
  describe('with late readings', () => {
    it('keeps them in their place, with their ordinals, and says which they are', async () => {
      const journal = await make(ROOMY);
      const committed: unknown[] = [];
      journal.committed.subscribe((entries) => committed.push(...entries));
      await journal.append([reading('a', 1), reading('b', 2), reading('a', 3, NOW + 10, 60_000)]);
      await journal.append([reading('a', 4, NOW + 1_000), reading('b', 5, NOW + 1_000, 500)]);
      const entries = [...journal.after(0)];
      expect(entries.map(({ series, n, value }) => [series, n, value])).toEqual([
        ['a', 1, 1],
        ['b', 1, 2],
        ['a', 2, 3],
        ['a', 3, 4],
        ['b', 2, 5],
      ]);
      expect(lateOnes(journal)).toEqual([3]);
      expect(journal.entry(3)).toMatchObject({ late: true });
      expect(committed).toEqual(entries);
    });

    it('shows as present the newest that is not late', async () => {
      const journal = await make(ROOMY);
      await journal.append([reading('a', 1), reading('a', 2, NOW + 10, 60_000)]);
      expect(journal.latest(1, 'head')).toMatchObject({ value: 1, n: 1 });
      expect(journal.newest(1, 'head')).toMatchObject({ value: 2, n: 2, late: true });
      await journal.append([reading('a', 3, NOW + 1_000)]);
      expect([journal.latest(1, 'head'), journal.newest(1, 'head')]).toMatchObject([{ n: 3 }, { n: 3 }]);
    });

    it('shows so too what was present where reading begins', async () => {
      const journal = await make(SMALL);
      // Each third is late; which of them is the last before the tail is the ring's to say.
      for (let i = 1; i <= 300; i++) await journal.append([reading('a', i, NOW + i * 1_000, i % 3 === 0 ? 60_000 : 0)]);
      const seen = new Set<boolean>();
      for (let i = 301; i <= 330; i++) {
        await journal.append([reading('a', i, NOW + i * 1_000, i % 3 === 0 ? 60_000 : 0)]);
        const tail = journal.tails.values;
        expect(journal.newest(1, tail)).toMatchObject({ n: tail });
        expect(journal.latest(1, tail)).toMatchObject({ n: tail % 3 === 0 ? tail - 1 : tail });
        seen.add(tail % 3 === 0);
      }
      expect(seen.size).toBe(2);
    });

    it('judges a series as one, whatever the kinds of its values', async () => {
      const journal = await make(ROOMY);
      const wave = { periodMs: 4, values: [1] };
      await journal.append([reading('a', wave), reading('a', 2, NOW + 10, 60_000)]);
      expect(lateOnes(journal)).toEqual([2]);
      expect(journal.latest(1, 'head')).toMatchObject({ n: 1 });
      expect(journal.latest(1, 'head', PLAIN)).toBeUndefined();
    });

    it('finds no waveform late', async () => {
      const journal = await make(ROOMY);
      const wave = { periodMs: 4, values: [1] };
      await journal.append([reading('a', wave), reading('a', wave, NOW + 10, 60_000)]);
      expect(lateOnes(journal)).toEqual([]);
      expect(journal.latest(1, 'head')).toMatchObject({ n: 2 });
    });

    it('takes a clock that was set back for what it is', async () => {
      const journal = await make(ROOMY);
      await journal.append([reading('a', 0)]);
      for (let i = 1; i <= 6; i++) await journal.append([reading('a', i, NOW + i * 1_000, 3_600_000)]);
      expect(lateOnes(journal)).toEqual([2, 3, 4]);
      expect(journal.latest(1, 'head')).toMatchObject({ value: 6 });
    });
  });
}

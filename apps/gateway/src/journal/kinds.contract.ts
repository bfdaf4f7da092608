import { describe, expect, it } from '@jest/globals';
import type { Value } from '@telewire/telemetry';
import type { Journal, ReceivedReading } from './journal.js';
import { PLAIN } from './kind.js';
import type { RingOptions } from './ring-journal.js';

const HOUR_MS = 3_600_000;
const ROOMY = { maxBytes: 64 * 1024 * 1024, segmentSize: 64 };
const BOTH = { maxBytes: 64 * 1024, maxWaveformBytes: 16 * 1024, segmentSize: 4 };

const reading = (series: string, value: Value, at = 1000): ReceivedReading => ({
  series,
  at,
  receivedAt: at,
  value,
  quality: 'good',
});
const wave = (series: string, at = 1000) => reading(series, { periodMs: 4, values: Array<number>(100).fill(at) }, at);
/** As a monitor sends: a waveform block is several times as large as a number. */
const fill = (journal: Journal, times: number) =>
  appendAll(journal, times, (i) => [reading('hr', i, i), wave('ecg', i)]);
/** A few in each commit: a durable journal waits for the disk each time. */
const appendAll = async (journal: Journal, times: number, readingsOf: (i: number) => ReceivedReading[]) => {
  const all = Array.from({ length: times }, (_, i) => readingsOf(i + 1));
  while (all.length > 0) await journal.append(all.splice(0, 5).flat());
};

/** What every journal keeps to where some of its readings are waveforms. */
export function kindsContract(make: (bounds: RingOptions) => Promise<Journal>): void {
  describe('with numbers and waveforms', () => {
    it('keeps waveforms within their part of the room, and numbers for longer', async () => {
      const journal = await make(BOTH);
      await fill(journal, 1000);
      const [values, waveforms] = [journal.sizeOf('values'), journal.sizeOf('waveforms')];
      expect(waveforms.bytes).toBeGreaterThan(0.8 * BOTH.maxWaveformBytes);
      expect(waveforms.bytes).toBeLessThanOrEqual(BOTH.maxWaveformBytes);
      expect(values.bytes + waveforms.bytes).toBeGreaterThan(0.9 * BOTH.maxBytes);
      expect(values.bytes + waveforms.bytes).toBeLessThanOrEqual(BOTH.maxBytes);
      expect(values.entries).toBeGreaterThan(10 * waveforms.entries);
    });

    it('leaves to numbers the room that waveforms do not take, and not the other way round', async () => {
      const numbers = await make(BOTH);
      await appendAll(numbers, 1000, (i) => [reading('hr', i)]);
      expect(numbers.sizeOf('values').bytes).toBeGreaterThan(0.9 * BOTH.maxBytes);
      const waveforms = await make(BOTH);
      await appendAll(waveforms, 1000, () => [wave('ecg')]);
      expect(waveforms.sizeOf('waveforms').bytes).toBeLessThanOrEqual(BOTH.maxWaveformBytes);
    });

    it('gives waveforms half of the room unless it is said', async () => {
      const journal = await make({ maxBytes: 64 * 1024, segmentSize: 4 });
      await fill(journal, 1000);
      expect(journal.sizeOf('waveforms').bytes / 1024).toBeGreaterThan(28);
      expect(journal.sizeOf('waveforms').bytes / 1024).toBeLessThanOrEqual(32);
    });

    it('has the tail of numbers for who reads numbers, and the later tail for who reads both', async () => {
      const journal = await make(BOTH);
      await fill(journal, 1000);
      const { values, waveforms } = journal.tails;
      expect(values).toBeGreaterThan(0);
      expect(waveforms).toBeGreaterThan(values + 500);
      const [hr, ecg] = [journal.numberOf('hr')!, journal.numberOf('ecg')!];
      expect(journal.tailOf([hr])).toBe(values);
      expect(journal.tailOf([ecg])).toBe(waveforms);
      expect(journal.tailOf([hr, ecg])).toBe(waveforms);
      expect(journal.tailOf([hr, ecg], PLAIN)).toBe(values);
      expect(journal.tailOf([])).toBe(0);
      expect(journal.latest(hr, values)).toMatchObject({ seq: values, series: 'hr' });
      expect(journal.latest(ecg, waveforms)).toMatchObject({ seq: waveforms, series: 'ecg' });
      // Not evicted by then, but how it stood there.
      expect(journal.latest(hr, waveforms)).toMatchObject({ seq: waveforms - 1, series: 'hr' });
      await journal.append([reading('new', 1)]);
      expect(journal.tailOf([journal.numberOf('new')!])).toBe(0);
    });

    it('knows how waveforms stood at the tail of numbers, where that is the later', async () => {
      const journal = await make(BOTH);
      await fill(journal, 20);
      for (let i = 1; i <= 1000; i++) await journal.append([reading('hr', i), reading('rr', i)]);
      const { values, waveforms } = journal.tails;
      expect(values).toBeGreaterThan(waveforms);
      const [hr, ecg] = [journal.numberOf('hr')!, journal.numberOf('ecg')!];
      expect(journal.tailOf([hr, ecg])).toBe(values);
      expect(journal.latest(ecg, values)).toMatchObject({ n: 20 });
    });

    it('has no entry where one was evicted, and reads past it', async () => {
      const journal = await make(BOTH);
      await fill(journal, 1000);
      const { values, waveforms } = journal.tails;
      const seqs = [...journal.after(waveforms - 5, waveforms + 4)].map(({ seq }) => seq - waveforms);
      expect(seqs).toEqual([-3, -1, 1, 2, 3, 4]);
      expect([-2, -1, 0, 1].map((d) => journal.entry(waveforms + d)?.series)).toEqual([
        undefined,
        'hr',
        undefined,
        'hr',
      ]);
      expect([...journal.after(journal.head)]).toEqual([]);
      expect([...journal.after(0, values)]).toEqual([]);
      expect([...journal.after(0)].map(({ seq }) => seq)).toEqual(
        Array.from({ length: journal.head }, (_, i) => i + 1).filter(
          (seq) => seq > (seq % 2 === 1 ? values : waveforms),
        ),
      );
    });

    it('knows both kinds of a series that turns from one to the other', async () => {
      const journal = await make(BOTH);
      for (let i = 1; i <= 10; i++) await journal.append([reading('turns', i, i)]);
      for (let i = 11; i <= 200; i++) await journal.append([wave('turns', i)]);
      const number = journal.numberOf('turns')!;
      expect(journal.latest(number, 'head')).toMatchObject({ n: 200 });
      expect(journal.latest(number, 'head', PLAIN)).toMatchObject({ n: 10, value: 10 });
      expect(journal.tails).toMatchObject({ values: 0 });
      expect(journal.tailOf([number])).toBe(journal.tails.waveforms);
      expect(journal.latest(number, journal.tails.waveforms)).toMatchObject({ n: journal.tails.waveforms });
      expect(journal.latest(number, journal.tails.waveforms, PLAIN)).toMatchObject({ n: 10 });
      await journal.append([reading('turns', 201, 201)]);
      expect(journal.latest(number, 'head', PLAIN)).toMatchObject({ n: 201 });
    });

    it('evicts what is too old of each kind by an age of its own, also where no more of it comes', async () => {
      const journal = await make({ ...ROOMY, maxAgeMs: 10 * HOUR_MS, maxWaveformAgeMs: HOUR_MS });
      await fill(journal, 100);
      await journal.append([reading('hr', 1, 2 * HOUR_MS)]);
      expect(journal.sizeOf('waveforms')).toEqual({ entries: 0, bytes: 0 });
      expect([journal.tails.values, journal.tails.waveforms]).toEqual([0, 200]);
      for (let i = 0; i < 2; i++) await journal.append([wave('ecg', 20 * HOUR_MS)]);
      expect([journal.tails.values, journal.tails.waveforms]).toEqual([201, 200]);
      expect([...journal.after(0)].map(({ seq }) => seq)).toEqual([202, 203]);
    });

    it('makes waveforms no older than everything', async () => {
      const journal = await make({ ...ROOMY, maxAgeMs: HOUR_MS, maxWaveformAgeMs: 10 * HOUR_MS });
      await fill(journal, 10);
      await journal.append([reading('hr', 1, 2 * HOUR_MS)]);
      expect(journal.sizeOf('waveforms').entries).toBe(0);
    });
  });
}

import { afterEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import type { Value } from '@telewire/telemetry';
import type { Journal, JournalEntry, ReceivedReading } from './journal.js';
import { kindsContract } from './kinds.contract.js';
import { lateContract } from './late.contract.js';
import type { RingOptions } from './ring-journal.js';

/** Makes an empty journal with these bounds; it is closed at the end of a case. */
export type MakeJournal = (bounds: RingOptions) => Promise<Journal>;

const ROOMY = { maxBytes: 64 * 1024 * 1024, segmentSize: 64 };
/** Room for a few dozen readings, evicted four at a time. */
const SMALL = { maxBytes: 8 * 1024, segmentSize: 4 };

const reading = (series: string, value: Value, at = 1000): ReceivedReading => ({
  series,
  at,
  receivedAt: at + 12,
  value,
  quality: 'good',
});
const numbered = (series: string, count: number) => Array.from({ length: count }, (_, i) => reading(series, i + 1));

const entriesOf = (journal: Journal): JournalEntry[] => [...journal.after(0)];
/** Of a journal of numbers and words alone. */
const tailOf = (journal: Journal): number => journal.tails.values;
const sizeOf = (journal: Journal) => {
  const [values, waveforms] = [journal.sizeOf('values'), journal.sizeOf('waveforms')];
  return { entries: values.entries + waveforms.entries, bytes: values.bytes + waveforms.bytes };
};

/** What every journal keeps to; an implementation's spec is a call of this. */
export function journalContract(name: string, makeJournal: MakeJournal): void {
  describe(name, () => {
    let made: Journal[] = [];
    const make: MakeJournal = async (bounds) => {
      const journal = await makeJournal(bounds);
      made.push(journal);
      return journal;
    };
    afterEach(async () => {
      for (const journal of made) await journal.close();
      made = [];
    });

    it('is empty at first', async () => {
      const journal = await make(ROOMY);
      expect(journal).toMatchObject({ head: 0, tails: { values: 0, waveforms: 0 }, seriesCount: 0 });
      expect(sizeOf(journal)).toEqual({ entries: 0, bytes: 0 });
      expect(journal.entry(0)).toBeUndefined();
      expect(journal.entry(1)).toBeUndefined();
      expect(journal.latest(1, 'head')).toBeUndefined();
      expect(journal.numberOf('a')).toBeUndefined();
    });

    it('has a name that a cursor can carry, another at each start', async () => {
      const journals = await Promise.all(Array.from({ length: 20 }, () => make(ROOMY)));
      const epochs = journals.map(({ epoch }) => epoch);
      for (const epoch of epochs) expect(epoch).toMatch(/^[0-9a-z]{8,16}$/);
      expect(new Set(epochs).size).toBe(20);
    });

    it('keeps readings in the order in which they were appended, whatever their time', async () => {
      const journal = await make(ROOMY);
      await journal.append([reading('a', 1, 3000), reading('b', 2, 1000)]);
      await journal.append([reading('a', 3, 2000)]);
      expect(entriesOf(journal).map(({ seq, series, value, at }) => [seq, series, value, at])).toEqual([
        [1, 'a', 1, 3000],
        [2, 'b', 2, 1000],
        [3, 'a', 3, 2000],
      ]);
    });

    it('keeps all of a reading', async () => {
      const journal = await make(ROOMY);
      const value = { periodMs: 4, values: [1, null, 2] };
      await journal.append([{ series: 'a', at: 5, receivedAt: 9, value, quality: 'uncertain' }]);
      expect(journal.entry(1)).toEqual({
        seq: 1,
        number: 1,
        n: 1,
        series: 'a',
        at: 5,
        receivedAt: 9,
        value,
        quality: 'uncertain',
      });
    });

    it('counts the readings of each series 1, 2, 3 …', async () => {
      const journal = await make(ROOMY);
      for (const series of ['a', 'b', 'a', 'a', 'b']) await journal.append([reading(series, 0)]);
      expect(entriesOf(journal).map(({ series, n }) => `${series}${n}`)).toEqual(['a1', 'b1', 'a2', 'a3', 'b2']);
    });

    it('numbers series in order of appearance', async () => {
      const journal = await make(ROOMY);
      await journal.append([reading('b', 0), reading('a', 0), reading('b', 0), reading('__proto__', 0)]);
      expect(journal.seriesCount).toBe(3);
      expect([1, 2, 3].map((number) => journal.nameOf(number))).toEqual(['b', 'a', '__proto__']);
      expect(journal.numberOf('a')).toBe(2);
      expect(entriesOf(journal).map(({ number }) => number)).toEqual([1, 2, 1, 3]);
      for (const number of [0, 4, -1, 1.5]) expect(() => journal.nameOf(number)).toThrow(RangeError);
    });

    it('shows a commit to its listeners, whole and readable, before append resolves', async () => {
      const journal = await make(ROOMY);
      const seen: string[] = [];
      journal.committed.subscribe((entries) => {
        expect(entries.map(({ seq }) => journal.entry(seq))).toEqual(entries);
        expect(journal.head).toBe(entries.at(-1)!.seq);
        seen.push(`committed ${entries.map(({ seq }) => seq).join()}`);
      });
      await journal.append([reading('a', 1), reading('a', 2)]).then(() => seen.push('resolved'));
      await journal.append([reading('a', 3)]).then(() => seen.push('resolved'));
      expect(seen).toEqual(['committed 1,2', 'resolved', 'committed 3', 'resolved']);
    });

    it('makes no commit of nothing', async () => {
      const journal = await make(ROOMY);
      journal.committed.subscribe(() => {
        throw new Error('nothing was committed');
      });
      await journal.append([]);
      expect(journal.head).toBe(0);
    });

    it('resolves an append of nothing only after what was appended before', async () => {
      const journal = await make(ROOMY);
      const resolved: string[] = [];
      const first = journal.append([reading('a', 1)]).then(() => resolved.push('first'));
      await journal.append([]).then(() => resolved.push('nothing'));
      await first;
      expect(resolved).toEqual(['first', 'nothing']);
    });

    it('keeps the order of appends that do not wait for one another', async () => {
      const journal = await make(ROOMY);
      const values = Array.from({ length: 500 }, (_, i) => i);
      await Promise.all(values.map((value) => journal.append([reading(`s${value % 3}`, value)])));
      expect(entriesOf(journal).map(({ value }) => value)).toEqual(values);
    });

    it('takes readings', async () => {
      const journal = await make(ROOMY);
      expect(await firstValueFrom(journal.state)).toEqual({ taking: true });
    });

    it('has no entry outside tail + 1 … head', async () => {
      const journal = await make(SMALL);
      for (const each of numbered('a', 500)) await journal.append([each]);
      const { head } = journal;
      const tail = tailOf(journal);
      expect(head).toBe(500);
      expect(tail).toBeGreaterThan(0);
      for (const seq of [-1, 0, 1, tail - 1, tail, head + 1, head + 1000, NaN])
        expect(journal.entry(seq)).toBeUndefined();
      expect(entriesOf(journal).map(({ seq, value }) => [seq, value])).toEqual(
        Array.from({ length: head - tail }, (_, i) => [tail + 1 + i, tail + 1 + i]),
      );
    });

    it('evicts the oldest by bytes, so that long values leave room for fewer', async () => {
      const held = async (value: Value) => {
        const journal = await make(SMALL);
        for (let i = 0; i < 200; i++) await journal.append([reading('a', value)]);
        expect(sizeOf(journal).entries).toBe(journal.head - Math.max(tailOf(journal), journal.tails.waveforms));
        expect(sizeOf(journal).bytes).toBeLessThanOrEqual(SMALL.maxBytes);
        return sizeOf(journal).entries;
      };
      const ofNumbers = await held(1);
      expect(ofNumbers).toBeGreaterThan(20);
      expect(await held('x'.repeat(500))).toBeLessThan(ofNumbers / 3);
      expect(await held({ periodMs: 4, values: Array<number>(100).fill(0) })).toBeLessThan(ofNumbers / 3);
    });

    it('holds the newest reading although it is larger than the bound', async () => {
      const journal = await make(SMALL);
      for (let i = 1; i <= 10; i++) await journal.append([reading('a', 'x'.repeat(SMALL.maxBytes)), reading('b', i)]);
      expect(journal.entry(journal.head)).toMatchObject({ series: 'b', value: 10 });
    });

    it('stays near its bound with readings of any size, however many are evicted together', async () => {
      const maxBytes = 1024 * 1024;
      const journal = await make({ maxBytes, segmentSize: 1024 });
      const long = 'x'.repeat(20_000);
      for (let i = 0; i < 500; i++) {
        await journal.append([reading('a', i % 3 ? long : i)]);
        expect(sizeOf(journal).bytes).toBeLessThan(1.1 * maxBytes);
      }
      expect(entriesOf(journal).map(({ seq }) => seq)).toEqual(
        Array.from({ length: sizeOf(journal).entries }, (_, i) => tailOf(journal) + 1 + i),
      );
    });

    it('stays within its bound over 100,000 readings', async () => {
      const maxBytes = 256 * 1024;
      const journal = await make({ maxBytes, segmentSize: 64 });
      for (let i = 0; i < 1000; i++) await journal.append(numbered(`s${i % 7}`, 100));
      expect(journal.head).toBe(100_000);
      expect(sizeOf(journal).bytes).toBeLessThanOrEqual(maxBytes);
      expect(sizeOf(journal).entries).toBe(journal.head - tailOf(journal));
      expect(entriesOf(journal)).toHaveLength(sizeOf(journal).entries);
    });

    it('knows the newest reading of each series as of the head and as of the tail', async () => {
      const journal = await make(SMALL);
      const all: JournalEntry[] = [];
      journal.committed.subscribe((entries) => all.push(...entries));
      await journal.append([reading('once', 1)]);
      for (let i = 0; i < 300; i++) await journal.append([reading(i % 5 === 0 ? 'seldom' : 'often', i)]);
      await journal.append([reading('new', 1)]);
      const newest = (series: string, upTo: number) => all.findLast((e) => e.series === series && e.seq <= upTo);
      expect(tailOf(journal)).toBeGreaterThan(0);
      for (const series of ['once', 'seldom', 'often', 'new']) {
        const number = journal.numberOf(series)!;
        expect(journal.latest(number, 'head')).toEqual(newest(series, journal.head));
        expect(journal.latest(number, tailOf(journal))).toEqual(newest(series, tailOf(journal)));
      }
      expect(journal.latest(journal.numberOf('new')!, tailOf(journal))).toBeUndefined();
    });

    it('evicts what is too old, a few segments with each commit', async () => {
      const HOUR_MS = 3_600_000;
      const journal = await make({ ...ROOMY, segmentSize: 4, maxAgeMs: HOUR_MS });
      await journal.append(numbered('a', 400));
      // As old as it may be, and then older.
      await journal.append([reading('b', 1, HOUR_MS + 1000)]);
      expect(tailOf(journal)).toBe(0);
      await journal.append([reading('b', 2, HOUR_MS + 1001)]);
      expect(tailOf(journal)).toBe(16);
      const tails: number[] = [];
      for (let i = 0; i < 30; i++) {
        await journal.append([reading('b', i, 10 * HOUR_MS + i)]);
        tails.push(tailOf(journal));
      }
      expect(tails.slice(0, 3)).toEqual([32, 48, 64]);
      expect(tails.at(-1)).toBe(400);
      expect(journal.latest(journal.numberOf('a')!, tailOf(journal))).toMatchObject({ n: 400 });
      expect(journal.entry(401)).toMatchObject({ series: 'b', value: 1 });
    });

    it('finds the place of a cursor, or says why there is none', async () => {
      const journal = await make(SMALL);
      for (const each of numbered('a', 500)) await journal.append([each]);
      const { epoch, head } = journal;
      const tail = tailOf(journal);
      const at = (seq: number, of = epoch) => journal.locate({ epoch: of, seq }, tail);
      for (const seq of [tail, tail + 1, head - 1, head]) expect(at(seq)).toEqual({ seq });
      for (const seq of [0, 1, tail - 1]) expect(at(seq)).toEqual({ seq: tail, gap: 'evicted' });
      for (const seq of [head + 1, 10 * head]) expect(at(seq)).toEqual({ seq: tail, gap: 'ahead' });
      for (const seq of [0, tail, head, 10 * head])
        expect(at(seq, '00000000')).toEqual({ seq: tail, gap: 'restarted' });
    });

    it('keeps the last note of each name, until it is taken back', async () => {
      const journal = await make(ROOMY);
      journal.note('a', 'first');
      journal.note('b', 'other');
      journal.note('a', 'last');
      journal.note('b', undefined);
      journal.note('never', undefined);
      await journal.append([]);
      expect([...journal.notes]).toEqual([['a', 'last']]);
    });

    it('takes a cursor from before the first reading while nothing has been evicted', async () => {
      const journal = await make(ROOMY);
      expect(journal.locate({ epoch: journal.epoch, seq: 0 }, 0)).toEqual({ seq: 0 });
      await journal.append(numbered('a', 10));
      expect(journal.locate({ epoch: journal.epoch, seq: 0 }, 0)).toEqual({ seq: 0 });
    });

    kindsContract(make);
    lateContract(make);
  });
}

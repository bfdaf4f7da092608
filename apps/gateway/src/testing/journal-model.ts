import { expect } from '@jest/globals';
import type { Position } from '@telewire/protocol';
import type { Value } from '@telewire/telemetry';
import type { Journal, JournalEntry, ReceivedReading } from '../journal/journal.js';
import { type Kind, kindOf, KINDS, PLAIN } from '../journal/kind.js';
import { bytesOf, type RingOptions } from '../journal/ring-journal.js';
import type { Lists } from './journal-bench.js';

type Row = Pick<JournalEntry, 'seq' | 'series' | 'n' | 'at' | 'value'>;
const rowOf = ({ seq, series, n, at, value }: JournalEntry): Row => ({ seq, series, n, at, value });
const bytesIn = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + bytesOf(row), 0);

/** A reading to be, of which a model makes one that there has not been before. */
export interface Draft {
  readonly series: string;
  readonly value: Value;
}

/** The bounds that a model looks after. */
export type ModelBounds = Required<Pick<RingOptions, 'maxBytes' | 'maxWaveformBytes' | 'segmentSize'>>;

/** What a reader asks for: some series, and of them some kinds. */
interface Want {
  readonly series: RegExp;
  readonly kinds: readonly Kind[];
}

const WANTS: Readonly<Record<string, Want>> = {
  'of everything': { series: /./, kinds: KINDS },
  'of n*': { series: /^n/, kinds: KINDS },
  'of w*': { series: /^w/, kinds: KINDS },
  'of t*': { series: /^t/, kinds: KINDS },
  'of n1': { series: /^n1$/, kinds: KINDS },
  'of *1': { series: /1$/, kinds: KINDS },
  'of values': { series: /./, kinds: PLAIN },
  'of values of t*': { series: /^t/, kinds: PLAIN },
};

/** The readers of a model, by what they ask for of the series n1, w1, t1 … */
export const READERS: readonly string[] = Object.keys(WANTS);

/** How far a reader has read, and in which journal: another begins when one is damaged. */
interface Place {
  readonly position: Position;
  readonly journals: number;
}

/** What a journal must hold: all that has been acknowledged, by sequence number less one, and who has read how far. */
export class JournalModel {
  #rows: Row[] = [];
  #journals = 1;
  #readings = 0;
  readonly #places = new Map<string, Place>();
  #epoch: string | undefined;
  /** Of each earlier epoch the last sequence number that its cursors may have; of another journal's there is none. */
  readonly #ends = new Map<string, number | undefined>();

  /** How often it came to what is rare; `turned` are series that lost some of both kinds. */
  readonly seen = { values: 0, waveforms: 0, turned: 0, gaps: 0, halfWritten: 0 };

  constructor(private readonly bounds: ModelBounds) {}

  /** Readings of these drafts, each with a time of its own. */
  readings(drafts: readonly (readonly Draft[])[]): Lists {
    return drafts.map((list) =>
      list.map((draft): ReceivedReading => ({ ...draft, at: ++this.#readings, receivedAt: 2, quality: 'good' })),
    );
  }

  /** Has been acknowledged. */
  acknowledge(lists: Lists): void {
    for (const { series, at, value } of lists.flat()) {
      const n = (this.#rows.findLast((row) => row.series === series)?.n ?? 0) + 1;
      this.#rows.push({ seq: this.#rows.length + 1, series, n, at, value });
    }
  }

  /** Died before it could be acknowledged: all of it is there, or nothing. */
  acknowledgeIfKept(lists: Lists, { head }: Journal): void {
    if (head > this.#rows.length) this.acknowledge(lists);
    else if (lists.flat().length > 0) this.seen.halfWritten++;
  }

  /** What was there has been put aside; no cursor of before may lead into what comes now. */
  beginAnew(): void {
    this.#rows = [];
    this.#journals++;
    if (this.#epoch !== undefined) this.#ends.set(this.#epoch, undefined);
    this.#epoch = undefined;
    for (const epoch of this.#ends.keys()) this.#ends.set(epoch, undefined);
  }

  /** A reader goes on from its cursor, or begins: it is given what comes next, each once and in order, or is told of a gap. */
  read(journal: Journal, reader: string, atMost: number): void {
    const want = WANTS[reader]!;
    const tail = journal.tailOf(numbersOf(journal, want), want.kinds);
    const place = this.#places.get(reader);
    const from = place?.position ?? { epoch: journal.epoch, seq: tail };
    const found = journal.locate(from, tail);
    if (place !== undefined && place.journals !== this.#journals)
      expect(found).toEqual({ seq: tail, gap: 'restarted' });
    else if (from.seq < tail) expect(found).toEqual({ seq: tail, gap: 'evicted' });
    else expect(found).toEqual({ seq: from.seq });
    if ('gap' in found) this.seen.gaps++;
    const to = Math.min(journal.head, found.seq + atMost);
    const read = [...journal.after(found.seq, to)].map(rowOf).filter((row) => isWanted(want, row));
    expect(read).toEqual(this.#rows.filter((row) => row.seq > found.seq && row.seq <= to && isWanted(want, row)));
    this.#places.set(reader, { position: { epoch: journal.epoch, seq: to }, journals: this.#journals });
  }

  /** All that was acknowledged and not evicted is there, and nothing else; no more is evicted than must be. */
  check(journal: Journal): void {
    expect(journal.head).toBe(this.#rows.length);
    this.#checkHeld(journal);
    this.#checkBounds(journal);
    this.#checkCursors(journal);
    for (const kinds of [KINDS, PLAIN]) this.#checkLatest(journal, { series: /./, kinds }, 'head');
    for (const want of Object.values(WANTS)) {
      const tail = journal.tailOf(numbersOf(journal, want), want.kinds);
      // No later than need be: who asks for numbers does not suffer from waveforms.
      const lost = this.#rows.filter((row) => isWanted(want, row) && !isHeld(journal, row));
      expect(tail).toBe(Math.max(0, ...lost.map(({ value }) => journal.tails[kindOf(value)])));
      this.#checkLatest(journal, want, tail);
    }
  }

  #checkHeld(journal: Journal): void {
    const held = this.#rows.filter((row) => isHeld(journal, row));
    expect([...journal.after(0)].map(rowOf)).toEqual(held);
    const entries = Array.from({ length: journal.head + 2 }, (_, seq) => journal.entry(seq));
    expect(entries.flatMap((entry, seq) => (entry === undefined ? [] : [{ ...rowOf(entry), seq }]))).toEqual(held);
  }

  #checkBounds(journal: Journal): void {
    const { maxBytes, maxWaveformBytes, segmentSize } = this.bounds;
    // With what was evicted last, which may have been a whole segment, it was too much.
    const before = { values: 0, waveforms: 0 };
    for (const kind of KINDS) {
      const all = this.#rows.filter(({ value }) => kindOf(value) === kind);
      const held = all.filter((row) => isHeld(journal, row));
      expect(journal.sizeOf(kind)).toEqual({ entries: held.length, bytes: bytesIn(held) });
      before[kind] = bytesIn(all.slice(-held.length - segmentSize));
      this.seen[kind] = Math.max(this.seen[kind], all.length - held.length);
    }
    const [values, waveforms] = [journal.sizeOf('values').bytes, journal.sizeOf('waveforms').bytes];
    expect(waveforms).toBeLessThanOrEqual(maxWaveformBytes);
    expect(values + waveforms).toBeLessThanOrEqual(maxBytes);
    if (journal.tails.waveforms > 0) expect(before.waveforms).toBeGreaterThan(maxWaveformBytes);
    if (journal.tails.values > 0) expect(before.values + before.waveforms).toBeGreaterThan(maxBytes);
    const lost = Map.groupBy(
      this.#rows.filter((row) => !isHeld(journal, row)),
      ({ series }) => series,
    );
    const turned = [...lost.values()].filter((rows) => new Set(rows.map(({ value }) => kindOf(value))).size > 1);
    this.seen.turned = Math.max(this.seen.turned, turned.length);
  }

  /** A cursor of an earlier epoch is good up to its end, and none is beyond. */
  #checkCursors(journal: Journal): void {
    const { epoch, head } = journal;
    if (this.#epoch !== epoch) {
      if (this.#epoch !== undefined) this.#ends.set(this.#epoch, head);
      this.#epoch = epoch;
    }
    expect(journal.locate({ epoch, seq: head }, 0)).toEqual({ seq: head });
    expect(journal.locate({ epoch, seq: head + 1 }, 0)).toEqual({ seq: 0, gap: 'ahead' });
    for (const [earlier, end] of this.#ends) {
      if (end !== undefined) expect(journal.locate({ epoch: earlier, seq: end }, 0)).toEqual({ seq: end });
      const beyond = { epoch: earlier, seq: end === undefined ? 0 : end + 1 };
      expect(journal.locate(beyond, 0)).toEqual({ seq: 0, gap: 'restarted' });
    }
  }

  /** How the series stand for a reader, now or where it begins. */
  #checkLatest(journal: Journal, want: Want, asOf: 'head' | number): void {
    const latest = new Map<string, Row>();
    for (const number of numbersOf(journal, want)) {
      const entry = journal.latest(number, asOf, want.kinds);
      if (entry !== undefined) latest.set(journal.nameOf(number), rowOf(entry));
    }
    const newest = new Map<string, Row>();
    for (const row of this.#rows)
      if (isWanted(want, row) && (asOf === 'head' || row.seq <= asOf)) newest.set(row.series, row);
    expect(latest).toEqual(newest);
  }
}

const isWanted = ({ series, kinds }: Want, row: Row): boolean =>
  series.test(row.series) && kinds.includes(kindOf(row.value));

const isHeld = ({ tails }: Journal, { seq, value }: Row): boolean => seq > tails[kindOf(value)];

const numbersOf = (journal: Journal, { series }: Want): number[] =>
  Array.from({ length: journal.seriesCount }, (_, i) => i + 1).filter((number) => series.test(journal.nameOf(number)));

import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom } from 'rxjs';
import type { Position } from '@telewire/protocol';
import type { Value } from '@telewire/telemetry';
import { LocalStore } from '../testing/local-store.js';
import { randomOf, type SeededRandom } from '../testing/seeded-random.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { DurableJournal } from './durable-journal.js';
import type { JournalEntry, ReceivedReading } from './journal.js';
import { type Kind, kindOf, KINDS, PLAIN } from './kind.js';
import { StoreError } from './store.js';

const STEPS = 200;
const SMALL = { maxBytes: 12 * 1024, maxWaveformBytes: 5 * 1024, segmentSize: 4, retryMs: 1 };
// `n`: of numbers, `w`: of waveforms, `t`: turns from one to the other and back.
const SERIES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'w1', 'w2', 't1', 't2'];
const FILES = ['journal.sqlite', 'journal.sqlite-wal'];

type Row = Pick<JournalEntry, 'seq' | 'series' | 'n' | 'value'>;
const rowOf = ({ seq, series, n, value }: JournalEntry): Row => ({ seq, series, n, value });

/** A reader who goes on from a cursor; it has seen everything up to there, or was told of the gap. */
class Reader {
  position: Position | undefined;
  /** Which journal the position is of; another begins when one is damaged. */
  journals = 0;

  /** @param wants of which series it reads */
  constructor(readonly wants: (series: string) => boolean) {}
}

const WANTS: readonly ((series: string) => boolean)[] = [
  () => true,
  (series) => series.startsWith('n'),
  (series) => series.startsWith('w'),
  (series) => /[123]/.test(series),
  (series) => series.startsWith('t'),
  (series) => series === 'n1',
];

/** A journal, what it must hold, and all that happens to it. */
class Bench {
  readonly #top = temporaryFolder();
  readonly #readers = WANTS.map((wants) => new Reader(wants));
  /** What has been acknowledged, by sequence number less one. */
  #model: Row[] = [];
  #journals = 1;
  #folders = 0;
  #values = 0;
  #folder = '';
  #store!: LocalStore;
  #journal!: DurableJournal;

  constructor(private readonly random: SeededRandom) {}

  async start(): Promise<void> {
    this.#folder = this.#newFolder();
    await this.#open();
  }

  async end(): Promise<void> {
    await this.#journal.close();
    this.#top.remove();
  }

  /** Several appends of a turn, all acknowledged. */
  async append(): Promise<void> {
    const lists = this.#lists();
    await Promise.all(lists.map((each) => this.#journal.append(each)));
    this.#acknowledge(lists);
  }

  /** Nothing is visible while the disk is full, and everything when it no longer is. */
  async appendToFullDisk(): Promise<void> {
    const lists = this.#lists();
    this.#store.failure = new StoreError('unusable', 'the disk is full');
    const appended = Promise.all(lists.map((each) => this.#journal.append(each)));
    if (lists.some(({ length }) => length > 0))
      await firstValueFrom(this.#journal.state.pipe(filter(({ taking }) => !taking)));
    this.check();
    this.#store.failure = undefined;
    await appended;
    this.#acknowledge(lists);
  }

  async restart(): Promise<void> {
    await this.#journal.close();
    await this.#open();
  }

  async kill(): Promise<void> {
    this.#leave(this.#newFolder());
    await this.#open();
  }

  /** Dies while it writes: of the log any part may be on the disk. */
  async killInCommit(): Promise<void> {
    const left = this.#newFolder();
    const before = this.#logSize();
    const lists = this.#lists();
    await Promise.all(lists.map((each) => this.#journal.append(each)));
    const after = this.#logSize();
    this.#leave(left);
    // A log that begins again overwrites its beginning and does not grow.
    if (after > before) truncateSync(join(left, FILES[1]!), before + this.random.upTo(after - before));
    await this.#open();
    // All of it or nothing.
    if (this.#journal.head > this.#model.length) this.#acknowledge(lists);
  }

  async takeFileAway(): Promise<void> {
    for (const file of FILES) rmSync(join(this.#folder, file), { force: true });
    await this.append();
  }

  /** What cannot be read is put aside; no cursor of before may lead into what comes then. */
  async damage(): Promise<void> {
    await this.#journal.close();
    writeFileSync(join(this.#folder, FILES[0]!), 'x'.repeat(10_000));
    await this.#open();
    this.#model = [];
    this.#journals++;
  }

  /** Some reader goes on: P1 and P2. */
  read(): void {
    const reader = this.random.pick(this.#readers);
    const journal = this.#journal;
    const numbers = this.#numbersOf(reader);
    const tail = journal.tailOf(numbers);
    const from = reader.position ?? { epoch: journal.epoch, seq: tail };
    const found = journal.locate(from, tail);
    const lost = reader.position !== undefined && reader.journals !== this.#journals;
    const owed = (seq: number, to: number) =>
      this.#model.filter((row) => row.seq > seq && row.seq <= to && reader.wants(row.series));
    if (lost) expect(found).toEqual({ seq: tail, gap: 'restarted' });
    else if (from.seq < tail) expect(found).toEqual({ seq: tail, gap: 'evicted' });
    else expect(found).toEqual({ seq: from.seq });
    const to = Math.min(journal.head, found.seq + this.random.upTo(60));
    const read = [...journal.after(found.seq, to)].filter(({ series }) => reader.wants(series));
    expect(read.map(rowOf)).toEqual(owed(found.seq, to));
    reader.position = { epoch: journal.epoch, seq: to };
    reader.journals = this.#journals;
  }

  /** All that was acknowledged is there but for what was evicted, and nothing else: P3. */
  check(): void {
    const { head, tails } = this.#journal;
    expect(head).toBe(this.#model.length);
    expect([...this.#journal.after(0)].map(rowOf)).toEqual(
      this.#model.filter(({ seq, value }) => seq > tails[kindOf(value)]),
    );
    this.#checkLatest(
      Array.from({ length: this.#journal.seriesCount }, (_, i) => i + 1),
      'head',
    );
    for (const reader of this.#readers) {
      const numbers = this.#numbersOf(reader);
      for (const kinds of [KINDS, PLAIN]) {
        const tail = this.#journal.tailOf(numbers, kinds);
        // No later than need be: a subscription to numbers does not suffer from waveforms.
        const gone = this.#model.filter(
          ({ seq, series, value }) =>
            reader.wants(series) && kinds.includes(kindOf(value)) && seq <= tails[kindOf(value)],
        );
        expect(tail).toBe(Math.max(0, ...gone.map(({ value }) => tails[kindOf(value)])));
        this.#checkLatest(numbers, tail, kinds);
      }
    }
  }

  /** How the series stand where a reader begins. */
  #checkLatest(numbers: readonly number[], asOf: 'head' | number, kinds = KINDS): void {
    const seq = asOf === 'head' ? Infinity : asOf;
    const rows = this.#model.filter((row) => row.seq <= seq && kinds.includes(kindOf(row.value)));
    for (const number of numbers) {
      const latest = this.#journal.latest(number, asOf, kinds);
      const name = this.#journal.nameOf(number);
      expect(latest && rowOf(latest)).toEqual(rows.findLast(({ series }) => series === name));
    }
  }

  #numbersOf({ wants }: Reader): number[] {
    return Array.from({ length: this.#journal.seriesCount }, (_, i) => i + 1).filter((number) =>
      wants(this.#journal.nameOf(number)),
    );
  }

  get evicted(): Readonly<Record<Kind, number>> {
    return this.#journal.tails;
  }

  #lists(): ReceivedReading[][] {
    return Array.from({ length: 1 + this.random.upTo(4) }, () =>
      Array.from({ length: this.random.upTo(6) }, () => {
        const series = this.random.pick(SERIES.slice(0, 3 + this.#values / 50));
        return { series, at: 1, receivedAt: 2, value: this.#valueOf(series), quality: 'good' as const };
      }),
    );
  }

  #valueOf(series: string): Value {
    const value = ++this.#values;
    const isWaveform = series.startsWith('w') || (series.startsWith('t') && value % 60 < 20);
    return isWaveform ? { periodMs: 4, values: Array<number>(20).fill(value) } : value;
  }

  #acknowledge(lists: readonly ReceivedReading[][]): void {
    for (const { series, value } of lists.flat()) {
      const n = (this.#model.findLast((row) => row.series === series)?.n ?? 0) + 1;
      this.#model.push({ seq: this.#model.length + 1, series, n, value });
    }
  }

  async #open(): Promise<void> {
    this.#store = new LocalStore(this.#folder);
    ({ journal: this.#journal } = await DurableJournal.open(this.#store, SMALL));
  }

  /** What lies on the disk now is what a kill leaves. */
  #leave(folder: string): void {
    for (const file of FILES)
      if (existsSync(join(this.#folder, file))) copyFileSync(join(this.#folder, file), join(folder, file));
    void this.#store.close();
    this.#folder = folder;
  }

  #newFolder(): string {
    const folder = join(this.#top.path, String(++this.#folders));
    mkdirSync(folder);
    return folder;
  }

  #logSize(): number {
    return statSync(join(this.#folder, FILES[1]!), { throwIfNoEntry: false })?.size ?? 0;
  }
}

const seeds = process.env['SEED'] === undefined ? [1, 20_261, 777_777] : [Number(process.env['SEED'])];

describe('a durable journal', () => {
  it.each(seeds)(
    'holds what was acknowledged and nothing else, whatever happens to it: SEED=%i',
    async (seed) => {
      const random = randomOf(seed);
      const bench = new Bench(random);
      const acts: readonly [weight: number, act: () => void | Promise<void>][] = [
        [40, () => bench.append()],
        [40, () => bench.read()],
        [6, () => bench.appendToFullDisk()],
        [5, () => bench.kill()],
        [5, () => bench.killInCommit()],
        [4, () => bench.restart()],
        [3, () => bench.takeFileAway()],
        [1, () => bench.damage()],
      ];
      const hat = acts.flatMap(([weight, act]) => Array.from({ length: weight }, () => act));
      const evicted = { values: 0, waveforms: 0 };
      await bench.start();
      try {
        for (let step = 0; step < STEPS; step++) {
          await random.pick(hat)();
          bench.check();
          for (const kind of KINDS) evicted[kind] = Math.max(evicted[kind], bench.evicted[kind]);
        }
        for (const kind of KINDS) expect(evicted[kind]).toBeGreaterThan(50);
      } finally {
        await bench.end();
      }
    },
    60_000,
  );
});

import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom } from 'rxjs';
import type { Position } from '@telewire/protocol';
import { LocalStore } from '../testing/local-store.js';
import { randomOf, type SeededRandom } from '../testing/seeded-random.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { DurableJournal } from './durable-journal.js';
import type { JournalEntry, ReceivedReading } from './journal.js';
import { StoreError } from './store.js';

const STEPS = 200;
const SMALL = { maxBytes: 8 * 1024, segmentSize: 4, retryMs: 1 };
const FILES = ['journal.sqlite', 'journal.sqlite-wal'];

type Row = Pick<JournalEntry, 'seq' | 'series' | 'n' | 'value'>;
const rowOf = ({ seq, series, n, value }: JournalEntry): Row => ({ seq, series, n, value });

/** A reader who goes on from a cursor; it has seen everything up to there, or was told of the gap. */
class Reader {
  position: Position | undefined;
  /** Which journal the position is of; another begins when one is damaged. */
  journals = 0;
}

/** A journal, what it must hold, and all that happens to it. */
class Bench {
  readonly #top = temporaryFolder();
  readonly #readers = Array.from({ length: 4 }, () => new Reader());
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
    const from = reader.position ?? { epoch: journal.epoch, seq: journal.tail };
    const found = journal.locate(from);
    const lost = reader.position !== undefined && reader.journals !== this.#journals;
    if (lost) expect(found).toEqual({ seq: journal.tail, gap: 'restarted' });
    else if (from.seq < journal.tail) expect(found).toEqual({ seq: journal.tail, gap: 'evicted' });
    else expect(found).toEqual({ seq: from.seq });
    const to = Math.min(journal.head, found.seq + this.random.upTo(30));
    for (let seq = found.seq + 1; seq <= to; seq++) expect(rowOf(journal.entry(seq)!)).toEqual(this.#model[seq - 1]);
    reader.position = { epoch: journal.epoch, seq: to };
    reader.journals = this.#journals;
  }

  /** All that was acknowledged is there, and nothing else: P3. */
  check(): void {
    const { head, tail, seriesCount } = this.#journal;
    expect(head).toBe(this.#model.length);
    const held = Array.from({ length: head - tail }, (_, i) => rowOf(this.#journal.entry(tail + 1 + i)!));
    expect(held).toEqual(this.#model.slice(tail));
    for (const [asOf, seq] of [
      ['head', head],
      ['tail', tail],
    ] as const) {
      for (let number = 1; number <= seriesCount; number++) {
        const latest = this.#journal.latest(number, asOf);
        const name = this.#journal.nameOf(number);
        expect(latest && rowOf(latest)).toEqual(this.#model.findLast((row) => row.series === name && row.seq <= seq));
      }
    }
  }

  get evicted(): number {
    return this.#journal.tail;
  }

  #lists(): ReceivedReading[][] {
    return Array.from({ length: 1 + this.random.upTo(4) }, () =>
      Array.from({ length: this.random.upTo(6) }, () => {
        const series = `s${this.random.upTo(12)}`;
        return { series, at: 1, receivedAt: 2, value: ++this.#values, quality: 'good' as const };
      }),
    );
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
      let evicted = 0;
      await bench.start();
      try {
        for (let step = 0; step < STEPS; step++) {
          await random.pick(hat)();
          bench.check();
          evicted = Math.max(evicted, bench.evicted);
        }
        expect(evicted).toBeGreaterThan(50);
      } finally {
        await bench.end();
      }
    },
    60_000,
  );
});

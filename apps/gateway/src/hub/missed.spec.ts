import { describe, expect, it } from '@jest/globals';
import { formatCursor, type SoleSubscription } from '@telewire/protocol';
import { frameOf, HubBench, takeAll } from '../testing/hub-bench.js';
import { randomOf } from '../testing/seeded-random.js';
import { ofType, TestStream } from '../testing/test-stream.js';
import type { EncodedFrame } from './encoded-frame.js';
import type { Reader } from './reader.js';

const THOUSAND = Array.from({ length: 1000 }, (_, i) => ['a', i] as const);
const TICK_MS = 500;

/** Frames of readings, as they are handed to the transport. */
function readingsOf(reader: Reader): EncodedFrame[] {
  const frames: EncodedFrame[] = [];
  for (let frame = reader.take(); frame; frame = reader.take()) if (frame.type === 'readings') frames.push(frame);
  return frames;
}

const rowsIn = (frames: readonly EncodedFrame[]) =>
  frames.map(frameOf).flatMap((frame) => (frame.type === 'readings' ? frame.rows : []));

/** 4,000 readings of a series that nobody has read, and readers that come back. */
class Cut {
  readonly bench = new HubBench();
  readonly #readers: Reader[] = [];

  constructor() {
    for (let i = 0; i < 4; i++) this.bench.appendAll(THOUSAND);
  }

  back(seq: number, subscription: Partial<SoleSubscription> = {}): Reader {
    const after = formatCursor({ epoch: this.bench.journal.epoch, seq });
    this.#readers.push(this.bench.reader({ after, ...subscription }));
    return this.#readers.at(-1)!;
  }

  leave(): void {
    for (const reader of this.#readers) reader.close();
  }
}

describe('what several have missed', () => {
  it.each(['every', 'extremes'] as const)('is read and encoded once for all of them: %s', (policy) => {
    const cut = new Cut();
    const first = readingsOf(cut.back(500, { policy }));
    expect(first.length).toBeGreaterThan(0);
    const second = readingsOf(cut.back(500, { policy }));
    expect(second).toHaveLength(first.length);
    second.forEach((frame, i) => expect(frame).toBe(first[i]));
  });

  it('is read by whoever comes from elsewhere up to where it is known', () => {
    const cut = new Cut();
    const first = readingsOf(cut.back(500));
    const other = readingsOf(cut.back(400));
    expect(rowsIn(other.slice(0, 1))).toHaveLength(100);
    other.slice(1).forEach((frame, i) => expect(frame).toBe(first[i]));
    expect(rowsIn(other)).toHaveLength(3600);
    // In the midst of one.
    const inFirst = rowsIn(first.slice(0, 1)).length;
    const third = readingsOf(cut.back(500 + inFirst - 100));
    expect(rowsIn(third.slice(0, 1))).toHaveLength(100);
    third.slice(1).forEach((frame, i) => expect(frame).toBe(first[i + 1]));
  });

  it('is not broken into crumbs for those who come from places side by side', () => {
    const cut = new Cut();
    for (let seq = 2000; seq > 1900; seq--) readingsOf(cut.back(seq));
    const counts = readingsOf(cut.back(1900)).map((frame) => rowsIn([frame]).length);
    expect(Math.min(...counts.slice(0, -1))).toBeGreaterThanOrEqual(64);
  });

  it('is read anew where it ended at what was the present then, and the group has gone on', () => {
    const cut = new Cut();
    const stays = cut.bench.reader();
    takeAll(stays);
    readingsOf(cut.back(3940));
    const goOn = (times: number) => {
      for (let i = 0; i < times; i++) {
        cut.bench.append('a', i);
        cut.bench.clock.advance(100);
        takeAll(stays);
      }
    };
    goOn(10);
    expect(readingsOf(cut.back(3940)).map((frame) => rowsIn([frame]).length)).toEqual([
      60,
      ...Array<number>(10).fill(1),
    ]);
    goOn(58);
    expect(readingsOf(cut.back(3940)).map((frame) => rowsIn([frame]).length)).toEqual([128]);
  });

  it('is forgotten ten seconds after the last has read it, and with the last reader', () => {
    const cut = new Cut();
    const stays = cut.bench.reader();
    const [first] = readingsOf(cut.back(500));
    cut.bench.clock.advance(19 * TICK_MS);
    expect(readingsOf(cut.back(500))[0]).toBe(first);
    cut.bench.clock.advance(19 * TICK_MS);
    expect(readingsOf(cut.back(500))[0]).toBe(first);
    cut.bench.clock.advance(21 * TICK_MS);
    const [anew] = readingsOf(cut.back(500));
    expect(anew).not.toBe(first);
    cut.leave();
    expect(readingsOf(cut.back(500))[0]).toBe(anew);
    cut.leave();
    stays.close();
    expect(readingsOf(cut.back(500))[0]).not.toBe(anew);
  });

  it('is no more than 512 frames in all, of which those go that were not used for longest', () => {
    const cut = new Cut();
    const stays = cut.bench.reader();
    const read = (seq: number) => readingsOf(cut.back(seq, { filters: ['a'] }));
    const [first] = read(0);
    const kept = () => read(0)[0] === first;
    for (let i = 0; i < 900; i++) {
      readingsOf(cut.back(3999 - (i % 100), { filters: [`other/${i}`, 'a'] }));
      if (i % 150 === 0) expect(kept()).toBe(true);
    }
    for (let i = 0; i < 1030; i++) readingsOf(cut.back(3999, { filters: [`another/${i}`, 'a'] }));
    expect(kept()).toBe(false);
    stays.close();
  });

  it('reaches everybody once, wherever they come from (PROTOCOL R5)', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const random = randomOf(seed);
    const bench = new HubBench();
    const append = () =>
      bench.appendAll(Array.from({ length: 1 + random.upTo(400) }, () => [random.pick(['a', 'b', 'c']), 0] as const));
    const streams: { readonly stream: TestStream; readonly after: number; readonly filters: string[] }[] = [];
    for (let i = 0; i < 60; i++) {
      append();
      const after = random.upTo(bench.journal.head + 1);
      const filters = [random.pick(['a', '#'])];
      const reader = bench.reader({ after: formatCursor({ epoch: bench.journal.epoch, seq: after }), filters });
      streams.push({ stream: new TestStream(reader), after, filters });
      if (random.chance(0.7)) bench.clock.advance(random.upTo(200));
    }
    for (let i = 0; i < 400; i++) bench.clock.advance(1);
    bench.clock.advance(1000);
    const all = [...bench.journal.after(0)];
    for (const { stream, after, filters } of streams) {
      const due = all.filter(({ seq, series }) => seq > after && (filters[0] === '#' || filters[0] === series));
      const told = new Map<number, number>();
      const rows = ofType(stream.frames, 'readings').flatMap((frame) => frame.rows);
      const got = rows.map((row) => {
        const n = row[5] ?? told.get(row[0])! + 1;
        told.set(row[0], n);
        return `${row[0]}.${n}`;
      });
      expect(`${seed}: ${got.join()}`).toBe(`${seed}: ${due.map(({ number, n }) => `${number}.${n}`).join()}`);
    }
  });
});

describe('a subscription of which little is in the journal', () => {
  it('is looked for in turns, and its cursor moves over the rest', () => {
    const bench = new HubBench();
    bench.append('rare', 1);
    for (let i = 0; i < 100; i++) bench.appendAll(THOUSAND);
    bench.append('rare', 2);
    const stream = new TestStream(
      bench.reader({ after: formatCursor({ epoch: bench.journal.epoch, seq: 1 }), filters: ['rare'] }),
    );
    expect(ofType(stream.frames, 'readings')).toHaveLength(0);
    bench.clock.advance(1);
    expect(ofType(stream.frames, 'readings')).toHaveLength(0);
    bench.clock.advance(1);
    expect(ofType(stream.news(), 'readings').flatMap(({ rows }) => rows)).toHaveLength(1);
  });
});

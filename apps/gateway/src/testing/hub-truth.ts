import { expect } from '@jest/globals';
import type { DeliveredReading, SoleSubscription } from '@telewire/protocol';
import { durationMs, isSamples, matches, type Samples } from '@telewire/telemetry';
import type { Journal, JournalEntry } from '../journal/journal.js';
import { kindOf } from '../journal/kind.js';
import { columnsOf } from './columns.js';

/** An entry of the journal and how it is known from others. */
export interface Fact {
  readonly entry: JournalEntry;
  readonly key: string;
}

/** How a reading is known from others. */
export const keyOf = ({ series, n, value }: { series: string; n: number; value: unknown }): string =>
  `${series} ${n} ${JSON.stringify(value)}`;

/** How several are. */
export const keysOf = (facts: readonly Fact[]): string[] => facts.map(({ key }) => key);

/** Fails where two lists differ; expect() for every reading of every run would take most of the time. */
export function same(actual: readonly unknown[], expected: readonly unknown[]): void {
  if (actual.length !== expected.length || actual.some((each, i) => each !== expected[i]))
    expect(actual).toEqual(expected);
}

/** What a subscription is owed: everything that matches of all that was ever appended, which no journal would keep. */
export class Truth {
  readonly #facts: Fact[] = [];
  // What is owed and what is left out because it is late.
  readonly #matching: Fact[] = [];

  constructor(
    private readonly subscription: SoleSubscription,
    history: readonly Fact[],
  ) {
    for (const fact of history) this.add(fact);
  }

  add(fact: Fact): void {
    const { filters, policy } = this.subscription;
    const { series, value } = fact.entry;
    if (policy === 'latest' && isSamples(value)) return;
    if (!filters.some((filter) => matches(filter, series))) return;
    this.#matching.push(fact);
    if (policy === 'every' || !fact.entry.late) this.#facts.push(fact);
  }

  /** What matches after `from` up to `to`. */
  between(from: number, to: number): Fact[] {
    let end = this.#facts.length;
    while (end > 0 && this.#facts[end - 1]!.entry.seq > to) end--;
    let start = end;
    while (start > 0 && this.#facts[start - 1]!.entry.seq > from) start--;
    return this.#facts.slice(start, end);
  }

  /** Where the subscription begins to read what is held: behind all of the kinds of which it has lost something. */
  tail(journal: Journal): number {
    const lost = this.#matching.filter((fact) => journal.entry(fact.entry.seq) === undefined);
    return Math.max(0, ...lost.map((fact) => journal.tails[kindOf(fact.entry.value)]));
  }

  /** What a snapshot shows: the newest of each series that is not late, and what is owed of it behind that. */
  present(to: number): Fact[] {
    const newest = this.newest(0, to);
    const present = this.newest(0, to, (fact) => !fact.entry.late);
    return [...present, ...newest.filter((fact) => !present.includes(fact))];
  }

  /** The newest of each series, in journal order. */
  newest(from: number, to: number, counts: (fact: Fact) => boolean = () => true): Fact[] {
    const newest = new Map<string, Fact>();
    for (const fact of this.between(from, to).filter(counts)) {
      newest.delete(fact.entry.series);
      newest.set(fact.entry.series, fact);
    }
    return [...newest.values()];
  }

  /** The newest of each series that is on time and no waveform, in journal order. */
  latest(from: number, to: number): Fact[] {
    return this.newest(from, to, ({ entry }) => !entry.late && !isSamples(entry.value));
  }

  /**
   * Of each series the first, the smallest, the largest and the last that are no waveforms, in journal order: of all, or of each
   * `intervalMs` of receipt.
   */
  extremes(from: number, to: number, intervalMs = Infinity): Fact[] {
    const intervals: Fact[][] = [];
    let begunAt = 0;
    for (const fact of this.between(from, to)) {
      const { late, value, receivedAt } = fact.entry;
      if (late || isSamples(value)) continue;
      if (intervals.length === 0 || Math.abs(receivedAt - begunAt) >= intervalMs) {
        intervals.push([]);
        begunAt = receivedAt;
      }
      intervals.at(-1)!.push(fact);
    }
    return intervals.flatMap((interval) => this.#extremesOf(interval));
  }

  #extremesOf(all: readonly Fact[]): Fact[] {
    return all.filter(({ entry }, i) => {
      const alike = all.filter((other) => other.entry.series === entry.series);
      const values = alike.map((other) => other.entry.value as number);
      const at = alike.indexOf(all[i]!);
      const isFirst = (value: number) => values.indexOf(value) === at;
      return at === 0 || at === alike.length - 1 || isFirst(Math.min(...values)) || isFirst(Math.max(...values));
    });
  }

  /** The waveform blocks of each series. */
  blocks(from: number, to: number): Map<string, JournalEntry[]> {
    const blocks = new Map<string, JournalEntry[]>();
    for (const { entry } of this.between(from, to)) {
      if (!isSamples(entry.value)) continue;
      const alike = blocks.get(entry.series);
      if (alike) alike.push(entry);
      else blocks.set(entry.series, [entry]);
    }
    return blocks;
  }
}

/** Checks what came under `extremes` of one waveform: whatever the rows are, together they say what the blocks do. */
export function checkEnvelopes(
  rows: readonly DeliveredReading[],
  blocks: readonly JournalEntry[],
  columnMs: number,
): void {
  const textOf = (columns: ReadonlyMap<number, unknown>) =>
    [...columns].sort(([a], [b]) => a - b).map((each) => JSON.stringify(each));
  same(textOf(columnsOf(rows, columnMs)), textOf(columnsOf(blocks, columnMs)));
  const [last, lastBlock] = [rows.at(-1), blocks.at(-1)];
  same([rows[0]?.at, last?.n, last?.receivedAt], [blocks[0]?.at, lastBlock?.n, lastBlock?.receivedAt]);
  const known = new Set(blocks.map(({ n }) => n));
  same(
    [...new Set(rows.map(({ n }) => n))].filter((n) => known.has(n)),
    rows.map(({ n }) => n),
  );
  const follows = blocks.every(({ at, value }, i) => {
    const before = blocks[i - 1];
    const { periodMs } = value as Samples;
    if (!before) return periodMs < columnMs;
    return (before.value as Samples).periodMs === periodMs && before.at + durationMs(before.value as Samples) === at;
  });
  if (follows) same([rows.length], [Math.min(1, blocks.length)]);
}

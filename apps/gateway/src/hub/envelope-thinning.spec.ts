import { describe, expect, it } from '@jest/globals';
import type { Envelope, Quality } from '@telewire/telemetry';
import { columnsOf } from '../testing/columns.js';
import { type BlockEntry, EnvelopeThinning, MAX_COLUMNS, MAX_HOLE } from './envelope-thinning.js';

const AT = 1_790_000_000_000;
let n = 0;
/** A block that begins `sinceMs` after {@link AT}. */
const block = (
  sinceMs: number,
  values: (number | null)[],
  { periodMs = 10, quality = 'good' }: { periodMs?: number; quality?: Quality } = {},
): BlockEntry => {
  n += 1;
  const [at, receivedAt] = [AT + sinceMs, AT + n];
  return { seq: 10 * n, number: 1, series: 'ecg', n, at, receivedAt, value: { periodMs, values }, quality };
};
const rowsOf = (columnMs: number, ...blocks: BlockEntry[]) => {
  const thinning = new EnvelopeThinning(columnMs);
  for (const each of blocks) thinning.add(each);
  return thinning.rows;
};
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('the envelopes of a waveform', () => {
  it('have the smallest and the largest sample of each column of device time', () => {
    expect(rowsOf(40, block(0, [1, 4, -3, -3.2, 9, 5, 9.1, 7, 0]))).toMatchObject([
      { at: AT, value: { columnMs: 40, min: [-3.2, 5, 0], max: [4, 9.1, 0] } },
    ]);
  });

  it('have columns that begin at whole columns of epoch time, whenever a block begins', () => {
    const [row] = rowsOf(40, block(25, [1, 2, 3, 4, 5, 6]));
    expect(row).toMatchObject({ at: AT + 25, value: { min: [1, 3], max: [2, 6] } });
  });

  it('leave out what could not be measured, and a column in which nothing was', () => {
    expect(rowsOf(20, block(0, [null, 5, null, null, 6, null]))[0]!.value).toEqual({
      columnMs: 20,
      min: [5, null, 6],
      max: [5, null, 6],
    });
    expect(rowsOf(20, block(0, []))[0]!.value).toEqual({ columnMs: 20, min: [null], max: [null] });
  });

  it('are one row of blocks that follow one another: the first one’s time, the last one’s place, the worst quality', () => {
    const blocks = [
      block(0, [1, 2, 3]),
      block(30, [9, 5, 6], { quality: 'bad' }),
      block(60, [7, 8], { quality: 'uncertain' }),
    ];
    const last = blocks[2]!;
    expect(rowsOf(40, ...blocks)).toMatchObject([
      {
        series: 'ecg',
        number: 1,
        at: AT,
        seq: last.seq,
        n: last.n,
        receivedAt: last.receivedAt,
        quality: 'bad',
        value: { columnMs: 40, min: [1, 5], max: [9, 8] },
      },
    ]);
  });

  it('put every sample into the column of its time, where neither period nor column is a whole number', () => {
    const values = upTo(300).map((i) => (i * 7919) % 1000);
    for (const [periodMs, maxHz] of [
      [3.9, 60],
      [4, 3],
      [0.37, 7],
    ] as const) {
      const columnMs = 1000 / maxHz;
      const blocks = upTo(12).map((i) => block(Math.round(i * 300 * periodMs), values, { periodMs }));
      expect(columnsOf(rowsOf(columnMs, ...blocks), columnMs)).toEqual(columnsOf(blocks, columnMs));
      expect(rowsOf(columnMs, ...blocks)).toHaveLength(1);
    }
  });

  it('are cut into rows whose common column is in both in part', () => {
    const blocks = [block(0, [1, 2]), block(20, [8, 3])];
    const rows = blocks.flatMap((each) => rowsOf(40, each));
    expect(rows.map(({ value }) => value)).toEqual([
      { columnMs: 40, min: [1], max: [2] },
      { columnMs: 40, min: [3], max: [8] },
    ]);
    expect(columnsOf(rows, 40)).toEqual(columnsOf(rowsOf(40, ...blocks), 40));
  });

  it.each([
    ['follows', 1, 40],
    ['seems to begin a little early, by rounding', 1, 38],
    ['leaves a small hole', 1, 40 + MAX_HOLE * 20],
    ['leaves a larger hole', 2, 40 + (MAX_HOLE + 1) * 20],
    ['comes late', 2, -400],
    ['lies within what has come', 2, 20],
    ['comes again', 2, 0],
    ['comes by a clock that was set forward', 2, 3_600_000],
    ['comes by a clock that was set back', 2, -3_600_000],
  ])('are, of a block and one that %s, so many rows: %i', (_, rows, sinceMs) => {
    const blocks = [block(0, [1, 2, 3, 4]), block(sinceMs, [5, 6, 7, 8])];
    const thinned = rowsOf(20, ...blocks);
    expect(thinned.map(({ at }) => at)).toEqual([AT, AT + sinceMs].slice(0, rows));
    expect(columnsOf(thinned, 20)).toEqual(columnsOf(blocks, 20));
  });

  it('begin a new row where the period changes, and before a row would grow too long', () => {
    const other = block(40, [5, 6], { periodMs: 5 });
    expect(rowsOf(20, block(0, [1, 2, 3, 4]), other)).toHaveLength(2);
    const long = upTo(30).map((i) => block(i * 1000, Array<number>(100).fill(i)));
    const rows = rowsOf(20, ...long);
    expect(rows.map(({ value }) => (value as Envelope).min.length)).toEqual([1000, 500]);
    expect(1000 + 50).toBeGreaterThan(MAX_COLUMNS);
  });

  it('hold a block that begins before its row does in a row of its own, however little earlier', () => {
    const blocks = [block(20, []), block(19, [5, 6])];
    expect(columnsOf(rowsOf(20, ...blocks), 20)).toEqual(columnsOf(blocks, 20));
  });

  it('are the blocks themselves where no two samples share a column', () => {
    const [slow, quick] = [block(0, [1, 2], { periodMs: 1e12 }), block(0, [1, 2])];
    expect(rowsOf(20, slow, quick, slow)).toEqual([slow, expect.objectContaining({ at: AT }), slow]);
    expect(rowsOf(10, quick)).toEqual([quick]);
  });

  it('tell by how much they grow', () => {
    const thinning = new EnvelopeThinning(20);
    const grown = [
      block(0, [1, 2, 3]),
      block(30, [4]),
      block(40, [5]),
      block(0, [1, 2, 3, 4, 5]),
      block(50, [6, 7, 8], { periodMs: 100 }),
    ].map((each) => thinning.add(each));
    expect(grown).toEqual([2, 0, 1, 3, 3]);
  });
});

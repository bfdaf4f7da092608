import { columnOf, durationMs, type Envelope, QUALITIES, type Quality, type Samples } from '@telewire/telemetry';
import type { JournalEntry } from '../journal/journal.js';
import type { RowEntry } from './encoded-frame.js';

/** A block of a waveform in the journal. */
export type BlockEntry = JournalEntry & { readonly value: Samples };

/** A row grows no longer than this by taking in another block. */
export const MAX_COLUMNS = 1_024;
/** A row takes in no block that would leave more empty columns than this before it. */
export const MAX_HOLE = 4;
// Device times are whole milliseconds, so one block may seem to begin a little before the end of the other.
const ROUNDING_MS = 1;

/**
 * What is kept of the blocks of one waveform: envelopes by columns (PROTOCOL R30). Blocks that follow one another are merged into one
 * row; one that comes late or leaves a hole begins another. A column that lies in both is in both in part.
 */
export class EnvelopeThinning {
  readonly #rows: RowEntry[] = [];
  #open: EnvelopeRow | undefined;

  /** @param columnMs what a column covers, in milliseconds */
  constructor(private readonly columnMs: number) {}

  /** Takes in the next block; by how many columns, or samples, what is kept has grown. */
  add(block: BlockEntry): number {
    const { periodMs, values } = block.value;
    if (periodMs >= this.columnMs) {
      // No two samples share a column: there is nothing to thin, and the block is shorter than its columns.
      this.#open = undefined;
      this.#rows.push(block);
      return values.length;
    }
    if (!this.#open?.isContinuedBy(block)) {
      this.#open = new EnvelopeRow(block, this.columnMs);
      this.#rows.push(this.#open);
    }
    return this.#open.take(block);
  }

  /** The rows so far; they are not to be added to any more. */
  get rows(): readonly RowEntry[] {
    return this.#rows;
  }
}

/** Blocks that follow one another, as one row. It keeps columns, and nothing of the journal's. */
class EnvelopeRow implements RowEntry {
  readonly number: number;
  readonly series: string;
  readonly at: number;
  readonly value: Envelope;
  readonly firstSeq: number;
  seq = 0;
  n = 0;
  receivedAt = 0;
  quality: Quality = 'good';
  readonly #min: (number | null)[] = [];
  readonly #max: (number | null)[] = [];
  readonly #periodMs: number;
  readonly #firstColumn: number;
  /** Where the next block should begin. */
  #end: number;

  constructor({ number, series, at, seq, value: { periodMs } }: BlockEntry, columnMs: number) {
    this.number = number;
    this.firstSeq = seq;
    this.series = series;
    this.at = this.#end = at;
    this.value = { columnMs, min: this.#min, max: this.#max };
    this.#periodMs = periodMs;
    this.#firstColumn = columnOf(at, columnMs);
  }

  isContinuedBy({ at, value }: BlockEntry): boolean {
    const earliest = this.#end - Math.max(ROUNDING_MS, this.#periodMs / 2);
    return (
      value.periodMs === this.#periodMs &&
      at >= Math.max(this.at, earliest) &&
      this.#columnOf(at) - this.#min.length <= MAX_HOLE &&
      this.#columnOf(lastOf(at, value)) < MAX_COLUMNS
    );
  }

  /** Takes in a block; by how many columns it has grown. */
  take({ seq, n, at, receivedAt, quality, value }: BlockEntry): number {
    this.seq = seq;
    this.n = n;
    this.receivedAt = receivedAt;
    if (QUALITIES.indexOf(quality) > QUALITIES.indexOf(this.quality)) this.quality = quality;
    this.#end = at + durationMs(value);
    const [min, max] = [this.#min, this.#max];
    const before = min.length;
    for (let column = this.#columnOf(lastOf(at, value)); min.length <= column;) {
      min.push(null);
      max.push(null);
    }
    const { periodMs, values } = value;
    for (let i = 0; i < values.length; i++) {
      const sample = values[i]!;
      if (sample === null) continue;
      const column = this.#columnOf(at + i * periodMs);
      const [least, most] = [min[column]!, max[column]!];
      if (least === null || sample < least) min[column] = sample;
      if (most === null || sample > most) max[column] = sample;
    }
    return min.length - before;
  }

  /** Place of the column that holds an instant. */
  #columnOf(at: number): number {
    return columnOf(at, this.value.columnMs) - this.#firstColumn;
  }
}

/** Device time of a block's last sample. */
const lastOf = (at: number, { periodMs, values }: Samples): number => at + Math.max(0, values.length - 1) * periodMs;

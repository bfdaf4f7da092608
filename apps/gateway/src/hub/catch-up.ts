import { isEnvelope, isSamples } from '@telewire/telemetry';
import type { Journal, JournalEntry } from '../journal/journal.js';
import type { RowEntry } from './encoded-frame.js';
import { thinningOf } from './thinning.js';

/** What one step of catching up may read and send. */
export interface Bounds {
  /** About how long a frame may be in JSON. */
  readonly maxBytes: number;
  /** How many entries of the journal it may look at to find readings that match … */
  readonly maxScanned: number;
  /** … or to find extremes, of which a few are sent. */
  readonly maxThinned: number;
}

/** As a gateway has them: over a line of 1 KB/s a frame must be there before the client takes the line for dead. */
export const BOUNDS: Bounds = { maxBytes: 6 * 1024, maxScanned: 2_500, maxThinned: 20_000 };

// Of a row without its value: series, time, delay, quality, ordinal.
const ROW_BYTES = 40;
const COLUMN_BYTES = 14;

/** What a frame costs that another has had read a moment ago, in parts of a turn (hub/turns). */
export const SENDING = 1;
const READING = 4;
const THINNING = 32;

/**
 * … and what a step costs that reads and encodes it first.
 * @param ahead how many entries of the journal may be looked at
 * @param thins it keeps few of them, and may look at more
 */
export const costOf = (ahead: number, thins: boolean): number =>
  thins && ahead > BOUNDS.maxScanned ? THINNING : READING;

/** A stretch of the journal as one step of catching up has read it. */
export interface Stretch {
  /** What becomes of the readings that match, in order; may be none. */
  readonly entries: readonly RowEntry[];
  /** Sequence number of the first reading that matches; one behind the stretch when none does. */
  readonly firstSeq: number;
  /** Sequence number up to which it reaches. */
  readonly toSeq: number;
  /** True where it ends because it is as much as one step may read. */
  readonly full: boolean;
}

/** Reads on in the journal: what comes after `seq` and not after `upTo`. */
export type ReadStretch = (seq: number, upTo: number) => Stretch;

/** Reads the readings of these series, all of them. */
export const readEvery =
  (journal: Journal, wanted: ReadonlySet<number>, { maxBytes, maxScanned }: Bounds): ReadStretch =>
  (seq, upTo) => {
    const entries: JournalEntry[] = [];
    let bytes = 0;
    const scanned = scan(journal.after(seq, upTo), wanted, upTo, maxScanned, (entry) => {
      entries.push(entry);
      bytes += lengthOf(entry);
      return bytes < maxBytes;
    });
    return { entries, ...scanned };
  };

/**
 * Reads the extremes of these series (PROTOCOL R30), without what is late.
 * @param intervalMs of numbers: of so much time of receipt the extremes are kept; of waveforms that of the whole stretch
 * @param columnMs what a column of a waveform covers, in milliseconds
 */
export const readExtremes =
  (
    journal: Journal,
    wanted: ReadonlySet<number>,
    intervalMs: number,
    columnMs: number,
    { maxBytes, maxThinned }: Bounds,
  ): ReadStretch =>
  (seq, upTo) => {
    const entries: RowEntry[] = [];
    const waveforms = thinningOf('extremes', columnMs);
    const others = thinningOf('extremes', columnMs);
    let bytes = 0;
    let begunAt: number | undefined;
    const scanned = scan(journal.after(seq, upTo), wanted, upTo, maxThinned, (entry) => {
      if (entry.late) return true;
      if (isSamples(entry.value)) {
        waveforms.add(entry);
        return waveforms.piled < maxBytes / COLUMN_BYTES;
      }
      begunAt ??= entry.receivedAt;
      // Also where the clock was set back.
      if (Math.abs(entry.receivedAt - begunAt) >= intervalMs) {
        for (const kept of others.take()) {
          entries.push(kept);
          bytes += lengthOf(kept);
        }
        begunAt = entry.receivedAt;
      }
      others.add(entry);
      return bytes < maxBytes;
    });
    entries.push(...others.take(), ...waveforms.take());
    return { entries: entries.sort((a, b) => a.seq - b.seq), ...scanned };
  };

/**
 * How many of these make one frame. Between two frames lies a place to go on from: not in the midst of blocks of a waveform for
 * which one row stands, or whoever goes on from there would miss what of it came before.
 */
export function countOfFrame(entries: readonly RowEntry[], { maxBytes }: Bounds): number {
  // By entry: the first sequence number for which one behind it stands.
  const firstBehind: number[] = [];
  let first = Infinity;
  for (let i = entries.length - 1; i >= 0; i--) {
    firstBehind[i] = first;
    const { seq, firstSeq = seq } = entries[i]!;
    first = Math.min(first, firstSeq);
  }
  let bytes = 0;
  const last = entries.findIndex((entry, i) => {
    bytes += lengthOf(entry);
    return bytes >= maxBytes && entry.seq < firstBehind[i]!;
  });
  return last < 0 ? entries.length : last + 1;
}

/** Shows `take` the entries that match, until it wants no more or all have been looked at that one step may. */
function scan(
  entries: Iterable<JournalEntry>,
  wanted: ReadonlySet<number>,
  upTo: number,
  most: number,
  take: (entry: JournalEntry) => boolean,
): Omit<Stretch, 'entries'> {
  let firstSeq: number | undefined;
  let scanned = 0;
  for (const entry of entries) {
    scanned += 1;
    let goesOn = true;
    if (wanted.has(entry.number)) {
      firstSeq ??= entry.seq;
      goesOn = take(entry);
    }
    if (goesOn && scanned < most) continue;
    return { firstSeq: firstSeq ?? entry.seq + 1, toSeq: entry.seq, full: true };
  }
  return { firstSeq: firstSeq ?? upTo + 1, toSeq: upTo, full: false };
}

/** About how long a row is in JSON. */
function lengthOf({ value }: RowEntry): number {
  if (typeof value === 'string') return ROW_BYTES + value.length;
  if (isEnvelope(value)) return ROW_BYTES + COLUMN_BYTES * value.min.length;
  return ROW_BYTES + (isSamples(value) ? 7 * value.values.length : 8);
}

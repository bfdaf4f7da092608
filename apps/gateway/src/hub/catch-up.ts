import type { Journal, JournalEntry } from '../journal/journal.js';
import { lengthOf, type RowEntry } from './encoded-frame.js';
import { thinningOf } from './thinning.js';

// What one frame of catching up may hold, so that many returning clients cannot starve the live ones.
const MAX_ENTRIES = 1_000;
const MAX_BYTES = 64 * 1024;
// What one step may look at to find them, or extremes, of which a few are sent; and how many columns of waveforms it may find.
const MAX_SCANNED = 20_000;
const MAX_COLUMNS = 4_000;

/** A stretch of the journal as one step of catching up has read it. */
export interface Stretch {
  /** What becomes of the readings that match; may be none. */
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
  (journal: Journal, wanted: ReadonlySet<number>): ReadStretch =>
  (seq, upTo) => {
    const entries: JournalEntry[] = [];
    let bytes = 0;
    const { firstSeq, toSeq, full } = scan(journal, wanted, seq, upTo, (entry) => {
      entries.push(entry);
      bytes += lengthOf(entry.value);
      return entries.length < MAX_ENTRIES && bytes < MAX_BYTES;
    });
    return { entries, firstSeq, toSeq, full };
  };

/**
 * Reads the extremes of these series (PROTOCOL R30), without what is late.
 * @param columnMs what a column of a waveform covers, in milliseconds
 */
export const readExtremes =
  (journal: Journal, wanted: ReadonlySet<number>, columnMs: number): ReadStretch =>
  (seq, upTo) => {
    const thinning = thinningOf('extremes', columnMs);
    const { firstSeq, toSeq, full } = scan(journal, wanted, seq, upTo, (entry) => {
      if (!entry.late) thinning.add(entry);
      return thinning.piled < MAX_COLUMNS;
    });
    return { entries: thinning.take(), firstSeq, toSeq, full };
  };

/** Shows `take` the entries that match, until it wants no more or all have been looked at that one step may. */
function scan(
  journal: Journal,
  wanted: ReadonlySet<number>,
  seq: number,
  upTo: number,
  take: (entry: JournalEntry) => boolean,
): Omit<Stretch, 'entries'> {
  let firstSeq: number | undefined;
  let scanned = 0;
  for (const entry of journal.after(seq, upTo)) {
    scanned += 1;
    let goesOn = true;
    if (wanted.has(entry.number)) {
      firstSeq ??= entry.seq;
      goesOn = take(entry);
    }
    if (goesOn && scanned < MAX_SCANNED) continue;
    return { firstSeq: firstSeq ?? entry.seq + 1, toSeq: entry.seq, full: true };
  }
  return { firstSeq: firstSeq ?? upTo + 1, toSeq: upTo, full: false };
}

import {
  type Format,
  type Frame,
  type FrameWriter,
  type Row,
  type RowValue,
  toRow,
  type WrittenRows,
} from '@telewire/protocol';
import type { JournalEntry } from '../journal/journal.js';

/** A frame as bytes, with what a transport needs to know of it. */
export interface EncodedFrame {
  readonly type: Frame['type'];
  readonly bytes: Uint8Array;
  /** The subscription that it is about, where that has an id. */
  readonly id?: string;
  /** The cursor that this frame brings its subscription to; SSE carries it as `id:`. */
  readonly cursor?: string;
}

/** Encodes a frame that only one connection gets. */
export const encodeFrame = (writer: FrameWriter, frame: Frame, cursor?: string): EncodedFrame => ({
  type: frame.type,
  bytes: writer.frame(frame),
  ...('id' in frame && frame.id !== undefined ? { id: frame.id } : {}),
  ...(cursor === undefined ? {} : { cursor }),
});

/** What becomes a row: a reading of the journal, or what stands for several of its series; then `seq` and `n` are the last one's. */
export interface RowEntry extends Omit<JournalEntry, 'value'> {
  readonly value: RowValue;
  /** Sequence number of the first reading that it stands for, where that is not its own. */
  readonly firstSeq?: number;
}

/** Rows of one frame: an ordinal is written where it is not the previous one of the series plus one. */
export function rowsOf(entries: readonly RowEntry[], ordinals: Map<number, number>): Row[] {
  return entries.map((entry) => {
    const implied = ordinals.get(entry.number) === entry.n - 1;
    ordinals.set(entry.number, entry.n);
    return toRow(entry.number, entry, !implied);
  });
}

// Distinct subscription ids (and formats) for which one frame keeps its bytes; pages that use the same ids share them. Of what has
// been missed there are many frames, and few who take one: it keeps its rows, and its bytes for one id.
const MAX_IDS = 32;

/** A `readings` frame that several subscribers of a group take: rows are encoded once in each format, bytes once for each id. */
export class SharedFrame {
  readonly #encoded = new Map<string, EncodedFrame>();
  readonly #implied = new Map<Format, WrittenRows>();
  readonly #explicit = new Map<Format, WrittenRows>();
  /** What was asked for last, which most members ask for. */
  #last: { writer: FrameWriter; id: string | undefined; explicit: boolean; frame: EncodedFrame } | undefined;

  /**
   * @param from the cursor before it
   * @param fromSeq sequence number of `from`
   * @param to the cursor after it
   * @param toSeq sequence number of `to`
   * @param entries at least one
   * @param firstSeq the smallest sequence number of a reading that this frame accounts for; a subscriber that stands
   *   anywhere from `fromSeq` up to just before it can take the frame
   * @param impliedRows the rows for a subscriber that has taken every frame of the group so far; where there are none, the
   *   ordinals are written for everybody
   */
  constructor(
    readonly from: string,
    readonly fromSeq: number,
    readonly to: string,
    readonly toSeq: number,
    readonly entries: readonly RowEntry[],
    readonly firstSeq: number,
    private readonly impliedRows?: readonly Row[],
  ) {}

  /** @param explicit for a subscriber that does not know the ordinals before this frame (PROTOCOL R2) */
  encode(writer: FrameWriter, id: string | undefined, explicit = true): EncodedFrame {
    const last = this.#last;
    if (last && last.writer === writer && last.id === id && last.explicit === explicit) return last.frame;
    const frame = this.#encode(writer, id, explicit);
    this.#last = { writer, id, explicit, frame };
    return frame;
  }

  #encode(writer: FrameWriter, id: string | undefined, explicit: boolean): EncodedFrame {
    const key = `${writer.format} ${explicit ? 'explicit' : 'implied'}${id === undefined ? '' : `=${id}`}`;
    const known = this.#encoded.get(key);
    if (known) return known;
    const frame: EncodedFrame = {
      type: 'readings',
      bytes: writer.readings({ id, from: this.from, to: this.to }, this.#rows(writer, explicit)),
      ...(id === undefined ? {} : { id }),
      cursor: this.to,
    };
    if (this.#encoded.size < (this.impliedRows ? MAX_IDS : 1)) this.#encoded.set(key, frame);
    return frame;
  }

  #rows(writer: FrameWriter, explicit: boolean): WrittenRows {
    const written = explicit ? this.#explicit : this.#implied;
    let rows = written.get(writer.format);
    if (rows === undefined) {
      rows = writer.rows((explicit ? undefined : this.impliedRows) ?? rowsOf(this.entries, new Map()));
      written.set(writer.format, rows);
    }
    return rows;
  }
}

import type { ReadStretch } from './catch-up.js';
import { SharedFrame } from './encoded-frame.js';

// Of the whole hub; a frame of catching up has some 6 KiB.
const MAX_SHELVED = 512;
const UNUSED_TICKS = 20;
// One that is kept is met only where it begins so far on: those who come from places side by side would else leave crumbs.
const LEAST_ENTRIES = 64;

/** Keeps frames of catching up of all groups for a moment after they were used. */
export class Shelf {
  /** The one that was used last is the last. */
  readonly #frames = new Map<SharedFrame, { readonly drop: () => void; readonly usedAt: number }>();
  #ticks = 0;

  /** Frames that are kept. */
  get size(): number {
    return this.#frames.size;
  }

  /** @param drop forgets the frame, where it is not kept any longer */
  use(frame: SharedFrame, drop: () => void): void {
    this.#frames.delete(frame);
    this.#frames.set(frame, { drop, usedAt: this.#ticks });
    if (this.#frames.size > MAX_SHELVED) for (const [oldest] of this.#frames) return this.#drop(oldest);
  }

  /** Drops what nobody has used for a while. */
  tick(): void {
    this.#ticks += 1;
    for (const [frame, { usedAt }] of this.#frames) {
      if (this.#ticks - usedAt < UNUSED_TICKS) return;
      this.#drop(frame);
    }
  }

  /** Drops all. */
  clear(): void {
    for (const frame of this.#frames.keys()) this.#drop(frame);
  }

  #drop(frame: SharedFrame): void {
    this.#frames.get(frame)?.drop();
    this.#frames.delete(frame);
  }
}

/**
 * What members of one group have missed, read once for all of them: those whom one cut has thrown out come back to the same
 * places. A frame ends where one begins that is kept already, so that whoever comes from elsewhere gets in step.
 */
export class Missed {
  /** By place. */
  #kept: { readonly frame: SharedFrame; readonly full: boolean }[] = [];

  /**
   * @param read reads on in the journal
   * @param cursorAt the cursor of a sequence number
   */
  constructor(
    private readonly shelf: Shelf,
    private readonly read: ReadStretch,
    private readonly cursorAt: (seq: number) => string,
  ) {}

  /**
   * The frame that goes on from `seq`, where it is kept.
   * @param isGood whether one does that ended at what was the present then, as little as it may hold
   */
  after(seq: number, isGood: (frame: SharedFrame) => boolean): SharedFrame | undefined {
    const found = this.#kept.find(({ frame }) => leadsOnFrom(frame, seq));
    if (!found || !(found.full || isGood(found.frame))) return undefined;
    this.#use(found.frame);
    return found.frame;
  }

  /**
   * Reads on from `seq`, up to `upTo` at most.
   * @returns the frame, where anything matches, and how far it was read
   */
  next(seq: number, upTo: number): { readonly frame?: SharedFrame; readonly toSeq: number } {
    // One that is not good any more gives way to this one.
    this.#kept = this.#kept.filter(({ frame, full }) => full || !leadsOnFrom(frame, seq));
    const behind = this.#kept.findIndex(({ frame }) => frame.fromSeq > seq);
    const end = this.#kept.find(({ frame }) => frame.fromSeq >= seq + LEAST_ENTRIES)?.frame.fromSeq ?? Infinity;
    const { entries, firstSeq, toSeq, full } = this.read(seq, Math.min(end, upTo));
    if (entries.length === 0) return { toSeq };
    const frame = new SharedFrame(this.cursorAt(seq), seq, this.cursorAt(toSeq), toSeq, entries, firstSeq);
    this.#kept.splice(behind < 0 ? this.#kept.length : behind, 0, { frame, full: full || toSeq === end });
    this.#use(frame);
    return { frame, toSeq };
  }

  #use(frame: SharedFrame): void {
    this.shelf.use(frame, () => (this.#kept = this.#kept.filter((each) => each.frame !== frame)));
  }
}

/** True where a member at `seq` can take the frame next. */
const leadsOnFrom = ({ fromSeq, firstSeq }: SharedFrame, seq: number) => fromSeq <= seq && seq < firstSeq;

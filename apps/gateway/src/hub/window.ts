import { parseCursor } from '@telewire/protocol';
import type { EncodedFrame } from './encoded-frame.js';

/** Bytes of frames that may be under way to a client that acknowledges, at most. */
export const WINDOW_BYTES = 64 * 1024;
/**
 * … at first, and once the oldest of them has been for `AGED_MS`: over a thin line 64 KiB would be a minute old when they come.
 * From there the window grows by what is acknowledged in time.
 */
export const NARROW_WINDOW_BYTES = 4 * 1024;
/** How long a frame may be under way until the window narrows. */
export const AGED_MS = 1_000;

interface Sent {
  readonly seq: number;
  readonly bytes: number;
  readonly at: number;
}

/**
 * What is under way to a client, once it has begun to acknowledge (PROTOCOL R26). A socket that says "drained" has delivered
 * nothing: kernels swallow megabytes before a reader that stalls shows.
 */
export class Window {
  /** From the first acknowledgement on; a connection that does not acknowledge does not pay for it. */
  #sent: Map<string | undefined, Sent[]> | undefined;
  #bytes = 0;
  #room = NARROW_WINDOW_BYTES;

  /** @param now the time, in milliseconds */
  constructor(private readonly now: () => number) {}

  /** True when another frame may be sent. */
  get hasRoom(): boolean {
    if (!this.#sent) return true;
    if (this.now() - this.#oldestAt >= AGED_MS) this.#room = NARROW_WINDOW_BYTES;
    return this.#bytes < this.#room;
  }

  /** Notes a frame that was sent. One without a cursor, and a heartbeat, nobody acknowledges. */
  sent({ type, id, cursor, bytes }: EncodedFrame): void {
    if (!this.#sent || cursor === undefined || type === 'heartbeat') return;
    const frames = this.#sent.get(id) ?? [];
    if (frames.push({ seq: parseCursor(cursor).seq, bytes: bytes.length, at: this.now() }) === 1)
      this.#sent.set(id, frames);
    this.#bytes += bytes.length;
  }

  /**
   * Notes what the client has taken in; the first time is the beginning.
   * @throws ProtocolError `bad-cursor`
   */
  acknowledge(cursors: Readonly<Record<string, string>>): void {
    this.#sent ??= new Map();
    for (const [id, cursor] of Object.entries(cursors)) {
      const { seq } = parseCursor(cursor);
      // The sole subscription of the query has no id; clients name it by the empty text.
      const frames = this.#sent.get(id === '' ? undefined : id);
      while (frames?.[0] && frames[0].seq <= seq) this.#taken(frames.shift()!);
    }
  }

  /** Forgets a subscription that has ended: nobody will acknowledge its frames. */
  forget(id: string): void {
    for (const { bytes } of this.#sent?.get(id) ?? []) this.#bytes -= bytes;
    this.#sent?.delete(id);
  }

  #taken({ bytes, at }: Sent): void {
    this.#bytes -= bytes;
    if (this.now() - at < AGED_MS) this.#room = Math.min(this.#room + bytes, WINDOW_BYTES);
  }

  get #oldestAt(): number {
    let oldest = Infinity;
    for (const [frame] of this.#sent?.values() ?? []) if (frame && frame.at < oldest) oldest = frame.at;
    return oldest;
  }
}

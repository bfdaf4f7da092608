import { Subject, type Subscription } from 'rxjs';
import type { EncodedFrame } from '../hub/encoded-frame.js';
import type { Reader } from '../hub/reader.js';

/** The frames of a reader for whoever takes one now and then. */
export interface PulledFrames {
  /** The next one; `undefined` when there is none. */
  take(): EncodedFrame | undefined;
  /** Frames that have come and have not been taken. */
  readonly waiting: number;
  /** Leaves; the reader is closed. */
  close(): void;
}

/** Frames as a poll takes them. */
export const polled = (reader: Reader): PulledFrames => ({
  take: () => reader.take(),
  waiting: 0,
  close: () => reader.close(),
});

/** Frames of a stream that asks for one more when it is taken from: of a client that may be slow (PROTOCOL R32). */
export class StreamedFrames implements PulledFrames {
  readonly #demand = new Subject<void>();
  readonly #came: EncodedFrame[] = [];
  readonly #stream: Subscription;
  #asked = false;

  constructor(reader: Reader) {
    this.#stream = reader.frames(this.#demand).subscribe((frame) => {
      this.#asked = false;
      this.#came.push(frame);
    });
  }

  take(): EncodedFrame | undefined {
    if (this.#came.length === 0 && !this.#asked) {
      this.#asked = true;
      this.#demand.next();
    }
    return this.#came.shift();
  }

  get waiting(): number {
    return this.#came.length;
  }

  close(): void {
    this.#stream.unsubscribe();
  }
}

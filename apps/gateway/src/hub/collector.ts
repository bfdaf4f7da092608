import type { EncodedFrame } from './encoded-frame.js';
import type { Reader } from './reader.js';

// An answer is closed at this size; the client asks again for the rest.
const MAX_ANSWER_BYTES = 1024 * 1024;

const NEWS: ReadonlySet<EncodedFrame['type']> = new Set(['snapshot', 'readings', 'gap', 'error', 'bye']);

/** Gathers what a reader has to say into the answer to one question. */
export class Collector {
  readonly frames: EncodedFrame[] = [];
  #bytes = 0;

  constructor(private readonly reader: Reader) {}

  /** True when there is something in it that is worth an answer. */
  get news(): boolean {
    return this.frames.some(({ type }) => NEWS.has(type));
  }

  /** True when there is more than fits into one answer, or than may be read for one. */
  get full(): boolean {
    return this.#bytes >= MAX_ANSWER_BYTES || this.reader.exhausted;
  }

  /** Takes what there is now. Returns {@link news}. */
  collect(): boolean {
    for (let frame = this.#next(); frame; frame = this.#next()) {
      this.frames.push(frame);
      this.#bytes += frame.bytes.length;
    }
    return this.news;
  }

  #next(): EncodedFrame | undefined {
    // `bye` is offered for as long as the reader is open.
    if (this.frames.at(-1)?.type === 'bye') return undefined;
    // An answer holds the start of every subscription: until then there is no cursor to ask with next (PROTOCOL R17).
    if (this.full && !this.reader.starting) return undefined;
    return this.reader.take();
  }
}

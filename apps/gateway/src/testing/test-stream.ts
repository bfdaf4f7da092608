import { Subject } from 'rxjs';
import type { Frame, FrameOf } from '@telewire/protocol';
import type { Reader } from '../hub/reader.js';
import { frameOf } from './hub-bench.js';

/** Types of frames, in their order. */
export const typesOf = (frames: readonly Frame[]): Frame['type'][] => frames.map(({ type }) => type);

/** The frames of one type. */
export const ofType = <T extends Frame['type']>(frames: readonly Frame[], type: T): FrameOf<T>[] =>
  frames.filter((frame): frame is FrameOf<T> => frame.type === type);

/** A stream that asks for the next frame as soon as it has one, unless it is stalled. */
export class TestStream {
  readonly #demand = new Subject<void>();
  readonly #frames;
  frames: Frame[] = [];
  ended = false;

  constructor(
    readonly reader: Reader,
    public stalled = false,
  ) {
    this.#frames = reader.frames(this.#demand).subscribe({
      next: (frame) => {
        this.frames.push(frameOf(frame));
        if (!this.stalled) this.ask();
      },
      complete: () => (this.ended = true),
    });
    this.ask();
  }

  /** Asks for one more frame. */
  ask(): void {
    this.#demand.next();
  }

  /** What has come since it was asked last. */
  news(): Frame[] {
    const news = this.frames;
    this.frames = [];
    return news;
  }

  /** Leaves. */
  close(): void {
    this.#frames.unsubscribe();
  }
}

import { decodeFrame, RowReader } from '@telewire/protocol';
import type { Frame, FrameDecoder, FrameOf, Message, DeliveredReading } from '@telewire/protocol';
import type { EndOfAttempt } from './connection-state.js';
import { Interruption } from './interruption.js';

/** A frame whose rows have been turned back into readings. */
export type ReadingsArrival = Omit<FrameOf<'readings'>, 'rows'> & { readonly readings: readonly DeliveredReading[] };
/** A snapshot whose rows have been turned back into readings. */
export type SnapshotArrival = Omit<FrameOf<'snapshot'>, 'rows'> & { readonly readings: readonly DeliveredReading[] };

/** Nothing has come yet, and that has begun to take long. */
export interface Waiting {
  readonly type: 'waiting';
  /** What that may come from, in a short sentence for people. */
  readonly reason: string;
}

/**
 * What a transport hands over: that its line stands, or takes long to, and each frame with what only that line knows resolved.
 */
export type Arrival =
  | { readonly type: 'opened' }
  | Waiting
  | Exclude<Frame, { rows: unknown } | { names: unknown }>
  | ReadingsArrival
  | SnapshotArrival;

/**
 * What becomes of the attempts: one begins, or one has ended and the next is made at `retryAt` (local clock), or `sooner`
 * than was said.
 */
export type Notice =
  | { readonly type: 'attempting' }
  | { readonly type: 'sooner'; readonly retryAt: number }
  | {
      readonly type: 'interrupted';
      readonly event: EndOfAttempt;
      readonly reason: string;
      /** Left out after `refused`: there is no next attempt. */
      readonly retryAt?: number;
      /** The protocol's, with `refused`. */
      readonly code?: number;
    };

/** Turns the frames of one connection, or of one poll answer, into arrivals: it remembers names and ordinals. */
export class FrameReader {
  readonly #rows = new RowReader();

  /** @param decoder for messages that are not text; without one such a message is not from this protocol */
  constructor(private readonly decoder?: FrameDecoder) {}

  /**
   * The arrival in one message of a stream, `undefined` for a frame that only this reader needs.
   * @throws Interruption when the message is not a frame, or a row cannot be read
   */
  decode(message: Message): Arrival | undefined {
    return foreignAsInterruption(() => this.#resolve(decodeFrame(message, this.decoder)));
  }

  /** The arrival that a frame is, `undefined` for one that only this reader needs. @throws Interruption */
  resolve(frame: Frame): Arrival | undefined {
    return foreignAsInterruption(() => this.#resolve(frame));
  }

  #resolve(frame: Frame): Arrival | undefined {
    switch (frame.type) {
      case 'series':
        this.#rows.learn(frame.names);
        return undefined;
      case 'snapshot':
      case 'readings': {
        const { rows, ...rest } = frame;
        return { ...rest, readings: rows.map((row) => this.#rows.read(row, frame.id)) };
      }
      default:
        return frame;
    }
  }
}

/** Runs a decoder; what it throws (SyntaxError, TypeError, RangeError) means that the other end does not speak our protocol. */
export function foreignAsInterruption<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    // PROTOCOL R22: everything that is not from this protocol is transient.
    throw new Interruption('lost', 'what came is not from a Telewire gateway');
  }
}

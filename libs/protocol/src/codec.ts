import { QUALITIES } from '@telewire/telemetry';
import { asFrame, asPollAnswer } from './client-checks.js';
import type { FrameDecoder } from './format.js';
import type { Frame, PollAnswer } from './frame.js';
import type { DeliveredReading, Row } from './row.js';

/** A row of the wire. `n` is written only when `withOrdinal` is set. */
export function toRow(series: number, reading: Omit<DeliveredReading, 'series'>, withOrdinal: boolean): Row {
  const quality = QUALITIES.indexOf(reading.quality);
  const delay = reading.receivedAt - reading.at;
  if (withOrdinal) return [series, reading.at, reading.value, delay, quality, reading.n];
  return quality === 0
    ? [series, reading.at, reading.value, delay]
    : [series, reading.at, reading.value, delay, quality];
}

/**
 * Remembers what one connection was told (names of series numbers, last ordinal of each series of each subscription) and
 * turns rows back into readings. One for each connection, or for each poll answer.
 */
export class RowReader {
  readonly #names = new Map<number, string>();
  readonly #ordinals = new Map<string, number>();

  /** Takes in a `series` frame. */
  learn(names: Readonly<Record<string, string>>): void {
    for (const [number, name] of Object.entries(names)) this.#names.set(Number(number), name);
  }

  /**
   * The reading that a row of subscription `id` carries.
   * @throws RangeError when the row uses a series number that was not announced, or leaves out an ordinal that is not implied
   */
  read(row: Row, id = ''): DeliveredReading {
    const [number, at, value, delay, quality = 0] = row;
    const series = this.#names.get(number);
    if (series === undefined) throw new RangeError(`series ${number} was not announced`);
    const key = `${number} ${id}`;
    const n = row[5] ?? (this.#ordinals.get(key) ?? NaN) + 1;
    if (Number.isNaN(n)) throw new RangeError(`the first row of ${series} carries no ordinal`);
    this.#ordinals.set(key, n);
    return { series, at, value, quality: QUALITIES[quality] ?? 'bad', n, receivedAt: at + delay };
  }
}

/** A frame, or the answer to a poll, as it comes: JSON as text, other formats as bytes. */
export type Message = string | Uint8Array;

/**
 * Reads one frame.
 * @param decoder for bytes
 * @throws Error of whatever kind when it is not a frame
 */
export const decodeFrame = (message: Message, decoder?: FrameDecoder): Frame =>
  asFrame(typeof message === 'string' ? JSON.parse(message) : expected(decoder).frame(message));

/**
 * Reads the answer to a (long-)poll.
 * @param decoder for bytes
 * @throws Error of whatever kind when it is not one
 */
export const decodePollAnswer = (body: Message, decoder?: FrameDecoder): PollAnswer =>
  asPollAnswer(typeof body === 'string' ? JSON.parse(body) : expected(decoder).answer(body));

function expected(decoder: FrameDecoder | undefined): FrameDecoder {
  if (!decoder) throw new TypeError('bytes that nobody asked for');
  return decoder;
}

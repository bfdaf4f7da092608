import { CALM } from '@telewire/lab';
import type { Format, LabWeather } from '@telewire/protocol';

/** What the race is run with; all of it can be changed while it runs. */
export interface LabPlan {
  /** A filter over the series that there are; `undefined` is the lab's own series. */
  readonly stream: string | undefined;
  /** Readings a second of the lab's own series. */
  readonly rateHz: number;
  /** What frames are written in, where the transport has it. */
  readonly format: Format;
  /** Poll: milliseconds from one question to the next; `undefined` leaves it to the gateway's `nextAt`. */
  readonly pollEveryMs: number | undefined;
  /** Long-poll: the naive loop, which asks as fast as it is answered. */
  readonly unpaced: boolean;
  readonly weather: LabWeather;
}

export const FIRST_PLAN: LabPlan = {
  stream: undefined,
  rateHz: 20,
  format: 'json',
  pollEveryMs: undefined,
  unpaced: false,
  weather: CALM,
};

/** Something that can be chosen, and its words on a button. */
export interface Choice<T> {
  readonly value: T;
  readonly words: string;
}

const choices = <T>(...pairs: readonly (readonly [T, string])[]): readonly Choice<T>[] =>
  pairs.map(([value, words]) => ({ value, words }));

export const FORMATS = choices<Format>(['json', 'JSON'], ['cbor', 'CBOR']);
export const INTERVALS = choices<number | undefined>(
  [undefined, 'nextAt'],
  [500, '0.5'],
  [2_000, '2'],
  [10_000, '10 s'],
);
export const PACES = choices([false, 'paced'], [true, 'naive']);
export const DELAYS = choices([0, '0'], [100, '100'], [300, '300 ms']);
export const JITTERS = choices([0, '0'], [50, '50'], [200, '200 ms']);
export const BANDS = choices([0, 'free'], [1_000, '1 000'], [64, '64 kbit/s']);
export const PROXIES = choices([false, 'plain'], [true, 'buffers']);
export const SILENCES = choices([false, 'data'], [true, 'silence']);
export const CUTS = choices([0, 'never'], [20, '20'], [5, '5 s']);

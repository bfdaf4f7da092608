/** The newest that has come of a series, in gateway time. */
export interface Newest {
  /** When it was measured: `at` of a reading, of a block of a waveform the time of its last sample. */
  readonly until: number;
  /** When the gateway received it: what freshness is judged by. */
  readonly receivedAt: number;
}

/** How old a value may be said to be. `none`: nothing has come yet. */
export type Freshness = 'none' | 'fresh' | 'late' | 'stale';

/** The age of the newest reading of a series, held against what the series promised. */
export interface Age {
  readonly freshness: Freshness;
  readonly ageMs: number;
  /** How much of the age line is filled, 0 to 1: a third is the contract, the end is stale. */
  readonly fill: number;
  /** The age at which it is stale. */
  readonly staleMs: number;
  /** When the newest was measured, in gateway time: of a block its last sample. `undefined` when nothing has come. */
  readonly at: number | undefined;
}

/**
 * Of a series of which nothing has come yet.
 * @example
 * ```ts
 * import { NO_AGE } from '@telewire/client';
 *
 * console.log(NO_AGE.freshness); // none
 * ```
 */
export const NO_AGE: Age = { freshness: 'none', ageMs: 0, fill: 0, staleMs: Infinity, at: undefined };

/**
 * The time within which the next reading of a series that comes each `intervalMs` has to be here, in milliseconds. Half an
 * interval, or 750 ms for quick series, is granted for the way from the device to the screen.
 * @example
 * ```ts
 * import { contractMs } from '@telewire/client';
 *
 * console.log(contractMs(1_000), contractMs(10_000)); // 1750 15000
 * ```
 */
export const contractMs = (intervalMs: number): number => Math.max(intervalMs * 1.5, intervalMs + 750);

/**
 * Judges the newest of a series at `now`, gateway time, against `intervalMs`; a series that is sent on change only never ages.
 * Age is the time since the gateway received it: a device's clock may be wrong by hours, and would make what is old look new.
 * Where frames are further apart than readings, `frameMs`, the next reading is not late for waiting for its frame.
 * @example
 * ```ts
 * import { judgeAge } from '@telewire/client';
 *
 * const newest = { until: 0, receivedAt: 100 };
 * console.log(judgeAge(newest, 1_000, 1_600).freshness); // fresh
 * console.log(judgeAge(newest, 1_000, 9_000).freshness); // stale
 * ```
 */
export function judgeAge(newest: Newest | undefined, intervalMs: number | null, now: number, frameMs = 0): Age {
  if (newest === undefined) return NO_AGE;
  const { until: at, receivedAt } = newest;
  const ageMs = Math.max(0, now - receivedAt);
  if (intervalMs === null) return { freshness: 'fresh', ageMs, fill: 0, staleMs: Infinity, at };
  const contract = contractMs(intervalMs);
  const waitMs = frameMs > intervalMs ? frameMs : 0;
  const staleMs = waitMs + 3 * contract;
  const fill = Math.min(1, Math.max(0, ageMs - waitMs) / (3 * contract));
  const freshness = ageMs <= waitMs + contract ? 'fresh' : ageMs <= staleMs ? 'late' : 'stale';
  return { freshness, ageMs, fill, staleMs, at };
}

/**
 * The age that is furthest along its own contract; ages of series that have sent nothing do not count.
 * @example
 * ```ts
 * import { judgeAge, worstAge } from '@telewire/client';
 *
 * const newest = { until: 0, receivedAt: 0 };
 * const ages = [judgeAge(newest, 1_000, 2_000), judgeAge(newest, 60_000, 2_000)];
 * console.log(worstAge(ages).freshness); // late
 * ```
 */
export function worstAge(ages: readonly Age[]): Age {
  let worst = NO_AGE;
  for (const age of ages) {
    if (age.freshness === 'none') continue;
    if (worst.freshness === 'none' || beyond(age) > beyond(worst)) worst = age;
  }
  return worst;
}

// Two stale ages both fill their line: the older one says more.
const beyond = (age: Age): number => (age.freshness === 'stale' ? 1 + age.ageMs : age.fill);

import { type Age, type Chain, type Freshness, judgeAge, worstAge } from '@telewire/client';
import type { SeriesInfo } from '@telewire/telemetry';
import { clockMinute, clockTime, fixed } from '../widget/format.js';
import { verdictInWords, type VerdictInWords } from '../widget/verdict-words.js';
import type { BedReadings, LatestNumber } from './bed-readings.js';

/** What stands for a value that could not be measured or must not be used. */
export const NO_VALUE = '---';
// Slower series (a cuff every 15 minutes, a thermometer) stand for themselves and not for the bed.
const CONTINUOUS_MS = 5_000;
const DECIMALS: Readonly<Record<string, number>> = { temp: 1 };

/** A number as it is shown. */
export interface NumberView {
  readonly text: string;
  /** A smaller part behind it: the mean of a blood pressure. */
  readonly small?: string;
  readonly freshness: Freshness;
  readonly coded: boolean;
  /** When it was measured, where that has to be said. */
  readonly time?: string;
}

/** In the place of a number that has not come since this page was opened. */
export const NONE_YET: NumberView = { text: '', freshness: 'none', coded: false, time: 'none yet' };

/** A bed as it is shown at one moment. */
export interface BedView {
  readonly age: Age;
  /** Set when nothing continuous arrives any more. */
  readonly verdict: VerdictInWords | undefined;
  /** When the newest thing that came was measured, set with {@link verdict}. */
  readonly silentSince: string;
  readonly numbers: ReadonlyMap<string, NumberView>;
  readonly nibp: NumberView;
  /** Waves that have stopped although the bed goes on: metric → time of the last sample. */
  readonly stopped: ReadonlyMap<string, string>;
}

/** Series of one bed by metric. */
export type BedSeries = ReadonlyMap<string, SeriesInfo>;

/** Looks at a bed at gateway time `now` (local time `localNow`). */
export function lookAtBed(
  bed: BedReadings,
  series: BedSeries,
  way: Pick<Chain, 'link' | 'othersArrive' | 'wokeAt'>,
  now: number,
  localNow: number,
): BedView {
  const ages = new Map<string, Age>();
  for (const [metric, info] of series) ages.set(metric, judgeAge(bed.heard(metric), info.intervalMs, now));
  const continuous = [...series]
    .filter(([, info]) => info.intervalMs !== null && info.intervalMs <= CONTINUOUS_MS)
    .map(([metric]) => ages.get(metric))
    .filter((age) => age !== undefined);
  const age = worstAge(continuous);
  const heard = continuous.filter((each) => each.freshness !== 'none');
  const silent = heard.length > 0 && heard.every((each) => each.freshness === 'stale');
  const chain = { ...way, broker: bed.broker, status: bed.status };
  const numbers = new Map<string, NumberView>();
  for (const [metric, info] of series)
    if (info.kind === 'number')
      numbers.set(metric, numberView(bed.number(metric), ages.get(metric)?.freshness ?? 'none', metric, !silent));
  const stopped = new Map<string, string>();
  for (const [metric, info] of series) {
    const wave = ages.get(metric);
    if (info.kind === 'samples' && wave?.freshness === 'stale' && wave.at !== undefined)
      stopped.set(metric, clockTime(wave.at));
  }
  return {
    age,
    verdict: silent ? verdictInWords(chain, 'beds', localNow) : undefined,
    silentSince: silent ? clockTime(Math.max(...heard.map((each) => each.at ?? 0))) : '',
    numbers,
    nibp: nibpView(bed, ages),
    stopped,
  };
}

function numberView(
  latest: LatestNumber | undefined,
  freshness: Freshness,
  metric: string,
  // The verdict names the time of all numbers of a silent bed.
  withTime: boolean,
): NumberView {
  if (latest === undefined) return NONE_YET;
  if (latest.value === null) return { text: NO_VALUE, freshness, coded: true };
  const text = fixed(latest.value, DECIMALS[metric] ?? 0);
  return freshness === 'stale' && withTime
    ? { text, freshness, coded: false, time: clockTime(latest.placedAt) }
    : { text, freshness, coded: false };
}

function nibpView(bed: BedReadings, ages: ReadonlyMap<string, Age>): NumberView {
  const systolic = bed.number('nibp-sys');
  const diastolic = bed.number('nibp-dia');
  const mean = bed.number('nibp-mean');
  const freshness = ages.get('nibp-sys')?.freshness ?? 'none';
  if (systolic === undefined || diastolic === undefined) return NONE_YET;
  const time = clockMinute(systolic.at);
  if (systolic.value === null || diastolic.value === null) return { text: NO_VALUE, freshness, coded: true, time };
  const text = `${fixed(systolic.value, 0)}/${fixed(diastolic.value, 0)}`;
  const view: NumberView = { text, freshness, coded: false, time };
  return mean === undefined || mean.value === null ? view : { ...view, small: `(${fixed(mean.value, 0)})` };
}

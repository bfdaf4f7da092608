import { DEFAULT_MAX_HZ, type LabWeather } from '@telewire/protocol';
import { inMs, short } from './figures.js';
import type { RaceTerms } from './race.js';
import { weatherWords } from './weather-words.js';

/** What a race is run with. */
export interface RunSettings {
  /** Readings a second of the lab's own series; `undefined` where other series are raced. */
  readonly rateHz?: number;
  /** What is left out is calm. */
  readonly weather?: Partial<LabWeather>;
  readonly terms: RaceTerms;
}

/** Settings that were changed while a race ran: all of them, as they were from then on. */
export interface RunChange extends RunSettings {
  /** Seconds since the run began. */
  readonly afterS: number;
}

/** What was set, in one line. */
export const settingsOf = (settings: RunSettings): string => joined(partsOf(settings));

/** What became of the settings while a race ran, in words: of all that can be set, what was another than before. */
export function changesOf(
  begun: RunSettings,
  changes: readonly RunChange[],
): readonly { readonly afterS: number; readonly words: string }[] {
  return changes.flatMap((change, i) => {
    const before = partsOf(changes[i - 1] ?? begun);
    const words = joined(partsOf(change).filter((part, k) => part !== before[k]));
    return words === '' ? [] : [{ afterS: change.afterS, words }];
  });
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ');

/** One thing each, always in this order. */
function partsOf({ rateHz, weather = {}, terms }: RunSettings): readonly string[] {
  return [
    rateHz === undefined ? '' : `${short(rateHz)} readings/s`,
    terms.filters.map((filter) => `\`${filter}\``).join(', '),
    terms.format === 'cbor' ? 'CBOR, but events in JSON' : 'JSON',
    `policy ${terms.policy ?? 'every'}`,
    `at most ${terms.maxHz ?? DEFAULT_MAX_HZ} frames/s`,
    weatherWords(weather),
    terms.pollEveryMs === undefined ? 'poll by `nextAt`' : `poll every ${inMs(terms.pollEveryMs)}`,
    terms.unpaced ? 'long-poll unpaced' : 'long-poll paced',
  ];
}

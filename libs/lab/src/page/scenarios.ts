import type { LabWeather } from '@telewire/protocol';
import type { RaceTerms } from '../race.js';

/** Something that is measured for the page of the five transports. */
export interface Scenario {
  readonly name: string;
  readonly rateHz: number;
  readonly seconds: number;
  readonly weather?: Partial<LabWeather>;
  readonly terms?: Partial<RaceTerms>;
}

/** How long it is measured. */
export interface Measuring {
  /** Each scenario, seconds; what happens seldom twice or three times as long. */
  readonly seconds: number;
  /** The scenario in which nothing happens, seconds. */
  readonly idleSeconds: number;
}

/** Rates in calm weather, readings a second. */
export const CALM_RATES_HZ = [0.2, 1, 10, 100, 500] as const;
/** Rates at which the loop without a pace is measured. */
export const UNPACED_RATES_HZ = [100, 500] as const;
/** Rates at which the poll of a fixed interval is measured, and that interval. */
export const FIXED_RATES_HZ = [0.2, 10] as const;
export const FIXED_POLL_MS = 2_000;
/** Rates at which frames are measured in CBOR too. */
export const CBOR_RATES_HZ = [10, 500] as const;
/** One way, in the scenario of a long line. */
export const DELAY_MS = 150;
/** How often everything is cut in the scenario of cuts. */
export const CUT_EVERY_S = 5;
/** Long enough for a dozen heartbeats, and for a held question of 25 s to end three times. */
export const IDLE_SECONDS = 100;

/** What echoes are sent with. */
export const ECHOES = { echoes: 100, everyMs: 50, bytes: 64 } as const;
/** The weathers that echoes are sent in, by name. */
export const ECHO_WEATHERS: Readonly<Record<string, Partial<LabWeather>>> = {
  'duplex-calm': {},
  'duplex-delay': { delayMs: DELAY_MS },
};

/** Everything that is measured, in order. */
export function scenarios({ seconds, idleSeconds }: Measuring): readonly Scenario[] {
  const long = (rateHz: number) => (rateHz < 1 ? 3 * seconds : seconds);
  return [
    ...CALM_RATES_HZ.map((rateHz) => ({ name: `calm-${rateHz}`, rateHz, seconds: long(rateHz) })),
    { name: 'idle', rateHz: 0, seconds: idleSeconds },
    { name: 'delay', rateHz: 10, seconds, weather: { delayMs: DELAY_MS } },
    { name: 'buffers', rateHz: 10, seconds: 2 * seconds, weather: { buffers: true } },
    { name: 'cut', rateHz: 10, seconds: 2 * seconds, weather: { cutEveryS: CUT_EVERY_S } },
    ...UNPACED_RATES_HZ.map((rateHz) => ({ name: `unpaced-${rateHz}`, rateHz, seconds, terms: { unpaced: true } })),
    ...CBOR_RATES_HZ.map((rateHz) => ({ name: `cbor-${rateHz}`, rateHz, seconds, terms: { format: 'cbor' as const } })),
    ...FIXED_RATES_HZ.map((rateHz) => ({
      name: `fixed-${rateHz}`,
      rateHz,
      seconds: long(rateHz),
      terms: { pollEveryMs: FIXED_POLL_MS },
    })),
  ];
}

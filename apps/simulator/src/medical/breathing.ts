import type { Random } from '../random.js';
import { Timeline } from '../timeline.js';

/** One breath: it begins with the inspiration. */
export interface Breath {
  readonly atS: number;
  readonly durationS: number;
  /** Tidal volume relative to the mean, about 0.8 to 1.1. */
  readonly depth: number;
}

/** Inspiration is a third of the cycle: I:E = 1:2, the usual ratio at rest. */
const INSPIRED = 1 / 3;

/** The breaths of one patient, each a little different from the one before. */
export class Breathing {
  readonly #breaths: Timeline<Breath>;

  /** @param ratePerMin mean breaths a minute */
  constructor(ratePerMin: number, random: Random) {
    const phase = random.uniform(0, 2 * Math.PI);
    const breathAt = (atS: number): Breath => {
      // The rate wanders by about one in ten over minutes.
      const rate = ratePerMin * (1 + 0.07 * Math.sin((2 * Math.PI * atS) / 240 + phase));
      const durationS = (60 / rate) * clamp(random.gaussian(1, 0.05), 0.85, 1.15);
      return { atS, durationS, depth: clamp(random.gaussian(0.96, 0.06), 0.8, 1.1) };
    };
    // Begins before elapsed zero, so that a rate can be told from the first second on.
    this.#breaths = new Timeline(breathAt(-60), (previous) => breathAt(previous.atS + previous.durationS));
  }

  /** Air in the lungs: 0 after expiration, about 1 after inspiration. */
  volumeAt(timeS: number): number {
    const breath = this.#breaths.last(timeS, 1)[0];
    if (breath === undefined) return 0;
    const phase = (timeS - breath.atS) / breath.durationS;
    if (phase < INSPIRED) return (breath.depth * (1 - Math.cos((Math.PI * phase) / INSPIRED))) / 2;
    // Passive expiration: fast at first, then a rest.
    return breath.depth * ((1 + Math.cos((Math.PI * (phase - INSPIRED)) / (1 - INSPIRED))) / 2) ** 1.5;
  }

  /** Breaths a minute from the last five complete ones. */
  rateAt(timeS: number): number {
    const breaths = this.#breaths.last(timeS, 6);
    const first = breaths[0];
    const last = breaths.at(-1);
    return first === undefined || last === undefined || first === last
      ? 0
      : (60 * (breaths.length - 1)) / (last.atS - first.atS);
  }
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

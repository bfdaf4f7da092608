import type { Random } from '../random.js';
import { Timeline } from '../timeline.js';
import type { Breathing } from './breathing.js';

/** One heart beat; ECG, pleth and numbers are all made from the same ones. */
export interface Beat {
  /** Time of the R peak in elapsed seconds. */
  readonly atS: number;
  /** `ectopic`: from the ventricle, without a P wave; `fibrillating`: conducted from atria that do not beat. */
  readonly origin: 'sinus' | 'ectopic' | 'fibrillating';
  /** RR interval smoothed over some beats: what the widths of the waves follow. */
  readonly cycleS: number;
  /** How strong a pulse it makes: 1 usually, less when the heart had little time to fill. */
  readonly strength: number;
}

/** How a heart beats. */
export interface Rhythm {
  /** Mean beats a minute. */
  readonly ratePerMin: number;
  readonly kind: 'sinus' | 'fibrillation';
  /** Share of respiratory sinus arrhythmia in the RR interval: 0.02 to 0.1 in adults at rest. */
  readonly rsa: number;
  /** Share of ventricular premature beats. */
  readonly ectopicShare: number;
}

/** Length of the slow (Mayer) wave: 0.1 Hz. */
const MAYER_S = 10;

/**
 * RR(t) = RR0 (1 + mL sin(2π 0.1 t + φ) − mR (breath − mean)): low-frequency and respiratory modulation in the time domain,
 * after McSharry, Clifford, Tarassenko and Smith, IEEE Trans Biomed Eng 50(3), 2003. In atrial fibrillation RR is
 * log-normal with a coefficient of variation of 0.2. A premature beat comes after 0.6 RR and is followed by a full
 * compensatory pause: the two intervals together are 2 RR.
 */
export class HeartBeats {
  readonly #beats: Timeline<Beat>;

  constructor(rhythm: Rhythm, breathing: Breathing, random: Random) {
    const mayer = random.uniform(0, 2 * Math.PI);
    const slow = random.uniform(0, 2 * Math.PI);
    const wanderS = random.uniform(280, 520);
    const meanAt = (timeS: number): number => {
      const wander =
        0.035 * Math.sin((2 * Math.PI * timeS) / wanderS + slow) + 0.02 * Math.sin((2 * Math.PI * timeS) / 97 + mayer);
      return 60 / (rhythm.ratePerMin * (1 + wander));
    };
    const next = (previous: Beat): Beat => {
      const meanS = meanAt(previous.atS);
      if (rhythm.kind === 'fibrillation') {
        const rrS = Math.min(1.7, Math.max(0.36, meanS * Math.exp(random.gaussian(-0.02, 0.2))));
        // Filling time decides the stroke volume.
        const strength = Math.min(1, Math.max(0.4, 0.25 + (0.7 * rrS) / meanS));
        return follow(previous, rrS, 'fibrillating', strength);
      }
      const modulation =
        0.02 * Math.sin((2 * Math.PI * previous.atS) / MAYER_S + mayer) -
        rhythm.rsa * (breathing.volumeAt(previous.atS) - 0.4) +
        random.gaussian(0, 0.005);
      const rrS = meanS * (1 + modulation);
      const premature = random.uniform() < rhythm.ectopicShare;
      if (previous.origin === 'ectopic') return follow(previous, 1.4 * previous.cycleS, 'sinus', 1.05);
      return premature ? follow(previous, 0.6 * previous.cycleS, 'ectopic', 0.35) : follow(previous, rrS, 'sinus', 1);
    };
    const cycleS = meanAt(-30);
    // Begins before elapsed zero, so that a rate can be told from the first second on.
    this.#beats = new Timeline({ atS: -30, origin: 'sinus', cycleS, strength: 1 }, next);
  }

  /** Beats whose R peak lies from `fromS` to `toS`. */
  between(fromS: number, toS: number): Beat[] {
    return this.#beats.between(fromS, toS);
  }

  /** Beats a minute from the last eight RR intervals, as a bedside monitor averages. */
  rateAt(timeS: number): number {
    const beats = this.#beats.last(timeS, 9);
    const first = beats[0];
    const last = beats.at(-1);
    return first === undefined || last === undefined || first === last
      ? 0
      : (60 * (beats.length - 1)) / (last.atS - first.atS);
  }
}

function follow(previous: Beat, rrS: number, origin: Beat['origin'], strength: number): Beat {
  // A premature beat and the pause behind it do not change the cycle that the waves follow.
  const steady = origin !== 'ectopic' && previous.origin !== 'ectopic';
  const cycleS = steady ? 0.8 * previous.cycleS + 0.2 * rrS : previous.cycleS;
  return { atS: previous.atS + rrS, origin, cycleS, strength };
}

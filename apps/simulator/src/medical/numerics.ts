import type { Random } from '../random.js';
import type { Breathing } from './breathing.js';
import type { HeartBeats } from './heart-beats.js';
import type { Patient } from './patient.js';

/** The vital signs that a monitor shows as numbers. */
export interface VitalSigns {
  /** Beats a minute, whole. */
  readonly hr: number;
  /** Percent, whole. */
  readonly spo2: number;
  /** Breaths a minute, whole. */
  readonly rr: number;
  /** Degrees Celsius, one decimal. */
  readonly temp: number;
}

// SpO2 falls slowly and recovers faster: first order, with these time constants.
const FALLING_S = 35;
const RISING_S = 14;

/** Numbers from the same beats and breaths that the curves are made of, and slow models for what has no curve. */
export class Numerics {
  readonly #patient: Patient;
  readonly #beats: HeartBeats;
  readonly #breathing: Breathing;
  readonly #phase: number;
  readonly #dipEveryS: number;
  #spo2: number;
  #spo2AtS = 0;

  constructor(patient: Patient, beats: HeartBeats, breathing: Breathing, random: Random) {
    this.#patient = patient;
    this.#beats = beats;
    this.#breathing = breathing;
    this.#phase = random.uniform(0, 2 * Math.PI);
    this.#dipEveryS = random.uniform(240, 330);
    this.#spo2 = patient.spo2;
  }

  /** The numbers at an elapsed time, which must not lie before the one asked for last. */
  at(timeS: number): VitalSigns {
    while (this.#spo2AtS + 1 <= timeS) this.#saturate((this.#spo2AtS += 1));
    const drift = 0.15 * Math.sin((2 * Math.PI * timeS) / 5400 + this.#phase);
    return {
      hr: Math.round(this.#beats.rateAt(timeS)),
      spo2: Math.min(100, Math.round(this.#spo2)),
      rr: Math.round(this.#breathing.rateAt(timeS)),
      temp: Math.round(10 * (this.#patient.temperature + drift)) / 10,
    };
  }

  #saturate(timeS: number): void {
    const { spo2, desaturation } = this.#patient;
    const dipping = timeS % this.#dipEveryS > this.#dipEveryS - 75;
    const target = spo2 + 0.7 * Math.sin(timeS / 61 + this.#phase) - (dipping ? desaturation : 0);
    this.#spo2 += (target - this.#spo2) / (target < this.#spo2 ? FALLING_S : RISING_S);
  }
}

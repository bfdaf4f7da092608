import { noiseOf } from '../random.js';
import type { Breathing } from './breathing.js';
import type { Beat, HeartBeats } from './heart-beats.js';

/** ECG samples a second. */
export const ECG_HZ = 250;

/** A wave of the ECG as a Gaussian: centre after the R peak, width, height. */
interface Wave {
  readonly atS: number;
  readonly widthS: number;
  readonly height: number;
}

/** P, Q, R, S, T of McSharry et al. 2003, table I: angle θ in degrees, amplitude a, width b in radians. */
const [P, ...QRST] = [
  { angle: -70, a: 1.2, b: 0.25, bend: 0.5 },
  { angle: -15, a: -5, b: 0.1, bend: 1 },
  { angle: 0, a: 30, b: 0.1, bend: 1 },
  { angle: 15, a: -7.5, b: 0.1, bend: 1 },
  { angle: 100, a: 0.75, b: 0.4, bend: 0.5 },
] as const;
type Shape = typeof P | (typeof QRST)[number];

/** a b² of R, the height of which is 1. */
const R_HEIGHT = 30 * 0.1 ** 2;

/** From the R peak this far to both sides a beat can be seen. */
const REACH_S = 0.7;

/** How the ECG of one patient looks. */
export interface EcgLook {
  /** Height of the R wave in mV. */
  readonly gain: number;
  /** Key of the noise; see `noiseOf`. */
  readonly noiseKey: number;
}

/**
 * Lead II in mV from samples `from` to `to` (excluded), numbered from elapsed zero at {@link ECG_HZ}.
 * Closed form of McSharry et al. 2003: z(θ) = Σ a_i b_i² / ω · exp(−Δθ² / 2b_i²), here as time after the R peak with
 * ω = 2π / RR and the authors' scaling by h = √(HR / 60): b h; θ √h for P and T, θ h for Q and S.
 */
export function ecg(beats: HeartBeats, breathing: Breathing, look: EcgLook, from: number, to: number): number[] {
  const near = beats.between(from / ECG_HZ - REACH_S, to / ECG_HZ + REACH_S);
  const waves = near.flatMap((beat) => wavesOf(beat).map((wave) => ({ ...wave, atS: beat.atS + wave.atS })));
  const fibrillating = near.some((beat) => beat.origin === 'fibrillating');
  return Array.from({ length: to - from }, (_, i) => {
    const timeS = (from + i) / ECG_HZ;
    let mV = 0;
    for (const { atS, widthS, height } of waves) {
      const distance = (timeS - atS) / widthS;
      if (distance > -4 && distance < 4) mV += height * Math.exp(-(distance * distance) / 2);
    }
    if (fibrillating) mV += atrialFlicker(timeS);
    // The baseline follows the chest (McSharry's z0) and the electrodes.
    const baseline = 0.035 * (breathing.volumeAt(timeS) - 0.4) + 0.02 * Math.sin(timeS / 3.7);
    return look.gain * mV + baseline + 0.012 * noiseOf(look.noiseKey, from + i);
  });
}

function wavesOf(beat: Beat): Wave[] {
  if (beat.origin === 'ectopic') return ECTOPIC;
  const qrst = QRST.map((shape) => waveOf(shape, beat.cycleS));
  return beat.origin === 'sinus' ? [waveOf(P, beat.cycleS), ...qrst] : qrst;
}

function waveOf(shape: Shape, cycleS: number): Wave {
  const h = Math.sqrt(1 / cycleS);
  const secondsPerRadian = cycleS / (2 * Math.PI);
  return {
    atS: ((shape.angle * Math.PI) / 180) * h ** shape.bend * secondsPerRadian,
    widthS: shape.b * h * secondsPerRadian,
    height: (shape.a * shape.b ** 2) / R_HEIGHT,
  };
}

// A beat from the ventricle: QRS wider than 120 ms, T against it, no P.
const ECTOPIC: Wave[] = [
  { atS: 0, widthS: 0.042, height: 1.15 },
  { atS: 0.1, widthS: 0.045, height: -0.25 },
  { atS: 0.29, widthS: 0.07, height: -0.3 },
];

// f waves of atrial fibrillation: 4 to 9 Hz, about 0.05 mV.
const atrialFlicker = (timeS: number): number =>
  0.03 * Math.sin(2 * Math.PI * 5.3 * timeS + 1.5 * Math.sin(timeS)) + 0.02 * Math.sin(2 * Math.PI * 7.9 * timeS);

import { noiseOf } from '../random.js';
import type { Breathing } from './breathing.js';
import type { HeartBeats } from './heart-beats.js';

/** Pleth samples a second. */
export const PLETH_HZ = 125;

/** How the pleth of one patient looks. */
export interface PlethLook {
  /** Height of a usual pulse, up to 1. */
  readonly gain: number;
  /** From the R peak to the foot of the pulse at the finger: 0.20 to 0.24 s. */
  readonly transitS: number;
  /** Key of the noise; see `noiseOf`. */
  readonly noiseKey: number;
}

// From the foot to the systolic peak, and how steep; the fall is slower than the rise.
const RISE_S = 0.1;
const RISE_WIDTH_S = 0.04;
const FALL_WIDTH_S = 0.1;
// The reflected wave: half as high, behind the dicrotic notch. Landmarks after ppg_simulate of NeuroKit2.
const REFLECTED = { delayS: 0.25, widthS: 0.09, height: 0.42 };

/**
 * Pleth, about 0 to 1 without a unit, from samples `from` to `to` (excluded), numbered from elapsed zero at
 * {@link PLETH_HZ}. Each beat makes one pulse of two Gaussians; breathing moves the baseline and the height.
 */
export function pleth(beats: HeartBeats, breathing: Breathing, look: PlethLook, from: number, to: number): number[] {
  const pulses = beats.between(from / PLETH_HZ - 1.5, to / PLETH_HZ).map((beat) => ({
    peakS: beat.atS + look.transitS + RISE_S,
    reflectedS: beat.atS + look.transitS + RISE_S + REFLECTED.delayS * Math.sqrt(beat.cycleS),
    height: beat.strength,
  }));
  return Array.from({ length: to - from }, (_, i) => {
    const timeS = (from + i) / PLETH_HZ;
    let value = 0;
    for (const { peakS, reflectedS, height } of pulses) {
      value += height * bell(timeS - peakS, timeS < peakS ? RISE_WIDTH_S : FALL_WIDTH_S);
      value += height * REFLECTED.height * bell(timeS - reflectedS, REFLECTED.widthS);
    }
    const breath = breathing.volumeAt(timeS);
    return 0.04 + 0.05 * breath + look.gain * (1 - 0.1 * breath) * value + 0.004 * noiseOf(look.noiseKey, from + i);
  });
}

const bell = (distanceS: number, widthS: number): number =>
  Math.abs(distanceS) > 4 * widthS ? 0 : Math.exp(-((distanceS / widthS) ** 2) / 2);

import { noiseOf } from '../random.js';
import type { Breathing } from './breathing.js';
import type { HeartBeats } from './heart-beats.js';

/** Samples of the respiration curve a second. */
export const RESPIRATION_HZ = 125;

/**
 * The respiration curve as impedance shows it, about 0 to 1, from samples `from` to `to` (excluded), numbered from
 * elapsed zero at {@link RESPIRATION_HZ}. Every heart beat leaves a small bump in it (some 4 % of a breath).
 */
export function respiration(
  beats: HeartBeats,
  breathing: Breathing,
  noiseKey: number,
  from: number,
  to: number,
): number[] {
  const bumps = beats.between(from / RESPIRATION_HZ - 1, to / RESPIRATION_HZ).map((beat) => beat.atS + 0.2);
  return Array.from({ length: to - from }, (_, i) => {
    const timeS = (from + i) / RESPIRATION_HZ;
    let artefact = 0;
    for (const bumpS of bumps) artefact += 0.035 * Math.exp(-(((timeS - bumpS) / 0.07) ** 2) / 2);
    return 0.04 + 0.82 * breathing.volumeAt(timeS) + artefact + 0.004 * noiseOf(noiseKey, from + i);
  });
}

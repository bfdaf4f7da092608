import type { Random } from '../random.js';
import type { Patient } from './patient.js';

/** One measurement with the cuff, in mm[Hg]. */
export interface BloodPressure {
  readonly systolic: number;
  readonly diastolic: number;
  readonly mean: number;
}

/** A measurement at an elapsed time: the patient's pressure, a slow wander, and what a cuff is off by. */
export function measureBloodPressure(patient: Patient, timeS: number, random: Random): BloodPressure {
  const wander = 5 * Math.sin((2 * Math.PI * timeS) / 2700);
  const systolic = Math.round(patient.systolic + wander + random.gaussian(0, 3));
  const diastolic = Math.round(patient.diastolic + 0.6 * wander + random.gaussian(0, 2));
  return { systolic, diastolic, mean: meanPressure(systolic, diastolic) };
}

/** Mean arterial pressure, the usual estimate for a cuff: DIA + (SYS − DIA) / 3, whole mm[Hg]. */
export const meanPressure = (systolic: number, diastolic: number): number =>
  Math.round(diastolic + (systolic - diastolic) / 3);

/** How often the cuff of bed `number` (from 1) measures: every 3 to 7 minutes. */
export const cuffIntervalMs = (number: number): number => 60_000 * [5, 4, 6, 5, 3, 4, 7, 5][(number - 1) % 8]!;

/** When it measures first: within seconds, so that a new screen is not empty, but not every bed at once. */
export const firstCuffMs = (number: number): number => 1_500 + 450 * ((number - 1) % 12);

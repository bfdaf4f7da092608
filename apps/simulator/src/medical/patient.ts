import { Random } from '../random.js';
import type { Rhythm } from './heart-beats.js';

/** Who lies in a bed: what the models need to know of a patient. No real person. */
export interface Patient {
  readonly rhythm: Rhythm;
  /** Breaths a minute. */
  readonly breathsPerMin: number;
  /** Usual SpO2 in percent. */
  readonly spo2: number;
  /** Percent that SpO2 loses from time to time (sleep apnoea, suction). */
  readonly desaturation: number;
  /** Body temperature in degrees Celsius. */
  readonly temperature: number;
  /** Blood pressure in mm[Hg]. */
  readonly systolic: number;
  readonly diastolic: number;
  /** Height of the R wave in mV. */
  readonly ecgGain: number;
  /** Height of the pleth pulse. */
  readonly plethGain: number;
}

const sinus = (ratePerMin: number, rsa = 0.05, ectopicShare = 0): Rhythm => ({
  kind: 'sinus',
  ratePerMin,
  rsa,
  ectopicShare,
});
const fibrillation = (ratePerMin: number): Rhythm => ({ kind: 'fibrillation', ratePerMin, rsa: 0, ectopicShare: 0 });

const patient = (
  rhythm: Rhythm,
  [breathsPerMin, temperature]: [number, number],
  [spo2, desaturation]: [number, number],
  [systolic, diastolic]: [number, number],
  [ecgGain, plethGain]: [number, number],
): Patient => ({
  rhythm,
  breathsPerMin,
  temperature,
  spo2,
  desaturation,
  systolic,
  diastolic,
  ecgGain,
  plethGain,
});

/** The first eight beds of the ward: a mixture in which every widget has something to show. */
const WARD: readonly Patient[] = [
  patient(sinus(72), [14, 36.8], [97, 0], [122, 74], [1.05, 0.85]),
  patient(sinus(84, 0.03, 0.07), [16, 37.1], [96, 0], [134, 82], [0.95, 0.75]), // with premature beats
  patient(sinus(56, 0.1), [12, 36.5], [99, 0], [116, 68], [1.1, 0.9]), // young, strong breathing arrhythmia
  patient(fibrillation(94), [18, 36.9], [94, 0], [138, 84], [0.85, 0.6]),
  patient(sinus(111, 0.015), [25, 38.7], [93, 1], [96, 56], [0.8, 0.45]), // septic
  patient(sinus(68, 0.04), [19, 36.7], [94, 6], [128, 76], [0.9, 0.7]), // falls below the SpO2 limit now and then
  patient(sinus(78, 0.03), [15, 37.0], [97, 0], [158, 92], [1.1, 0.8]), // hypertensive
  patient(sinus(64, 0.06), [13, 36.3], [98, 2], [109, 64], [0.9, 0.65]),
];

/** The patient in bed `number` (from 1): the ward's first eight are chosen, further ones drawn from the seed. */
export function patientOf(seed: number, number: number): Patient {
  const random = new Random(seed, `patient-${number}`);
  const usual = WARD[number - 1];
  // Another seed is another night: the same people, but not the same numbers.
  if (usual !== undefined)
    return {
      ...usual,
      rhythm: { ...usual.rhythm, ratePerMin: usual.rhythm.ratePerMin + random.uniform(-1.5, 1.5) },
      breathsPerMin: usual.breathsPerMin + random.uniform(-0.7, 0.7),
    };
  const ratePerMin = random.uniform(55, 108);
  const rhythm = random.uniform() < 0.1 ? fibrillation(ratePerMin) : sinus(ratePerMin, random.uniform(0.01, 0.09));
  const systolic = random.uniform(98, 152);
  return patient(
    rhythm,
    [random.uniform(11, 24), random.gaussian(36.9, 0.4)],
    [random.integer(93, 99), random.uniform() < 0.15 ? 5 : 0],
    [systolic, systolic * random.uniform(0.55, 0.65)],
    [random.uniform(0.8, 1.1), random.uniform(0.5, 0.9)],
  );
}

import { metricOf } from '../series-names.js';

const INKS: Readonly<Record<string, string>> = {
  hr: '--p-hr',
  'ecg-ii': '--p-hr',
  spo2: '--p-spo2',
  pleth: '--p-spo2',
  rr: '--p-resp',
  resp: '--p-resp',
  art: '--p-art',
};

/** True for a wave that moves slowly, and is drawn at half the speed. */
export const isSlow = (series: string): boolean => inkOf(series) === '--p-resp';

/** Name of the token that colours a series' trace and number; only parameters of patients have a hue. */
export const inkOf = (series: string): string => INKS[metricOf(series)] ?? '--t1';

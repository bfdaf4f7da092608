import { ADULT_LIMITS, describeMetric, MEDICAL, type DeviceInfo } from '@telewire/telemetry';
import { every, type Device, type Measurement } from '../device.js';
import { hash, Random } from '../random.js';
import { Breathing } from './breathing.js';
import { ecg, ECG_HZ } from './ecg.js';
import { HeartBeats } from './heart-beats.js';
import { cuffIntervalMs, firstCuffMs, measureBloodPressure } from './nibp.js';
import { Numerics } from './numerics.js';
import { patientOf } from './patient.js';
import { pleth, PLETH_HZ } from './pleth.js';
import { respiration, RESPIRATION_HZ } from './respiration.js';

const BLOCK_MS = 250;
const NUMERICS_MS = 1_000;
// On a ward with ventilated patients the nurse wants to know before 90 %.
const LIMITS: Readonly<Record<string, { low: number; high: number }>> = {
  ...ADULT_LIMITS,
  spo2: { low: 92, high: 100 },
};
// Resolution of the converters: 5 µV, and 9 bits for what has no unit.
const ECG_RESOLUTION = 0.005;
const WAVE_RESOLUTION = 0.002;

/**
 * The patient monitor of bed `number` (from 1): curves four times a second, numbers once a second, the cuff every few
 * minutes, all of them `rate` times as often.
 */
export function createBed(number: number, seed: number, rate: number): Device {
  const name = `icu/bed-${twoDigits(number)}`;
  const stream = (part: string): Random => new Random(seed, `${name}/${part}`);
  const patient = patientOf(seed, number);
  const breathing = new Breathing(patient.breathsPerMin, stream('breathing'));
  const beats = new HeartBeats(patient.rhythm, breathing, stream('beats'));
  const numerics = new Numerics(patient, beats, breathing, stream('numerics'));
  const noiseKey = hash(`${seed}/${name}/noise`);
  const ecgLook = { gain: patient.ecgGain, noiseKey };
  const plethLook = {
    gain: patient.plethGain,
    transitS: stream('transit').uniform(0.2, 0.23),
    noiseKey: noiseKey + 1,
  };
  const cuff = stream('cuff');

  const curves = (fromMs: number, toMs: number): Measurement[] =>
    [
      block('ecg-ii', ECG_HZ, fromMs, toMs, ECG_RESOLUTION, (from, to) => ecg(beats, breathing, ecgLook, from, to)),
      block('pleth', PLETH_HZ, fromMs, toMs, WAVE_RESOLUTION, (from, to) =>
        pleth(beats, breathing, plethLook, from, to),
      ),
      block('resp', RESPIRATION_HZ, fromMs, toMs, WAVE_RESOLUTION, (from, to) =>
        respiration(beats, breathing, noiseKey + 2, from, to),
      ),
    ].flat();

  const numbers = (_: number, elapsedMs: number): Measurement[] => {
    const { hr, spo2, rr, temp } = numerics.at(elapsedMs / 1000);
    return [
      { name: 'hr', unit: 'beat/min', value: hr, elapsedMs },
      { name: 'spo2', unit: '/100', value: spo2, elapsedMs },
      { name: 'rr', unit: '1/min', value: rr, elapsedMs },
      { name: 'temp', unit: 'Cel', value: temp, elapsedMs },
    ];
  };

  const pressure = (_: number, elapsedMs: number): Measurement[] => {
    const { systolic, diastolic, mean } = measureBloodPressure(patient, elapsedMs / 1000, cuff);
    return [
      { name: 'nibp-sys', value: systolic, elapsedMs },
      { name: 'nibp-dia', value: diastolic, elapsedMs },
      { name: 'nibp-mean', value: mean, elapsedMs },
    ];
  };

  // Beds do not speak all at once: each has its own place within the block.
  const staggerMs = (37 * number) % BLOCK_MS;
  const blockMs = BLOCK_MS / rate;
  return {
    info: infoOf(name, number, rate, stream('pseudonym').integer(1000, 9999)),
    tasks: [
      every(blockMs, staggerMs + blockMs, curves),
      every(NUMERICS_MS / rate, staggerMs + 500, numbers),
      every(cuffIntervalMs(number) / rate, firstCuffMs(number), pressure),
    ],
  };
}

/**
 * One block of a curve: the samples in [fromMs, toMs). Samples are numbered from elapsed zero, so a block begins where
 * the one before ended, whatever the interval: 62, 63, 62 … of them at 250 Hz. None: no block.
 */
function block(
  name: string,
  hz: number,
  fromMs: number,
  toMs: number,
  resolution: number,
  samples: (from: number, to: number) => number[],
): Measurement[] {
  const periodMs = 1000 / hz;
  const from = Math.ceil(fromMs / periodMs);
  const to = Math.ceil(toMs / periodMs);
  if (from === to) return [];
  return [{ name, value: { periodMs, values: samples(from, to) }, resolution, elapsedMs: from * periodMs }];
}

function infoOf(device: string, number: number, rate: number, pseudonym: number): DeviceInfo {
  const { heartRate, spo2, respirationRate, temperature } = MEDICAL;
  const { nibpSystolic, nibpDiastolic, nibpMean, ecgII, pleth: plethMetric, respiration: curve } = MEDICAL;
  return {
    device,
    label: twoDigits(number),
    type: 'patient-monitor',
    site: 'ICU 3',
    detail: `P-${pseudonym}`,
    simulated: true,
    series: [
      ...[heartRate, spo2, respirationRate, temperature].map((metric) =>
        describeMetric(device, metric, NUMERICS_MS / rate, { limits: LIMITS[metric.metric] }),
      ),
      ...[nibpSystolic, nibpDiastolic, nibpMean].map((metric) =>
        describeMetric(device, metric, cuffIntervalMs(number) / rate, { limits: LIMITS[metric.metric] }),
      ),
      ...[ecgII, plethMetric, curve].map((metric) => describeMetric(device, metric, BLOCK_MS / rate)),
    ],
  };
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

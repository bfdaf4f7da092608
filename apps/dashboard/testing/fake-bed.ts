import { ADULT_LIMITS, MEDICAL, describeMetric, type Samples, type SeriesInfo } from '@telewire/telemetry';

const TAU = Math.PI * 2;
const bump = (x: number, at: number, width: number): number => Math.exp(-((x - at) ** 2) / (2 * width * width));

/** A patient in closed form: every wave and number is a function of time. */
export interface FakePatient {
  readonly bed: string;
  readonly hr: number;
  readonly spo2: number;
  readonly rr: number;
  readonly nibp: readonly [sys: number, dia: number, mean: number];
  readonly temp: number;
}

export const PATIENTS: readonly (FakePatient & { readonly detail: string })[] = [
  { bed: '01', detail: 'P-3318', hr: 72, spo2: 98, rr: 14, nibp: [121, 74, 90], temp: 36.8 },
  { bed: '02', detail: 'P-7705', hr: 122, spo2: 91, rr: 27, nibp: [98, 60, 73], temp: 37.4 },
  { bed: '03', detail: 'P-1146', hr: 64, spo2: 97, rr: 16, nibp: [128, 77, 94], temp: 36.6 },
  { bed: '04', detail: 'P-5290', hr: 88, spo2: 95, rr: 24, nibp: [112, 66, 81], temp: 37.9 },
  { bed: '05', detail: 'P-2083', hr: 84, spo2: 96, rr: 18, nibp: [122, 71, 88], temp: 36.9 },
  { bed: '06', detail: 'P-6621', hr: 81, spo2: 94, rr: 17, nibp: [117, 70, 86], temp: 37.1 },
  { bed: '07', detail: 'P-9457', hr: 58, spo2: 99, rr: 12, nibp: [140, 82, 101], temp: 36.4 },
  { bed: '08', detail: 'P-4034', hr: 96, spo2: 93, rr: 22, nibp: [106, 63, 77], temp: 38.4 },
];

/** Phase of a beat at `t` seconds, 0 to 1, with a little variation of the rhythm. */
const phaseOf = (t: number, perMinute: number): number => {
  const beats = (t * perMinute) / 60 + 0.05 * Math.sin(t * 0.6);
  return beats - Math.floor(beats);
};

const WAVES: Readonly<Record<string, { readonly hz: number; readonly at: (t: number, p: FakePatient) => number }>> = {
  'ecg-ii': {
    hz: 250,
    at: (t, p) => {
      const seconds = phaseOf(t, p.hr) * (60 / p.hr) - 0.25;
      return (
        0.12 * bump(seconds, -0.16, 0.022) -
        0.1 * bump(seconds, -0.03, 0.009) +
        bump(seconds, 0, 0.011) -
        0.22 * bump(seconds, 0.03, 0.011) +
        0.26 * bump(seconds, 0.25, 0.04) +
        0.012 * Math.sin(t * 1.9)
      );
    },
  },
  pleth: {
    hz: 125,
    at: (t, p) => {
      const phase = phaseOf(t - 0.3, p.hr);
      return (0.95 * bump(phase, 0.24, 0.11) + 0.4 * bump(phase, 0.55, 0.14)) * (1 + 0.05 * Math.sin(t * 1.4));
    },
  },
  resp: { hz: 62.5, at: (t, p) => 0.5 - 0.48 * Math.cos(phaseOf(t, p.rr) * TAU) },
};

export const WAVE_BLOCK_MS = 250;
const NIBP_MS = 15 * 60_000;

export const deviceOf = (patient: FakePatient): string => `icu/bed-${patient.bed}`;

/** What a bed announces. */
export function seriesOf(patient: FakePatient): SeriesInfo[] {
  const device = deviceOf(patient);
  const limits = (metric: keyof typeof ADULT_LIMITS) => ({ limits: ADULT_LIMITS[metric] });
  return [
    describeMetric(device, MEDICAL.ecgII, WAVE_BLOCK_MS),
    describeMetric(device, MEDICAL.pleth, WAVE_BLOCK_MS),
    describeMetric(device, MEDICAL.respiration, WAVE_BLOCK_MS),
    describeMetric(device, MEDICAL.heartRate, 1000, limits('hr')),
    describeMetric(device, MEDICAL.spo2, 1000, limits('spo2')),
    describeMetric(device, MEDICAL.respirationRate, 1000, limits('rr')),
    describeMetric(device, MEDICAL.temperature, 10_000, limits('temp')),
    describeMetric(device, MEDICAL.nibpSystolic, NIBP_MS),
    describeMetric(device, MEDICAL.nibpDiastolic, NIBP_MS),
    describeMetric(device, MEDICAL.nibpMean, NIBP_MS),
  ];
}

/** The block of a wave whose first sample is of `at`. */
export function waveBlock(patient: FakePatient, metric: string, at: number): Samples | undefined {
  const wave = WAVES[metric];
  if (wave === undefined) return undefined;
  const periodMs = 1000 / wave.hz;
  const values = Array.from({ length: Math.round(WAVE_BLOCK_MS / periodMs) }, (_, i) => {
    const seconds = ((at + i * periodMs) / 1000) % 86_400;
    return Math.round(wave.at(seconds + Number(patient.bed) * 0.37, patient) * 1000) / 1000;
  });
  return { periodMs, values };
}

/** A number of a patient at `at`. */
export function numberAt(patient: FakePatient, metric: string, at: number): number | undefined {
  const drift = Math.round(1.2 * Math.sin(at / 9000 + patient.hr));
  switch (metric) {
    case 'hr':
      return patient.hr + drift;
    case 'spo2':
      return patient.spo2;
    case 'rr':
      return patient.rr;
    case 'temp':
      return patient.temp;
    case 'nibp-sys':
      return patient.nibp[0];
    case 'nibp-dia':
      return patient.nibp[1];
    case 'nibp-mean':
      return patient.nibp[2];
    default:
      return undefined;
  }
}

import { TRAFFIC, describeMetric, type SeriesInfo } from '@telewire/telemetry';

export const STATION_MS = 15_000;
export const LANES = [1, 2, 3] as const;

export const STATIONS: readonly { readonly label: string; readonly detail: string; readonly km: number }[] = [
  { label: 'S01', detail: 'Hafen', km: 5.1 },
  { label: 'S02', detail: 'Messe', km: 6.8 },
  { label: 'S03', detail: 'Lindenhof', km: 8.2 },
  { label: 'S04', detail: 'Kanal', km: 9.9 },
  { label: 'S05', detail: 'Weiher', km: 11.4 },
  { label: 'S06', detail: 'Auwald', km: 12.9 },
  { label: 'S07', detail: 'Nordkreuz', km: 14.6 },
  { label: 'S08', detail: 'Steig', km: 16.0 },
  { label: 'S09', detail: 'Ziegelei', km: 17.4 },
  { label: 'S10', detail: 'Heide', km: 19.2 },
  { label: 'S11', detail: 'Moor', km: 21.0 },
  { label: 'S12', detail: 'Tannen', km: 22.7 },
];

export const stationDevice = (label: string): string => `a9/${label.toLowerCase()}`;
export const SIGNAL = 'a9/signal-214';

export const stationSeries = (label: string): SeriesInfo[] =>
  LANES.flatMap((lane) =>
    [TRAFFIC.flow, TRAFFIC.occupancy, TRAFFIC.speed].map((metric) =>
      describeMetric(`${stationDevice(label)}/lane-${lane}`, metric, STATION_MS),
    ),
  );

/** Speed, flow and occupancy of a lane: free flow, and a queue that grows against the traffic from km 17.5. */
export function lane(km: number, number: number, minute: number): { flow: number; occupancy: number; speed: number } {
  const wobble = Math.sin(minute * 7.3 + km * 3.1 + number * 2) * 2.5 + Math.sin(minute * 3.1 + km * 9) * 2;
  const tail = 17.5 - ((minute % 60) / 60) * 12;
  const inQueue = km < 17.5 && km > tail;
  const wave = 0.5 + 0.5 * Math.cos((minute + (km - 17.5) / 0.3) / 1.5);
  const speed = inQueue ? 14 + 34 * wave + wobble : 106 + (number - 2) * 6 + wobble - (km > 17 && km < 18.5 ? 38 : 0);
  const flow = inQueue ? 1050 + 260 * wave + wobble * 20 : 1250 + 90 * Math.sin(km * 2.3) + wobble * 25;
  return { flow, speed, occupancy: (flow / speed) * 0.68 };
}

/** Phases of the ring-and-barrier plan: start of green in the cycle, green, yellow. */
export const CYCLE_S = 120;
export const PHASES: readonly {
  readonly phase: number;
  readonly label: string;
  readonly from: number;
  readonly green: number;
}[] = [
  { phase: 1, label: 'SB left', from: 0, green: 14 },
  { phase: 2, label: 'NB through', from: 18, green: 42 },
  { phase: 3, label: 'EB left', from: 64, green: 14 },
  { phase: 4, label: 'WB through', from: 82, green: 34 },
  { phase: 5, label: 'NB left', from: 0, green: 20 },
  { phase: 6, label: 'SB through', from: 24, green: 36 },
  { phase: 7, label: 'WB left', from: 64, green: 12 },
  { phase: 8, label: 'EB through', from: 80, green: 36 },
];
const YELLOW_S = 3;

export const signalSeries = (): SeriesInfo[] => [
  describeMetric(SIGNAL, TRAFFIC.cycle, 1000),
  ...PHASES.map(({ phase, label }) =>
    describeMetric(`${SIGNAL}/phase-${phase}`, TRAFFIC.indication, null, {
      label,
      states: ['green', 'yellow', 'red'],
    }),
  ),
];

export function indicationAt(phase: (typeof PHASES)[number], at: number): 'green' | 'yellow' | 'red' {
  const second = (at / 1000) % CYCLE_S;
  const into = second - phase.from;
  if (into < 0 || into >= phase.green + YELLOW_S) return 'red';
  return into < phase.green ? 'green' : 'yellow';
}

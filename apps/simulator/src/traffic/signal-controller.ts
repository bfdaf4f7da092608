import { describeMetric, TRAFFIC, type DeviceInfo } from '@telewire/telemetry';
import { every, type Device, type Measurement, type Task } from '../device.js';
import { ROAD } from './places.js';
import { changesOf, INDICATIONS, type Indication, type Splits } from './signal-plan.js';

/** A junction at the end of a slip road. */
export interface Junction {
  /** `214` */
  readonly label: string;
  readonly name: string;
  readonly km: number;
  readonly splits: Splits;
  /** Seconds by which its cycle lags behind that of the coordination. */
  readonly offsetS: number;
}

/** The two junctions of the corridor. */
export const JUNCTIONS: readonly Junction[] = [
  { label: '214', name: 'Nordkreuz', km: 14.6, splits: { main: 68, side: 52 }, offsetS: 0 },
  { label: '215', name: 'Ziegelei', km: 17.4, splits: { main: 74, side: 46 }, offsetS: 31 },
];

const PHASES = [1, 2, 3, 4, 5, 6, 7, 8];
const CYCLE_MS = 1_000;

/** A signal controller: each phase's indication when it changes (all of them at first), and the cycle second at 1 Hz. */
export function createSignalController(junction: Junction, seed: number, rate: number): Device {
  const name = `a9/signal-${junction.label}`;
  const cycleS = junction.splits.main + junction.splits.side;
  const sinceBegin = (elapsedMs: number): number => elapsedMs / 1000 + cycleS - junction.offsetS;
  const cycle = (_: number, elapsedMs: number): Measurement[] => [
    { name: 'cycle', unit: 's', value: Math.round(10 * (sinceBegin(elapsedMs) % cycleS)) / 10, elapsedMs },
  ];
  return {
    info: infoOf(name, junction, CYCLE_MS / rate),
    tasks: [
      indications(name, junction, seed, cycleS),
      every(CYCLE_MS / rate, 300 + 10 * (Number(junction.label) % 50), cycle),
    ],
  };
}

function indications(name: string, { splits, offsetS }: Junction, seed: number, cycleS: number): Task {
  const firstMs = 250;
  // Cycle −1 is the one before the offset; what was shown at the first moment follows from it.
  let index = -1;
  let changes = changesOf(name, seed, splits, index);
  let next = 0;
  const shown = new Map<number, Indication>(PHASES.map((phase) => [phase, 'red']));
  let told = false;
  const atMs = (): number => {
    if (next === changes.length) {
      changes = changesOf(name, seed, splits, (index += 1));
      next = 0;
    }
    return (index * cycleS + offsetS + changes[next]!.atS) * 1000;
  };
  const passed = (elapsedMs: number): number[] => {
    const phases: number[] = [];
    for (; atMs() <= elapsedMs; next += 1) {
      const { phase, indication } = changes[next]!;
      shown.set(phase, indication);
      phases.push(phase);
    }
    return phases;
  };
  const tell = (phases: number[], elapsedMs: number): Measurement[] =>
    phases.map((phase) => ({ name: `phase-${phase}/indication`, value: shown.get(phase)!, elapsedMs }));

  let dueMs = firstMs;
  return {
    get dueMs() {
      return dueMs;
    },
    run() {
      const elapsedMs = dueMs;
      const changed = passed(elapsedMs);
      dueMs = atMs();
      const phases = told ? changed : PHASES;
      told = true;
      return tell(phases, elapsedMs);
    },
    skipTo(elapsedMs) {
      // After a hole nobody can know what is shown: everything is told again.
      told = false;
      dueMs = elapsedMs;
    },
  };
}

function infoOf(device: string, junction: Junction, intervalMs: number): DeviceInfo {
  return {
    device,
    label: junction.label,
    type: 'signal-controller',
    site: ROAD,
    detail: junction.name,
    km: junction.km,
    simulated: true,
    series: [
      ...PHASES.map((phase) =>
        describeMetric(`${device}/phase-${phase}`, TRAFFIC.indication, null, {
          label: `Phase ${phase}`,
          states: [...INDICATIONS],
        }),
      ),
      describeMetric(device, TRAFFIC.cycle, intervalMs),
    ],
  };
}

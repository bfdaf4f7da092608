/** Levels of service of a freeway, best first. */
export const LEVELS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
/** A level of service. */
export type LevelOfService = (typeof LEVELS)[number];

// Highway Capacity Manual, basic freeway segments: 11, 18, 26, 35 and 45 pc/mi/lane, in pc/km/lane.
const BOUNDS = [6.8, 11.2, 16.2, 21.7, 28] as const;

/** The level of service at a density in passenger cars per kilometre and lane. */
export function levelOfService(density: number): LevelOfService {
  const worse = BOUNDS.filter((bound) => density > bound).length;
  return LEVELS[worse] ?? 'F';
}

/** One lane as measured: flow in veh/h, speed in km/h (absent when no vehicle passed). */
export interface LaneMeasure {
  readonly flow: number | undefined;
  readonly speed: number | undefined;
}

/** Mean density of the lanes in veh/km/lane: flow over speed, and 0 where no vehicle passed; `undefined` without a flow. */
export function densityOf(lanes: readonly LaneMeasure[]): number | undefined {
  const densities = lanes.flatMap(({ flow, speed }) => {
    if (flow === undefined) return [];
    if (flow === 0) return [0];
    return speed === undefined || speed <= 0 ? [] : [flow / speed];
  });
  return densities.length === 0 ? undefined : densities.reduce((sum, each) => sum + each, 0) / densities.length;
}

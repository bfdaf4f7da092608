import { Random } from '../random.js';

/** A place where, again and again, less traffic gets through than wants to. */
export interface IncidentSite {
  readonly km: number;
  /** When one begins, elapsed seconds; the next ones follow every {@link EVERY_S}. */
  readonly beginsS: number;
}

/** From the beginning of one incident to that of the next at the same place. */
export const EVERY_S = 70 * 60;
/** How long an incident lasts: more than half of {@link EVERY_S}, so that with two sites one is always going on. */
export const LASTS_S = 36 * 60;

/**
 * Two sites a little downstream of a station, by the seed. One incident is a quarter of an hour old at elapsed zero, so
 * that there is a queue from the first minute on; the other begins half a period later.
 */
export function incidentSites(seed: number, stationKms: readonly number[]): IncidentSite[] {
  const random = new Random(seed, 'incidents');
  const first = -random.uniform(13, 17) * 60;
  return [
    { share: random.uniform(0.5, 0.62), beginsS: first },
    { share: random.uniform(0.84, 0.97), beginsS: first + EVERY_S / 2 },
  ].flatMap(({ share, beginsS }) => {
    // Far corridors: within the first dozen, where people look.
    const km = stationKms[Math.floor(share * Math.min(12, stationKms.length))];
    return km === undefined ? [] : [{ km: km + 0.25, beginsS }];
  });
}

/**
 * What wants to enter the road at least while there are incidents, as a share of its capacity: the parallel road is closed,
 * and its traffic comes here, at any hour. A queue that moves at 10 to 35 km/h carries half of what the lanes can; with
 * the few vehicles of a night alone it could only stand.
 */
export const detour = (timeS: number): number => 0.52 + 0.05 * Math.sin((2 * Math.PI * timeS) / 1_500);

/**
 * The share of the road's capacity left at a site at an elapsed time: 1 without an incident. It is as severe as a queue
 * needs at the present demand, at most an accident on the shoulder (0.83, Highway Capacity Manual 2000, exhibit 22-6).
 * It pulses, because people look and let each other in: each pulse runs upstream through the queue as a wave of stop and
 * go, the long ones the farthest.
 * @param load demand at the site as a share of the capacity
 */
export function capacityLeft(site: IncidentSite, timeS: number, load: number): number {
  const sinceS = (((timeS - site.beginsS) % EVERY_S) + EVERY_S) % EVERY_S;
  if (sinceS > LASTS_S) return 1;
  const left = Math.min(0.74, 0.8 * load);
  const pulse = -0.25 * Math.sin((2 * Math.PI * sinceS) / 500) + 0.13 * Math.sin((2 * Math.PI * sinceS) / 170);
  return left * (1 + pulse);
}

import { describeMetric, TRAFFIC, type DeviceInfo } from '@telewire/telemetry';
import { every, type Device, type Measurement } from '../device.js';
import { Random } from '../random.js';
import { LANES, type Corridor } from './corridor.js';
import { countVehicles, reportLane } from './lane.js';
import { ROAD, type Place } from './places.js';

const INTERVAL_MS = 10_000;

/**
 * A detector station: flow, occupancy and speed of each lane every 10 s. At a higher `rate` it reports more often, but
 * still of the last 10 s: a shorter interval would only count noise.
 */
export function createStation(place: Place, corridor: Corridor, seed: number, rate: number): Device {
  const name = `a9/${place.label.toLowerCase()}`;
  const random = new Random(seed, name);
  const intervalMs = INTERVAL_MS / rate;
  const slots = Math.max(1, Math.round(INTERVAL_MS / intervalMs));
  const windowS = (slots * intervalMs) / 1000;
  const counts: number[][] = Array.from({ length: LANES }, () => []);

  const report = (_: number, elapsedMs: number): Measurement[] => {
    corridor.advanceTo(elapsedMs / 1000);
    const road = corridor.at(place.km);
    return counts.flatMap((passed, lane) => {
      do passed.push(countVehicles(road, lane, intervalMs / 1000, random));
      while (passed.length < slots);
      if (passed.length > slots) passed.shift();
      const count = passed.reduce((sum, each) => sum + each, 0);
      const { flow, occupancy, speed } = reportLane(road, lane, count, windowS, random);
      const measured = (metric: string, value: number, unit?: string): Measurement => ({
        name: `lane-${lane + 1}/${metric}`,
        value,
        elapsedMs,
        ...(unit !== undefined && { unit }),
      });
      return [
        measured('flow', flow),
        measured('occupancy', occupancy, '/100'),
        ...(speed === undefined ? [] : [measured('speed', speed, 'km/h')]),
      ];
    });
  };

  // All stations have spoken within 2 s, but not in one burst.
  const firstMs = 200 + Math.round(random.uniform(0, 1_600));
  return { info: infoOf(name, place, intervalMs), tasks: [every(intervalMs, firstMs, report)] };
}

function infoOf(device: string, place: Place, intervalMs: number): DeviceInfo {
  return {
    device,
    label: place.label,
    type: 'detector-station',
    site: ROAD,
    detail: place.name,
    km: place.km,
    simulated: true,
    series: Array.from({ length: LANES }, (_, lane) =>
      [TRAFFIC.flow, TRAFFIC.occupancy, TRAFFIC.speed].map((metric) =>
        describeMetric(`${device}/lane-${lane + 1}`, metric, intervalMs),
      ),
    ).flat(),
  };
}

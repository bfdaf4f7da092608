import { describe, expect, it } from '@jest/globals';
import { createFleet } from '../fleet.js';
import { EVERY_S } from './incidents.js';

interface Report {
  flow: number;
  occupancy: number;
  speed: number | undefined;
}

/** What the middle lane of each of twelve stations reports from `hour` on, for as long as an incident and its queue take. */
function play(hour: number, seed: number): Map<string, Report[]> {
  const timeAt = (timeS: number) => ({ hour: (hour + timeS / 3600 + 24) % 24, weekend: false });
  const stations = createFleet({ beds: 0, stations: 12, rate: 1, seed }, timeAt).slice(0, 12);
  const told = new Map(stations.map(({ info }) => [info.device, [] as Report[]]));
  for (let atMs = 0; atMs < EVERY_S * 1000; atMs += 10_000)
    for (const { info, tasks } of stations)
      while (tasks[0]!.dueMs <= atMs) {
        const lane = new Map(tasks[0]!.run().map(({ name, value }) => [name, value as number]));
        const [flow, occupancy] = [lane.get('lane-2/flow')!, lane.get('lane-2/occupancy')!];
        told.get(info.device)!.push({ flow, occupancy, speed: lane.get('lane-2/speed') });
      }
  return told;
}
const isQueued = ({ speed }: Report): boolean => speed !== undefined && speed < 40;
const quantile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * values.length)]!;

describe.each([1, 3])('the queues of a night (seed %d)', (seed) => {
  const stations = play(3, seed);
  const queued = [...stations.values()].flatMap((reports) => reports.filter(isQueued));

  it('stop and go between 8 and 35 km/h, and nobody reports a full stop', () => {
    const speeds = queued.map(({ speed }) => speed!);
    expect(quantile(speeds, 0.05)).toBeGreaterThan(8);
    expect(quantile(speeds, 0.5)).toBeGreaterThan(12);
    expect(quantile(speeds, 0.9) - quantile(speeds, 0.1)).toBeGreaterThan(10);
    expect(Math.min(...speeds)).toBeGreaterThan(5);
  });

  it('cover the loops for a quarter to two thirds of the time', () => {
    const occupancies = queued.map(({ occupancy }) => occupancy);
    expect(quantile(occupancies, 0.1)).toBeGreaterThan(25);
    expect(quantile(occupancies, 0.5)).toBeLessThan(60);
    expect(quantile(occupancies, 0.95)).toBeLessThan(80);
  });

  it('come and go: no station is in one all the time, and several are for a while', () => {
    const shares = [...stations.values()].map((reports) => reports.filter(isQueued).length / reports.length);
    expect(Math.max(...shares)).toBeLessThan(0.7);
    expect(shares.filter((share) => share > 0.1).length).toBeGreaterThanOrEqual(3);
  });
});

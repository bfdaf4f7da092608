import { describe, expect, it } from '@jest/globals';
import { parseDeviceInfo } from '@telewire/telemetry';
import type { Device } from '../device.js';
import { createFleet } from '../fleet.js';
import { CAPACITY, Corridor, LANES } from './corridor.js';
import { EFFECTIVE_LENGTH_M } from './lane.js';
import { placesOf } from './places.js';
import { createStation } from './station.js';

interface LaneReport {
  lane: number;
  atMs: number;
  flow: number;
  occupancy: number;
  speed: number | undefined;
}

function play(station: Device, seconds: number): LaneReport[] {
  const [task] = station.tasks;
  const reports: LaneReport[] = [];
  while (task!.dueMs <= seconds * 1000) {
    const atMs = task!.dueMs;
    const told = new Map(task!.run().map((each) => [each.name, each.value as number]));
    for (let lane = 1; lane <= LANES; lane++) {
      const of = (metric: string) => told.get(`lane-${lane}/${metric}`);
      reports.push({ lane, atMs, flow: of('flow')!, occupancy: of('occupancy')!, speed: of('speed') });
    }
  }
  return reports;
}
const [S06] = placesOf(12).slice(5);
const station = (demand: number, more: { seed?: number; rate?: number; jam?: boolean } = {}): Device => {
  const incidents = more.jam === true ? [{ km: 13.15, beginsS: -900 }] : [];
  const corridor = new Corridor({ fromKm: 2.6, toKm: 25.2, slipKm: 99, incidents, demand: () => demand });
  return createStation(S06!, corridor, more.seed ?? 1, more.rate ?? 1);
};
const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('a detector station', () => {
  it('announces its place and three lanes', () => {
    const { info } = station(4_000);
    expect(parseDeviceInfo(JSON.parse(JSON.stringify(info)))).toEqual(info);
    expect(info).toMatchObject({ device: 'a9/s06', label: 'S06', detail: 'Auwald', site: 'A9 northbound', km: 12.9 });
    expect(info.series.map((each) => each.series)).toContain('a9/s06/lane-1/occupancy');
    expect(info.series).toHaveLength(9);
  });

  it('says the same for the same seed and something else for another', () => {
    expect(play(station(4_000), 300)).toEqual(play(station(4_000), 300));
    expect(play(station(4_000), 300)).not.toEqual(play(station(4_000, { seed: 2 }), 300));
  });

  it.each([1_500, 4_000, 5_800])('counts the vehicles that the road carries (%d veh/h)', (demand) => {
    const flow = mean(play(station(demand), 7_200).map((report) => report.flow)) * LANES;
    expect(Math.abs(flow / demand - 1)).toBeLessThan(0.03);
  });

  it.each([false, true])('reports flow = density × speed and an occupancy in percent (queue: %s)', (jam) => {
    for (const { lane, flow, occupancy, speed } of play(station(4_500, { jam }), 1_200)) {
      expect(occupancy).toBeGreaterThanOrEqual(0);
      expect(occupancy).toBeLessThanOrEqual(100);
      if (speed === undefined) continue;
      const density = (10 * occupancy) / EFFECTIVE_LENGTH_M[lane - 1]!;
      if (occupancy < 100) expect(Math.abs(density * speed - flow)).toBeLessThan(0.02 * flow + 2 * speed);
    }
  });

  it('is slow and dense in a queue, fast in the left lane else', () => {
    const speedOf = (reports: LaneReport[], lane: number) =>
      mean(reports.flatMap((report) => (report.lane === lane && report.speed !== undefined ? [report.speed] : [])));
    const free = play(station(4_500), 600);
    const jam = play(station(4_500, { jam: true }), 600);
    expect(speedOf(free, 3)).toBeGreaterThan(speedOf(free, 1) + 15);
    expect(speedOf(jam, 2)).toBeLessThan(50);
    expect(mean(jam.map((each) => each.occupancy))).toBeGreaterThan(2 * mean(free.map((each) => each.occupancy)));
  });

  it('says flow 0, occupancy 0 and no speed when nobody passed', () => {
    const empty = play(station(900), 1_800).filter((report) => report.flow === 0);
    expect(empty.length).toBeGreaterThan(50);
    for (const { occupancy, speed } of empty) expect([occupancy, speed]).toEqual([0, undefined]);
  });

  it('speaks within two seconds and then every ten, however often the last ten seconds are told', () => {
    const times = [...new Set(play(station(4_000), 60).map((report) => report.atMs))];
    expect(times[0]).toBeLessThanOrEqual(2_000);
    expect(times.slice(1).map((atMs, i) => atMs - times[i]!)).toEqual(
      Array.from({ length: times.length - 1 }, () => 10_000),
    );
    const often = play(station(4_000, { rate: 10 }), 60);
    expect(often.length).toBeGreaterThan(9 * 6 * LANES);
    for (const { flow } of often) expect(flow).toBeLessThan(2 * CAPACITY);
  });
});

describe('the fleet', () => {
  const noon = () => ({ hour: 12, weekend: false });

  it('is a ward and a road with two signal controllers', () => {
    const names = (beds: number, stations: number) =>
      createFleet({ beds, stations, rate: 1, seed: 1 }, noon).map(({ info }) => info.device);
    expect(names(2, 2)).toEqual(['icu/bed-01', 'icu/bed-02', 'a9/s01', 'a9/s02', 'a9/signal-214', 'a9/signal-215']);
    expect(names(1, 0)).toEqual(['icu/bed-01']);
    expect(new Set(names(200, 200)).size).toBe(402);
  });
});

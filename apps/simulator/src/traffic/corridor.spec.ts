import { describe, expect, it } from '@jest/globals';
import { CAPACITY, Corridor, JAM_DENSITY, LANES, type CorridorPlan } from './corridor.js';
import { demandAt } from './demand.js';
import { capacityLeft, EVERY_S, incidentSites } from './incidents.js';
import { placesOf, SLIP_KM } from './places.js';

const kms = placesOf(12).map((place) => place.km);
const QUEUED_KMH = 50;

const workday = (hour: number, more: Partial<CorridorPlan> = {}): Corridor =>
  new Corridor({
    fromKm: 2.6,
    toKm: 25.2,
    slipKm: SLIP_KM,
    incidents: [],
    demand: (timeS) => demandAt({ hour: (hour + timeS / 3600 + 24) % 24, weekend: false }),
    ...more,
  });
const queued = (corridor: Corridor): number[] => kms.filter((km) => corridor.at(km).speed < QUEUED_KMH);

describe('the corridor', () => {
  it('flows freely at night without incidents', () => {
    const corridor = workday(3);
    corridor.advanceTo(1_800);
    expect(queued(corridor)).toEqual([]);
    expect(corridor.at(5.1).flow).toBeCloseTo(demandAt({ hour: 3.45, weekend: false }), -2);
  });

  it('forms a queue before the slip road in the afternoon peak and dissolves it in the evening', () => {
    const corridor = workday(15);
    corridor.advanceTo(0);
    expect(queued(corridor)).toEqual([]);
    corridor.advanceTo(2.4 * 3600);
    expect(queued(corridor)).toContain(12.9);
    corridor.advanceTo(6 * 3600);
    expect(queued(corridor)).toEqual([]);
  });

  it.each([0, 3, 6, 9, 12, 15, 18, 21])('has a queue in the first minutes when started at %d o’clock', (hour) => {
    for (const seed of [1, 2, 3, 4]) {
      const corridor = workday(hour, { incidents: incidentSites(seed, kms) });
      corridor.advanceTo(300);
      expect(queued(corridor).length).toBeGreaterThanOrEqual(1);
      expect(queued(corridor).length).toBeLessThan(kms.length);
    }
  });

  it('sends the tail of a queue upstream', () => {
    const corridor = workday(12, { incidents: [{ km: 17.65, beginsS: 0 }], demand: () => 3_000 });
    const tailAt = (timeS: number): number => {
      corridor.advanceTo(timeS);
      for (let km = 3; km < 17.6; km += 0.15) if (corridor.at(km).speed < QUEUED_KMH) return km;
      return 17.65;
    };
    const tails = [0, 300, 600, 900, 1_200].map(tailAt);
    expect([...tails].sort((a, b) => b - a)).toEqual(tails);
    expect(tails[0]! - tails.at(-1)!).toBeGreaterThan(1);
  });

  it('never holds more than a jam nor lets more through than the capacity', () => {
    const corridor = workday(7, { incidents: incidentSites(1, kms) });
    const wrong: unknown[] = [];
    for (let timeS = 0; timeS < 7_200; timeS += 60) {
      corridor.advanceTo(timeS);
      for (let km = 2.6; km < 25; km += 0.3) {
        const { flow, density, speed } = corridor.at(km);
        const possible = density <= LANES * JAM_DENSITY && flow <= LANES * CAPACITY * 1.0001;
        if (!possible || Math.abs(flow - density * speed) > 1) wrong.push({ timeS, km, flow, density, speed });
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('incidents', () => {
  it('leave no moment without one', () => {
    const sites = incidentSites(1, kms);
    for (let timeS = 0; timeS < EVERY_S; timeS += 10)
      expect(sites.some((site) => capacityLeft(site, timeS, 0.7) < 1)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { DeliveredReading } from '@telewire/protocol';
import { RoadReadings, type Station } from './road-readings.js';
import { lookAtStation } from './road-view.js';

const station: Station = { device: 'a9/s06', label: 'S06', detail: 'Auwald', km: 12.9, lanes: 2, intervalMs: 10_000 };
const reading = (metric: string, at: number, value: number | null): DeliveredReading => ({
  series: `a9/s06/${metric}`,
  at,
  value,
  quality: 'good',
  n: 1,
  receivedAt: at,
});

function road(): RoadReadings {
  const road = new RoadReadings();
  road.know([station]);
  road.take([
    reading('lane-1/flow', 10_000, 1200),
    reading('lane-1/occupancy', 10_000, 8),
    reading('lane-1/speed', 10_000, 100),
    reading('lane-2/flow', 10_000, 0),
    reading('lane-2/occupancy', 10_000, 0),
  ]);
  return road;
}

describe('a station', () => {
  it('shows speed by lane, the sum of flows, mean occupancy and the level of service', () => {
    const row = lookAtStation(station, road(), 12_000);
    expect(row.lanes).toEqual([
      { text: '100', speed: 100 },
      { text: '---', speed: undefined },
    ]);
    expect([row.flow, row.occupancy, row.level]).toEqual(['1\u202f200', '4.0', 'A']);
    expect(row.age.freshness).toBe('fresh');
  });

  it('does not know its level of service any more when it is stale', () => {
    const row = lookAtStation(station, road(), 60_000);
    expect(row.level).toBe('?');
    expect(row.lanes[0]).toEqual({ text: '100', speed: undefined });
  });

  it('is no fresher for what it has kept', () => {
    const late = road();
    late.take([{ ...reading('lane-1/speed', 1_000, 30), receivedAt: 20_000 }]);
    const row = lookAtStation(station, late, 20_000);
    expect(row.lanes[0]).toMatchObject({ text: '100' });
    expect(row.age).toMatchObject({ ageMs: 10_000, at: 10_000 });
  });

  it('is stale as soon as it is known to be offline, and says since when', () => {
    const gone = road();
    gone.take([{ ...reading('status', 11_000, null), value: 'offline' }]);
    const row = lookAtStation(station, gone, 12_000);
    expect(row).toMatchObject({ offlineSince: 11_000, level: '?', age: { freshness: 'stale', at: 10_000 } });
    expect(row.lanes[0]).toEqual({ text: '100', speed: undefined });
    gone.take([{ ...reading('status', 20_000, null), value: 'online' }]);
    expect(lookAtStation(station, gone, 21_000)).toMatchObject({
      offlineSince: undefined,
      age: { freshness: 'fresh' },
    });
  });

  it('of which the clock is an hour ahead keeps its place in the history, and is told from one that is fresh', () => {
    const ahead = new RoadReadings();
    ahead.know([station]);
    for (let at = 10_000; at <= 40_000; at += 10_000)
      ahead.take([{ ...reading('lane-1/speed', at + 3_600_000, 90), receivedAt: at }]);
    expect(ahead.history('a9/s06')?.endOf(ahead.history('a9/s06')?.newest ?? 0)).toBe(40_000);
    expect(ahead.skewMs('a9/s06')).toBe(3_600_000);
    expect(lookAtStation(station, ahead, 200_000).age.freshness).toBe('stale');
  });

  it('takes readings that came before it was known', () => {
    const early = new RoadReadings();
    early.take([reading('lane-1/speed', 10_000, 90)]);
    early.know([station]);
    expect(lookAtStation(station, early, 11_000).lanes[0]?.text).toBe('90');
  });
});

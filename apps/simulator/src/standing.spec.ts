import { describe, expect, it } from '@jest/globals';
import type { DeviceInfo } from '@telewire/telemetry';
import { createBed } from './medical/bed.js';
import { Standing } from './standing.js';
import { createSignalController, JUNCTIONS } from './traffic/signal-controller.js';
import type { Device } from './device.js';

const ORIGIN_AT = 1_795_396_986_000;
/** Name and elapsed milliseconds of each record. */
const timesOf = (pack: string | undefined): [string, number][] => {
  const records = JSON.parse(pack ?? '[]') as { bt?: number; n: string; t?: number }[];
  return records.map(({ n, t = 0 }) => [n, Math.round((records[0]!.bt! + t) * 1000) - ORIGIN_AT]);
};
const play = ({ info, tasks }: Device, seconds: number) => {
  const standing = new Standing(info);
  const last = new Map<string, number>();
  for (const task of tasks)
    while (task.dueMs <= seconds * 1000) {
      const said = task.run();
      for (const { name, elapsedMs } of said) last.set(name, elapsedMs);
      standing.note(said, ORIGIN_AT);
    }
  return { standing, last };
};

describe('what still holds of a device', () => {
  it('is the indication of every phase, of the time when it changed', () => {
    const { standing, last } = play(createSignalController(JUNCTIONS[0]!, 1, 1), 300);
    const told = timesOf(standing.pack());
    expect(told.map(([name]) => name).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `phase-${n}/indication`));
    for (const [name, atMs] of told) expect(atMs).toBe(last.get(name));
    expect(new Set(told.map(([, atMs]) => atMs)).size).toBeGreaterThan(2);
  });

  it('is the last blood pressure of a bed, and nothing that comes by itself every second', () => {
    const { standing, last } = play(createBed(1, 1, 1), 400);
    const told = timesOf(standing.pack());
    expect(told.map(([name]) => name)).toEqual(['nibp-sys', 'nibp-dia', 'nibp-mean']);
    for (const [name, atMs] of told) expect(atMs).toBe(last.get(name));
  });

  it('keeps its times when the clock is set and elapsed zero moves', () => {
    const series = [{ series: 'd/n', label: 'n', kind: 'number' as const, unit: '1', intervalMs: null }];
    const info: DeviceInfo = { device: 'd', label: 'd', type: 't', simulated: true, series };
    const standing = new Standing(info);
    expect(standing.pack()).toBeUndefined();
    standing.note([{ name: 'n', value: 1, elapsedMs: 5_000 }], ORIGIN_AT);
    standing.note([{ name: 'other', value: 1, elapsedMs: 1_000 }], ORIGIN_AT - 60_000);
    expect(timesOf(standing.pack())).toEqual([['n', 5_000]]);
  });
});

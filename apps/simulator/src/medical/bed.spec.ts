import { beforeAll, describe, expect, it } from '@jest/globals';
import { isName, parseDeviceInfo, parseSampledData } from '@telewire/telemetry';
import { encodePack, type SenmlRecord } from '../senml.js';
import { createBed } from './bed.js';

const ORIGIN_AT = 1_795_396_986_000;

interface Played {
  /** Blocks by metric: time of the first sample in elapsed ms, and the samples. */
  blocks: Map<string, { fromMs: number; periodMs: number; values: number[] }[]>;
  /** Numbers by metric. */
  numbers: Map<string, { atMs: number; value: number }[]>;
}

/** What a bed publishes in some seconds, read back from its packs. */
function play(number: number, seconds: number, { seed = 1, rate = 1 } = {}): Played {
  const bed = createBed(number, seed, rate);
  const played: Played = { blocks: new Map(), numbers: new Map() };
  const into = <T>(map: Map<string, T[]>, name: string, item: T) => {
    if (!map.has(name)) map.set(name, []);
    map.get(name)!.push(item);
  };
  for (;;) {
    const task = [...bed.tasks].sort((one, other) => one.dueMs - other.dueMs)[0]!;
    if (task.dueMs > seconds * 1000) return played;
    const measurements = task.run();
    if (measurements.length === 0) continue;
    const records = JSON.parse(encodePack(bed.info.device, ORIGIN_AT, measurements)) as SenmlRecord[];
    for (const record of records) {
      const atMs = Math.round((records[0]!.bt! + (record.t ?? 0)) * 1000) - ORIGIN_AT;
      if (record.sampled_ === undefined) into(played.numbers, record.n, { atMs, value: record.v! });
      else {
        const { periodMs, values } = parseSampledData(record.sampled_);
        into(played.blocks, record.n, { fromMs: atMs, periodMs, values: values as number[] });
      }
    }
  }
}

/** R peaks of a published curve: local maxima above 0.55 mV, at least 0.25 s apart. */
function peaksOf(curve: { fromMs: number; periodMs: number; values: number[] }[], threshold: number): number[] {
  const values = curve.flatMap((block) => block.values);
  const { fromMs, periodMs } = curve[0]!;
  const peaks: number[] = [];
  for (let i = 1; i < values.length - 1; i++) {
    const atS = (fromMs + i * periodMs) / 1000;
    if (values[i]! < threshold || values[i]! < values[i - 1]! || values[i]! <= values[i + 1]!) continue;
    if (peaks.length > 0 && atS - peaks.at(-1)! < 0.25) continue;
    peaks.push(atS);
  }
  return peaks;
}

describe('a bed', () => {
  const beds = [1, 2, 3, 4, 5, 6, 7, 8];
  const played = new Map<number, Played>();
  beforeAll(() => {
    for (const number of beds) played.set(number, play(number, 180));
  });

  it('announces itself and its series in a form that a reader accepts', () => {
    const { info } = createBed(4, 1, 2);
    expect(parseDeviceInfo(JSON.parse(JSON.stringify(info)))).toEqual(info);
    expect(info).toMatchObject({ device: 'icu/bed-04', label: '04', type: 'patient-monitor', simulated: true });
    expect(info.series.every((each) => isName(each.series))).toBe(true);
    expect(info.series.find((each) => each.series === 'icu/bed-04/hr')?.intervalMs).toBe(500);
    expect(info.series).toHaveLength(10);
  });

  it('says the same for the same seed and something else for another', () => {
    expect(play(2, 20)).toEqual(play(2, 20));
    expect(play(2, 20)).not.toEqual(play(2, 20, { seed: 2 }));
  });

  it('has the same curve however it is cut into blocks', () => {
    const samples = (rate: number) => play(4, 12, { rate }).blocks.get('ecg-ii')!;
    const whole = new Map(samples(1).flatMap((b) => b.values.map((value, i) => [b.fromMs + i * b.periodMs, value])));
    for (const { fromMs, periodMs, values } of samples(7.3))
      expect(values.map((value, i) => whole.get(fromMs + i * periodMs) ?? value)).toEqual(values);
    expect(whole.size).toBeGreaterThan(2_800);
  });

  it.each([1, 0.1, 3.7, 50])('joins its blocks without gap or overlap over ten minutes at rate %d', (rate) => {
    const seconds = rate > 10 ? 60 : 600;
    const { blocks } = play(1, seconds, { rate });
    for (const [name, hz] of [
      ['ecg-ii', 250],
      ['pleth', 125],
      ['resp', 125],
    ] as const) {
      const curve = blocks.get(name)!;
      let endMs = curve[0]!.fromMs;
      const torn = curve.filter(({ fromMs, periodMs, values }) => {
        const joins = fromMs === endMs && periodMs === 1000 / hz;
        endMs = fromMs + values.length * periodMs;
        return !joins;
      });
      expect(torn).toEqual([]);
      // No drift: the last block ends within one block and one sample of the end.
      expect(seconds * 1000 - endMs).toBeLessThanOrEqual(250 / rate + 8);
      expect(endMs).toBeLessThanOrEqual(seconds * 1000 + 8);
    }
  });

  it.each(beds)('tells the heart rate that can be counted in its ECG (bed %d)', (number) => {
    const { blocks, numbers } = played.get(number)!;
    const peaks = peaksOf(blocks.get('ecg-ii')!, 0.55);
    for (const fromS of [10, 70, 115]) {
      const counted = peaks.filter((atS) => atS >= fromS && atS < fromS + 60);
      const rate = (60 * (counted.length - 1)) / (counted.at(-1)! - counted[0]!);
      const told = numbers
        .get('hr')!
        .filter(({ atMs }) => atMs >= fromS * 1000 + 4_000 && atMs < fromS * 1000 + 64_000);
      const mean = told.reduce((sum, { value }) => sum + value, 0) / told.length;
      expect(Math.abs(mean - rate)).toBeLessThanOrEqual(2);
    }
  });

  it.each(beds)('has a pulse 0.15 to 0.35 s behind every R wave (bed %d)', (number) => {
    const { blocks } = played.get(number)!;
    const pleth = blocks.get('pleth')!;
    const values = pleth.flatMap((block) => block.values);
    const { fromMs } = pleth[0]!;
    const from = (atS: number) => Math.round((atS * 1000 - fromMs) / 8);
    const peaks = peaksOf(blocks.get('ecg-ii')!, 0.55).filter((atS) => atS > 1 && atS < 178);
    expect(peaks.length).toBeGreaterThan(100);
    for (const atS of peaks) {
      // The steepest rise within the time in which a pulse could come.
      let steepest = from(atS + 0.05);
      for (let i = steepest; i < from(atS + 0.45); i++)
        if (values[i + 1]! - values[i]! > values[steepest + 1]! - values[steepest]!) steepest = i;
      const delayS = (fromMs + steepest * 8) / 1000 - atS;
      expect(delayS).toBeGreaterThan(0.15);
      expect(delayS).toBeLessThan(0.35);
      expect(values[steepest + 1]! - values[steepest]!).toBeGreaterThan(0.008);
    }
  });

  it('keeps its curves within what a monitor draws', () => {
    for (const { blocks } of played.values()) {
      const extremes = (name: string) => {
        const values = blocks.get(name)!.flatMap((block) => block.values);
        return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const;
      };
      expect(extremes('ecg-ii')[0]).toBeGreaterThan(-0.5);
      expect(extremes('ecg-ii')[1]).toBeLessThan(1.3);
      expect(extremes('ecg-ii')[1]).toBeGreaterThan(0.7);
      for (const name of ['pleth', 'resp']) {
        expect(extremes(name)[0]).toBeGreaterThan(-0.1);
        expect(extremes(name)[1]).toBeLessThan(1.2);
      }
    }
  });

  it('tells the breaths that can be counted in its respiration curve', () => {
    const { blocks, numbers } = played.get(1)!;
    const values = blocks.get('resp')!.flatMap((block) => block.values);
    // With hysteresis: a heart beat on the slope is not a breath.
    let filled = true;
    const breaths: number[] = [];
    values.forEach((value, i) => {
      if (!filled && value > 0.6) breaths.push(i / 125);
      if (value > 0.6) filled = true;
      else if (value < 0.2) filled = false;
    });
    const rate = (60 * (breaths.length - 1)) / (breaths.at(-1)! - breaths[0]!);
    const told = numbers.get('rr')!;
    const mean = told.reduce((sum, { value }) => sum + value, 0) / told.length;
    expect(Math.abs(mean - rate)).toBeLessThan(1.5);
  });

  it('measures the blood pressure within seconds, and its mean is DIA + (SYS − DIA) / 3', () => {
    for (const { numbers } of played.values()) {
      const [systolic, diastolic, mean] = ['sys', 'dia', 'mean'].map((each) => numbers.get(`nibp-${each}`)![0]!);
      expect(systolic!.atMs).toBeLessThan(10_000);
      expect(systolic!.value).toBeGreaterThan(diastolic!.value + 20);
      expect(Math.abs(mean!.value - (diastolic!.value + (systolic!.value - diastolic!.value) / 3))).toBeLessThan(1);
    }
  });

  it('shows premature beats in one bed and an irregular rhythm in another', () => {
    const spread = (number: number) => {
      const peaks = peaksOf(played.get(number)!.blocks.get('ecg-ii')!, 0.55);
      const rr = peaks.slice(1).map((atS, i) => atS - peaks[i]!);
      const mean = rr.reduce((a, b) => a + b) / rr.length;
      return {
        shortest: Math.min(...rr) / mean,
        deviation: Math.sqrt(rr.reduce((a, b) => a + (b / mean - 1) ** 2, 0) / rr.length),
      };
    };
    expect(spread(2).shortest).toBeLessThan(0.68);
    expect(spread(4).deviation).toBeGreaterThan(0.15);
    expect(spread(5).deviation).toBeLessThan(0.06);
  });
});

import { describe, expect, it } from '@jest/globals';
import { live } from '../../../../../libs/client/testing/live.js';
import type { DeliveredReading, RowValue } from '@telewire/protocol';
import { MEDICAL, describeMetric } from '@telewire/telemetry';
import { BedReadings } from './bed-readings.js';
import { lookAtBed, type BedSeries } from './bed-view.js';

const BED = 'icu/bed-01';
const series: BedSeries = new Map(
  (
    [
      [MEDICAL.ecgII, 250],
      [MEDICAL.heartRate, 1000],
      [MEDICAL.temperature, 60_000],
      [MEDICAL.nibpSystolic, 900_000],
    ] as const
  ).map(([metric, interval]) => [metric.metric, describeMetric(BED, metric, interval)]),
);
const reading = (metric: string, at: number, value: RowValue, quality: DeliveredReading['quality'] = 'good') => ({
  series: `${BED}/${metric}`,
  at,
  value,
  quality,
  n: 1,
  receivedAt: at,
});
const block = (at: number) => reading('ecg-ii', at, { periodMs: 4, values: [0, 0.1, 0.2] });
const look = (bed: BedReadings, now: number, link = live()) =>
  lookAtBed(bed, series, { link, othersArrive: true }, now, now);

describe('a bed', () => {
  it('is as old as the worst of its continuous series; a slow one stands for itself', () => {
    const bed = new BedReadings();
    bed.take([block(9_988), reading('hr', 8_000, 72), reading('temp', 0, 36.84)], 10_000);
    const view = look(bed, 10_000);
    expect(view.age).toMatchObject({ freshness: 'late', ageMs: 2_000 });
    expect(view.verdict).toBeUndefined();
    expect(view.numbers.get('temp')).toMatchObject({ text: '36.8', freshness: 'fresh' });
  });

  it('counts the age of a wave from its last sample', () => {
    const bed = new BedReadings();
    bed.take([block(1_000)], 1_100);
    expect(look(bed, 1_100).age.at).toBe(1_012);
  });

  it('draws its waves on when the clock of the gateway was set back, with nothing ahead of it', () => {
    const bed = new BedReadings();
    const HOUR = 3_600_000;
    bed.take([{ ...block(2 * HOUR), n: 1 }], 2 * HOUR + 100);
    bed.take([{ ...block(2 * HOUR + 1_000), n: 2, receivedAt: HOUR + 1_000 }], HOUR + 1_000);
    expect(bed.ring('ecg-ii').newestAt).toBeLessThanOrEqual(HOUR + 1_000);
    expect(look(bed, HOUR + 1_000).age.freshness).toBe('fresh');
  });

  it('takes a wave that comes thinned as one that does not, also late', () => {
    const bed = new BedReadings();
    const thinned = (at: number, low: number, quality?: 'bad') =>
      reading('ecg-ii', at, { columnMs: 100, min: [low], max: [1] }, quality);
    bed.take([{ ...thinned(1_000, 0), receivedAt: 1_100 }, thinned(1_200, 0, 'bad'), thinned(1_000, -1)], 1_300);
    const ring = bed.ring('ecg-ii');
    expect([ring.lowAt(ring.start), ring.highAt(ring.start), ring.lowAt(ring.start + 1)]).toEqual([-1, 1, NaN]);
    expect(bed.number('ecg-ii')).toBeUndefined();
    expect(look(bed, 1_300).age.at).toBe(1_200);
  });

  it('strikes numbers and gives a verdict when everything continuous is stale', () => {
    const bed = new BedReadings();
    bed.take([block(0), reading('hr', 500, 72)], 500);
    const view = look(bed, 48_500);
    expect(view.verdict?.cause).toBe('device-silent');
    expect(view.numbers.get('hr')).toMatchObject({ text: '72', freshness: 'stale' });
  });

  it('shows the present and not what the monitor has kept, which is on the sweep in its place', () => {
    const bed = new BedReadings();
    bed.take([block(59_988), reading('hr', 60_000, 72)], 60_000);
    bed.take(
      [
        { ...reading('hr', 50_000, 140), receivedAt: 64_000 },
        { ...block(59_000), receivedAt: 64_000 },
      ],
      64_000,
    );
    const view = look(bed, 64_000);
    expect(view.numbers.get('hr')?.text).toBe('72');
    expect(view.age).toMatchObject({ ageMs: 4_000 });
    expect(bed.arrivals.late?.count).toBe(1);
  });

  it('names the time of a single stale number, and the wave that stopped', () => {
    const bed = new BedReadings();
    bed.take([block(0), reading('hr', 0, 72), reading('hr', 20_000, 73)], 20_000);
    const view = look(bed, 20_000);
    expect(view.verdict).toBeUndefined();
    expect([...view.stopped.keys()]).toEqual(['ecg-ii']);
  });

  it('shows three dashes for what was not measured or must not be used', () => {
    const bed = new BedReadings();
    bed.take([reading('hr', 0, null)], 0);
    expect(look(bed, 0).numbers.get('hr')).toMatchObject({ text: '---', coded: true });
    bed.take([reading('hr', 1_000, 72, 'bad')], 1_000);
    expect(look(bed, 1_000).numbers.get('hr')?.text).toBe('---');
  });

  it('writes blood pressure as SYS/DIA (MEAN)', () => {
    const bed = new BedReadings();
    bed.take([reading('nibp-sys', 0, 121), reading('nibp-dia', 0, 74), reading('nibp-mean', 0, 90)], 0);
    expect(look(bed, 60_000).nibp).toMatchObject({ text: '121/74', small: '(90)', freshness: 'fresh' });
  });

  it('blames the broker when the gateway says so on the same feed', () => {
    const bed = new BedReadings();
    bed.take([block(0), { ...reading('x', 1_000, 'lost'), series: 'telewire/broker' }], 1_000);
    expect(look(bed, 30_000).verdict?.cause).toBe('broker-lost');
  });
});

describe('a bed whose clock is wrong', () => {
  const HOUR = 3_600_000;
  /** Sends waves and a number from `from` to `to`, on a clock that leads the gateway's by `lead`. */
  const send = (bed: BedReadings, lead: number, from: number, to: number) => {
    for (let now = from; now <= to; now += 250) {
      bed.take([{ ...block(now - 12 + lead), receivedAt: now }], now);
      if (now % 1000 === 0) bed.take([{ ...reading('hr', now + lead, 60 + now / 1000), receivedAt: now }], now);
    }
  };

  it.each([
    ['ahead', HOUR],
    ['behind', -HOUR],
  ])('an hour %s is fresh while it sends, its wave is where it came, and its clock is told', (_, lead) => {
    const bed = new BedReadings();
    send(bed, lead, 0, 10_000);
    expect(look(bed, 10_100)).toMatchObject({ age: { freshness: 'fresh', ageMs: 100 }, verdict: undefined });
    expect(bed.ring('ecg-ii').newestAt).toBe(9_996);
    expect(bed.clock.skewMs).toBe(lead);
  });

  it.each([
    ['ahead', HOUR],
    ['behind', -HOUR],
  ])('an hour %s is stale soon after it has fallen silent', (_, lead) => {
    const bed = new BedReadings();
    send(bed, lead, 0, 10_000);
    const view = look(bed, 20_000);
    expect(view.verdict?.cause).toBe('device-silent');
    expect(view.age).toMatchObject({ freshness: 'stale', at: 10_000 });
    expect(view.numbers.get('hr')).toMatchObject({ text: '70', freshness: 'stale' });
  });

  it('goes on after its clock was set back, with new numbers and a running wave', () => {
    const bed = new BedReadings();
    send(bed, HOUR, 0, 10_000);
    send(bed, 0, 10_250, 16_000);
    const view = look(bed, 16_000);
    expect(view.age.freshness).toBe('fresh');
    expect(view.numbers.get('hr')).toMatchObject({ text: '76' });
    expect(bed.ring('ecg-ii').newestAt).toBe(15_996);
    expect(bed.clock.skewMs).toBe(0);
  });

  it('does not look fresh when what it sent is read again from the journal', () => {
    const bed = new BedReadings();
    bed.take([{ ...reading('hr', HOUR, 72), receivedAt: 0 }], 600_000);
    expect(look(bed, 600_000).age).toMatchObject({ freshness: 'stale', ageMs: 600_000 });
  });
});

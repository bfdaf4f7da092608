import { describe, expect, it } from '@jest/globals';
import type { DeliveredReading, RowValue } from '@telewire/protocol';
import { WidgetReadings, statusFilters } from './widget-readings.js';

const HR = 'icu/bed-01/hr';
const reading = (series: string, at: number, value: RowValue, quality: DeliveredReading['quality'] = 'good') => ({
  series,
  at,
  value,
  quality,
  n: 1,
  receivedAt: at,
});

describe('the readings of a widget', () => {
  it('keep the newest of each series, whatever the order they come in', () => {
    const readings = new WidgetReadings('table', 'icu/+/hr');
    readings.take([reading(HR, 2_000, 72), reading(HR, 1_000, 70), reading('icu/bed-02/hr', 0, 80)], 2_000);
    expect([...readings.newest].map(([series, { value }]) => [series, value])).toEqual([
      [HR, 72],
      ['icu/bed-02/hr', 80],
    ]);
  });

  it('let a late number into the trend, and make a hole of what must not be used', () => {
    const readings = new WidgetReadings('trend', HR);
    readings.take([reading(HR, 2_000, 72), reading(HR, 1_000, 70), reading(HR, 3_000, 71, 'bad')], 3_000);
    expect(readings.trend?.columns(0, 1_000).values).toEqual([70, 72, null]);
  });

  it('show the present and not what a device has kept, which the trend and the log have in its place', () => {
    const kept = [1, 2, 3].map((i) => ({ ...reading(HR, i * 1_000, 60 + i), receivedAt: 70_000 + i }));
    for (const kind of ['trend', 'log', 'table'] as const) {
      const readings = new WidgetReadings(kind, HR);
      readings.take([reading(HR, 60_000, 72)], 60_000);
      readings.take(kept, 70_010);
      expect(readings.newest.get(HR)).toMatchObject({ value: 72, receivedAt: 60_000 });
      expect(readings.arrivals.late).toEqual({ count: 3, receivedAt: 70_003 });
      if (kind === 'trend') expect(readings.trend?.columns(0, null).values).toEqual([61, 62, 63, 72]);
      if (kind === 'log') expect(readings.log.lines.map(({ text }) => text)).toEqual(['72', '63', '62', '61']);
    }
  });

  it('count the age of a wave from its last sample', () => {
    const readings = new WidgetReadings('wave', 'icu/bed-01/pleth');
    readings.take([reading('icu/bed-01/pleth', 1_000, { periodMs: 8, values: [0, 0.5] })], 1_100);
    expect(readings.newest.get('icu/bed-01/pleth')?.until).toBe(1_016);
    expect(readings.ring?.end).toBe(2);
  });

  it('take envelopes as they take blocks: into the ring, and into no log and no trend', () => {
    const pleth = 'icu/bed-01/pleth';
    const envelope = { columnMs: 100, min: [0, 1], max: [2, 3] };
    const wave = new WidgetReadings('wave', pleth);
    wave.take([reading(pleth, 1_050, envelope)], 1_200);
    expect([wave.ring?.end, wave.newest.get(pleth)?.until]).toEqual([2, 1_100]);
    for (const kind of ['log', 'trend'] as const) {
      const readings = new WidgetReadings(kind, pleth);
      readings.take([reading(pleth, 1_050, envelope)], 1_200);
      expect([readings.log.lines, readings.trend?.columns(0, null).times ?? []]).toEqual([[], []]);
    }
  });

  it('hold the pen back until the whole of a column can have come', () => {
    const pleth = 'icu/bed-01/pleth';
    const wave = new WidgetReadings('wave', pleth);
    wave.take([reading(pleth, 10_900, { columnMs: 1_000, min: [0], max: [2] })], 11_700);
    // The column begins at 10,000: 1,700 ms to here, and a margin.
    expect(wave.playhead.at(11_700)).toBe(9_900);
  });

  it('tell broker and device apart from what the widget shows', () => {
    const readings = new WidgetReadings('number', HR);
    readings.take([reading('telewire/broker', 1, 'lost'), reading('icu/bed-01/status', 2, 'offline')], 2);
    expect([readings.broker?.value, readings.status?.value, readings.newest.size]).toEqual(['lost', 'offline', 0]);
  });

  it('start with what the gateway knows when the journal has forgotten it, at its true age', () => {
    const readings = new WidgetReadings('trend', HR);
    readings.startWith(reading(HR, 1_000, 72), 900_000);
    expect(readings.newest.get(HR)).toMatchObject({ value: 72, receivedAt: 1_000 });
    expect(readings.trend?.columns(0, 1_000).values).toEqual([72]);
  });

  it('do not write the reading twice that they started with, and start with none when some have come', () => {
    const readings = new WidgetReadings('log', 'a9/x/indication');
    const green = reading('a9/x/indication', 1_000, 'green');
    readings.startWith(green, 2_000);
    readings.take([{ ...reading('a9/x/indication', 500, 'red'), n: 0 }, green], 2_000);
    readings.startWith(reading('a9/x/indication', 100, 'yellow'), 2_000);
    expect(readings.log.lines.map(({ text }) => text)).toEqual(['green', 'red']);
  });

  it('know by its ordinal what lies behind the reading that they started with, and that it is not late', () => {
    const readings = new WidgetReadings('number', HR);
    const past = [1, 2, 3].map((n) => ({ ...reading(HR, n * 1_000, 60 + n), n }));
    readings.startWith({ ...reading(HR, 9_000, 72), n: 9 }, 9_000);
    for (const each of past) {
      readings.take([each], 9_000);
      expect(readings.newest.get(HR)?.value).toBe(72);
    }
    // Nor is it a measure for what comes late.
    readings.take([{ ...reading(HR, 4_000, 64), n: 10, receivedAt: 60_000 }], 60_000);
    expect([readings.newest.get(HR)?.value, readings.arrivals.late?.count]).toEqual([72, 1]);
    readings.take([{ ...reading(HR, 61_000, 73), n: 11 }], 61_000);
    expect(readings.newest.get(HR)?.value).toBe(73);
  });

  it('end with the reading that they started with when the gateway kept times of two clocks', () => {
    const readings = new WidgetReadings('number', HR);
    readings.startWith({ ...reading(HR, 9_000, 72), n: 9, receivedAt: 5_000 }, 5_000);
    readings.take([{ ...reading(HR, 7_000, 70), n: 7 }], 5_000);
    readings.take([{ ...reading(HR, 8_000, 71), n: 8, receivedAt: 4_000 }], 5_000);
    readings.take([{ ...reading(HR, 9_000, 72), n: 9, receivedAt: 5_000 }], 5_000);
    expect(readings.newest.get(HR)?.value).toBe(72);
  });

  it('show the present when ordinals begin anew below the reading that they started with', () => {
    const readings = new WidgetReadings('number', HR);
    readings.startWith({ ...reading(HR, 9_000, 72), n: 9 }, 9_000);
    readings.take([reading(HR, 10_000, 73)], 10_000);
    expect(readings.newest.get(HR)?.value).toBe(73);
  });

  it.each([0, 1, 3_600_000, 36_000_000])('go on when the clock of the gateway is set back by %d ms', (backMs) => {
    const readings = new WidgetReadings('number', HR);
    const from = 100_000_000;
    for (let n = 1; n <= 60; n++) {
      const receivedAt = from + n * 1_000 + 40 - (n > 30 ? backMs : 0);
      readings.take([{ ...reading(HR, from + n * 1_000, n), n, receivedAt }], receivedAt);
      expect(readings.newest.get(HR)).toMatchObject({ value: n, receivedAt });
    }
    expect(readings.arrivals.late).toBeUndefined();
  });

  it('have the present in trend and sweep when the clock of the gateway was set back, and nothing ahead of it', () => {
    const HOUR = 3_600_000;
    for (const kind of ['trend', 'wave'] as const) {
      const readings = new WidgetReadings(kind, HR);
      for (let n = 1; n <= 10; n++) {
        const receivedAt = 2 * HOUR + n * 1_000 - (n > 5 ? HOUR : 0);
        const value = kind === 'trend' ? n : { periodMs: 500, values: [n, n] };
        readings.take([{ ...reading(HR, 2 * HOUR + n * 1_000 - 1_000, value), n, receivedAt }], receivedAt);
      }
      const end = HOUR + 10_000;
      if (kind === 'trend') expect(readings.trend?.columns(0, null).values).toEqual([6, 7, 8, 9, 10]);
      else expect(readings.ring?.newestAt).toBeLessThan(end);
      expect(readings.newest.get(HR)?.until).toBeLessThanOrEqual(end);
    }
  });

  it('write a line for every state', () => {
    const readings = new WidgetReadings('log', 'a9/+/indication');
    readings.take([reading('a9/x/indication', 1, 'green'), reading('a9/x/indication', 2, 'yellow')], 2);
    expect(readings.log.lines.map(({ text }) => text)).toEqual(['yellow', 'green']);
  });
});

describe('the status of the device behind a series', () => {
  it('is looked for at every level, and not for a filter', () => {
    expect(statusFilters('a9/s09/lane-1/speed')).toEqual(['a9/status', 'a9/s09/status', 'a9/s09/lane-1/status']);
    expect(statusFilters('a9/+/lane-1/speed')).toEqual([]);
  });
});

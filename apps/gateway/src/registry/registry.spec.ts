import { beforeEach, describe, expect, it } from '@jest/globals';
import { InventorySchema } from '@telewire/protocol';
import type { DeviceInfo, SeriesInfo } from '@telewire/telemetry';
import { parse } from 'valibot';
import { MemoryJournal } from '../journal/memory-journal.js';
import { Registry } from './registry.js';

const NOW = 1_790_000_000_000;
const BED = 'icu/bed-04';
const series = (name: string, more: Partial<SeriesInfo> = {}): SeriesInfo => ({
  series: `${BED}/${name}`,
  label: name,
  kind: 'number',
  unit: '/min',
  intervalMs: 1000,
  ...more,
});
const bed = (...list: SeriesInfo[]): DeviceInfo => ({
  device: BED,
  label: '04',
  type: 'patient-monitor',
  site: 'ICU 3',
  simulated: true,
  series: list,
});

describe('the registry', () => {
  let journal: MemoryJournal;
  let registry: Registry;

  beforeEach(() => {
    journal = new MemoryJournal({ maxBytes: 1 << 20 });
    registry = new Registry(journal);
  });

  const inventory = () => parse(InventorySchema, registry.inventory(NOW));
  const device = (name = BED) => inventory().devices.find((each) => each.device === name);
  const seriesOf = (name = BED) =>
    inventory()
      .series.filter((each) => each.device === name)
      .map((each) => each.series);

  it('knows the gateway itself at first, and where the journal stands', () => {
    expect(inventory()).toEqual({
      at: NOW,
      asOf: `${journal.epoch}.0`,
      devices: [{ device: 'telewire', label: 'Gateway', type: 'gateway', simulated: false, online: true }],
      series: [expect.objectContaining({ series: 'telewire/broker', kind: 'state', states: ['connected', 'lost'] })],
    });
  });

  it('takes what a device says of itself, and adds its status', () => {
    registry.announce(bed(series('hr', { limits: { low: 50, high: 120 } })));
    expect(device()).toEqual({
      device: BED,
      label: '04',
      type: 'patient-monitor',
      site: 'ICU 3',
      simulated: true,
      online: null,
    });
    expect(seriesOf()).toEqual([`${BED}/hr`, `${BED}/status`]);
    expect(registry.infoOf(`${BED}/hr`)).toMatchObject({ limits: { low: 50, high: 120 } });
  });

  it('forgets series that a device no longer names', () => {
    registry.announce(bed(series('hr'), series('rr')));
    registry.announce(bed(series('rr', { unit: '1' }), series('temp')));
    expect(seriesOf().sort()).toEqual(['rr', 'status', 'temp'].map((each) => `${BED}/${each}`));
    expect(registry.infoOf(`${BED}/rr`)!.unit).toBe('1');
    expect(registry.infoOf(`${BED}/hr`)).toBeUndefined();
  });

  it('makes the status of a device itself, whatever the device says of it', () => {
    registry.announce(bed(series('status')));
    expect(registry.infoOf(`${BED}/status`)).toMatchObject({ kind: 'state', states: ['online', 'offline'] });
  });

  it('leaves other devices as they are, also those whose names begin the same', () => {
    registry.announce({ ...bed(), device: 'icu/bed-041', series: [series('hr', { series: 'icu/bed-041/hr' })] });
    registry.announce(bed(series('hr')));
    registry.announce(bed());
    registry.forget(BED);
    expect(seriesOf('icu/bed-041')).toEqual(['icu/bed-041/hr', 'icu/bed-041/status']);
  });

  it('forgets a device, its series and whether it was online', () => {
    registry.announce(bed(series('hr')));
    registry.setOnline(BED, true);
    registry.forget(BED);
    registry.forget('never/was');
    expect(device()).toBeUndefined();
    expect(seriesOf()).toEqual([]);
    expect(registry.setOnline(BED, true)).toBe(true);
  });

  it('says whether a status is news, and knows the device from it', () => {
    expect([true, true, false, false, true].map((online) => registry.setOnline(BED, online))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(device()).toMatchObject({ label: 'bed-04', type: 'device', online: true, simulated: false });
    registry.setOnline(BED, false);
    expect(device()!.online).toBe(false);
  });

  it('keeps the status of a device that announces itself', () => {
    registry.setOnline(BED, true);
    registry.announce(bed());
    expect(device()).toMatchObject({ label: '04', online: true });
  });

  it('knows after a restart what it knew before, and the last state of each device', async () => {
    registry.announce(bed(series('hr', { limits: { low: 50, high: 120 } }), series('rr')));
    registry.announce(bed(series('hr', { limits: { low: 55 } })));
    registry.discover('lab/scale', 'lab/scale/mass', 72, 'kg');
    registry.announce({ ...bed(), device: 'icu/bed-05' });
    registry.forget('icu/bed-05');
    registry.announce({ ...bed(), device: 'telewire/lab-1' });
    for (const [name, value] of Object.entries({ [BED]: 'offline', 'lab/scale': 'online' })) {
      registry.setOnline(name, value === 'online');
      const status = { series: `${name}/status`, at: NOW, receivedAt: NOW, value, quality: 'good' } as const;
      await journal.append([status]);
    }
    const before = inventory();
    registry = new Registry(journal);
    const known = (all: ReturnType<typeof inventory>) => ({
      devices: all.devices.filter((each) => each.device !== 'telewire/lab-1'),
      series: all.series.filter((each) => each.device !== 'telewire/lab-1'),
    });
    expect(inventory().devices.map((each) => each.device)).toEqual(['telewire', BED, 'lab/scale']);
    expect(known(inventory())).toEqual(known(before));
    expect(registry.setOnline(BED, false)).toBe(false);
    expect(registry.ownerOf('lab/scale/mass')).toBe('lab/scale');
  });

  it('begins with what makes sense of the notes that it finds', () => {
    registry.announce(bed(series('hr')));
    const [, [, hr]] = [...journal.notes] as [unknown, [string, string]];
    journal.note('device lab/torn', '{"device":');
    journal.note('series lab/orphan/x', hr.replaceAll(BED, 'lab/orphan'));
    journal.note('something else', 'x');
    registry = new Registry(journal);
    expect(inventory().devices.map((each) => each.device)).toEqual(['telewire', BED]);
    expect(seriesOf()).toEqual([`${BED}/hr`, `${BED}/status`]);
  });

  it.each([
    ['a number', 37, 'number'],
    ['a text', 'x', 'text'],
    ['true', true, 'text'],
    ['nothing measured', null, 'number'],
    ['a waveform', { periodMs: 4, values: [1] }, 'samples'],
  ] as const)('discovers from %s what a series is', (_what, value, kind) => {
    registry.discover(BED, `${BED}/part/x`, value, 'Cel');
    expect(registry.infoOf(`${BED}/part/x`)).toMatchObject({ label: 'x', kind, unit: 'Cel', intervalMs: null });
    expect(seriesOf()).toEqual([`${BED}/status`, `${BED}/part/x`]);
  });

  it.each([
    ['%', '1'],
    ['/100', '%'],
    ['beat/min', '/min'],
    ['furlong', 'furlong'],
    [undefined, '1'],
  ])('discovers the unit %s as %s', (sent, unit) => {
    registry.discover(BED, `${BED}/x`, 1, sent);
    expect(registry.infoOf(`${BED}/x`)!.unit).toBe(unit);
  });

  it('does not discover over what was announced, and an announcement goes before what was discovered', () => {
    registry.announce(bed(series('hr')));
    registry.discover(BED, `${BED}/hr`, 'text', undefined);
    expect(registry.infoOf(`${BED}/hr`)!.kind).toBe('number');
    registry.discover(BED, `${BED}/x`, 'text', undefined);
    registry.announce(bed(series('x')));
    expect(registry.infoOf(`${BED}/x`)!.kind).toBe('number');
  });

  it('shows the latest reading of a series that has one', async () => {
    registry.announce(bed(series('hr'), series('rr')));
    const reading = { series: `${BED}/hr`, at: 1, receivedAt: 3, quality: 'uncertain' } as const;
    await journal.append([
      { ...reading, value: 71 },
      { ...reading, at: 2, value: 72 },
    ]);
    const [hr, rr] = inventory().series.filter((each) => each.device === BED);
    expect(hr!.latest).toEqual({ at: 2, value: 72, quality: 'uncertain', n: 2, receivedAt: 3 });
    expect(rr!.latest).toBeNull();
    expect(inventory().asOf).toBe(`${journal.epoch}.2`);
  });
});

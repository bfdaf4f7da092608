import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DeviceInfo, SeriesInfo } from '@telewire/telemetry';
import type { JournalEntry } from '../journal/journal.js';
import { MemoryJournal } from '../journal/memory-journal.js';
import { MAX_SERIES_OF_DEVICE, Registry } from '../registry/registry.js';
import { randomOf } from '../testing/seeded-random.js';
import { Ingest } from './ingest.js';
import { MAX_PAYLOAD_BYTES } from './payload.js';
import { Refusals } from './refusals.js';

const NOW = 1_790_000_000_000;
const BED = 'icu/bed-04';
const series = (name: string, more: Partial<SeriesInfo> = {}): SeriesInfo => ({
  series: `${BED}/${name}`,
  label: name,
  kind: 'number',
  unit: '1',
  intervalMs: 1000,
  ...more,
});
const infoOf = (...list: SeriesInfo[]): DeviceInfo => ({
  device: BED,
  label: '04',
  type: 'patient-monitor',
  simulated: false,
  series: list,
});
const sampled_ = { origin: { value: 0 }, period: 4, dimensions: 1, data: '1 2 E' };

describe('ingest', () => {
  let journal: MemoryJournal;
  let registry: Registry;
  let refusals: Refusals;
  let ingest: Ingest;
  let taken: JournalEntry[];

  beforeEach(() => {
    journal = new MemoryJournal({ maxBytes: 1 << 24 });
    registry = new Registry(journal);
    refusals = new Refusals(() => undefined);
    ingest = new Ingest(journal, registry, refusals, () => NOW);
    taken = [];
    journal.committed.subscribe((entries) => taken.push(...entries));
  });

  const take = (topic: string, payload: string | Uint8Array) =>
    ingest.take({ topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload });
  const data = (...records: object[]) => take(`telewire/data/${BED}`, JSON.stringify(records));
  const announce = (...list: SeriesInfo[]) => take(`telewire/info/${BED}`, JSON.stringify(infoOf(...list)));
  const refused = () => Object.fromEntries(refusals.counts);
  const values = () => taken.map(({ value }) => value);

  it('has a pack in the journal by the time it resolves', async () => {
    await data({ bn: `${BED}/`, n: 'hr', t: -1, v: 72 }, { n: 'note', vs: 'x' });
    expect(taken).toMatchObject([
      { series: `${BED}/hr`, at: NOW - 1000, receivedAt: NOW, value: 72, quality: 'good', n: 1 },
      { series: `${BED}/note`, at: NOW, value: 'x' },
    ]);
    expect(refused()).toEqual({});
  });

  it('says what a repetition can be told by: an absolute time, and no event, or what its publisher calls it', async () => {
    const identified: unknown[] = [];
    const { append } = journal;
    journal.append = (readings) => {
      identified.push(...readings.map((each) => [each.series.slice(BED.length + 1), each.id ?? each.identified]));
      return append.call(journal, readings);
    };
    await announce(series('note', { kind: 'text' }), series('mode', { kind: 'state' }));
    const t = NOW / 1000;
    await data({ bn: `${BED}/`, n: 'hr', t, v: 72 }, { n: 'note', t, vs: 'x' }, { n: 'mode', t, vs: 'on' });
    await data({ bn: `${BED}/`, n: 'hr', t: -1, v: 72 }, { n: 'rr', v: 12 });
    await data({ bn: `${BED}/`, n: 'note', vs: 'x', readingId: 'e-17' });
    expect(identified).toEqual([
      ['hr', true],
      ['note', false],
      ['mode', true],
      ['hr', false],
      ['rr', false],
      ['note', 'e-17'],
    ]);
  });

  it('rejects when the journal fails, so that nothing is acknowledged', async () => {
    journal.append = () => Promise.reject(new Error('disk full'));
    await expect(data({ n: `${BED}/hr`, v: 1 })).rejects.toThrow('disk full');
    await expect(take(`telewire/status/${BED}`, 'online')).rejects.toThrow('disk full');
  });

  it.each([['icu/bed-05/hr'], ['icu/bed-041'], ['icu/bed-04'], ['hr']])(
    'refuses a record named %s, which lies outside its device, and takes the others',
    async (n) => {
      await data({ n, v: 1 }, { n: `${BED}/hr`, v: 2 });
      expect(refused()).toEqual({ 'foreign-name': 1 });
      expect(values()).toEqual([2]);
    },
  );

  it('refuses a name that is no clean path', async () => {
    await data({ n: `${BED}//hr`, v: 1 }, { n: `${BED}/hr/`, v: 1 }, { n: `${BED}/${'x'.repeat(200)}`, v: 1 });
    expect(refused()).toEqual({ 'bad-name': 3 });
  });

  it('lets no device speak for the gateway', async () => {
    await take('telewire/data/telewire', '[{"n":"telewire/broker","vs":"lost"}]');
    await take('telewire/data/telewire/x', '[{"n":"telewire/x/y","v":1}]');
    await take('telewire/status/telewire', 'offline');
    await take('telewire/info/telewire', '');
    await data({ n: `${BED}/status`, vs: 'online' });
    expect(refused()).toEqual({ 'reserved-name': 5 });
    expect(taken).toEqual([]);
    expect(registry.inventory(0).devices.map(({ device }) => device)).toEqual(['telewire']);
  });

  it.each(['telewire/other/a', 'telewire/data', 'telewire/data/a b', 'x', '', 'telewire/data/../x/'])(
    'counts a message on %j as of an unknown topic',
    async (topic) => {
      await take(topic, '[]');
      expect(refused()).toEqual({ 'unknown-topic': 1 });
    },
  );

  it('lets no device speak for one that lies below it', async () => {
    await take('telewire/info/icu/bed-09', JSON.stringify({ device: 'icu/bed-09', label: '9', type: 'x', series: [] }));
    await take('telewire/data/icu', '[{"bn":"icu/bed-09/","n":"status","vs":"offline"},{"n":"hr","v":1}]');
    const info = { device: 'icu', label: 'I', type: 'x', series: [{ series: 'icu/bed-09/hr', label: 'HR' }] };
    const series = info.series.map((each) => ({ ...each, kind: 'number', unit: '1', intervalMs: null }));
    await take('telewire/info/icu', JSON.stringify({ ...info, series }));
    expect(refused()).toEqual({ 'foreign-name': 3 });
    expect(taken).toEqual([]);
  });

  it('takes a bounded number of series from a device', async () => {
    const pack = (from: number) =>
      JSON.stringify(Array.from({ length: 1500 }, (_, i) => ({ bn: `${BED}/`, n: `x${from + i}`, v: 1 })));
    await take(`telewire/data/${BED}`, pack(0));
    await take(`telewire/data/${BED}`, pack(1500));
    await take(`telewire/data/${BED}`, pack(0));
    // The status that the gateway makes is one of them.
    expect(refused()).toEqual({ 'too-many-series': 3000 - (MAX_SERIES_OF_DEVICE - 1) });
    expect(registry.countOf(BED)).toBe(MAX_SERIES_OF_DEVICE);
  });

  it('refuses a payload that is too large, and looks at one just below', async () => {
    const text = `[{"n":"${BED}/a","vs":"x"}]`;
    await take(`telewire/data/${BED}`, text.padEnd(MAX_PAYLOAD_BYTES));
    await take(`telewire/data/${BED}`, text.padEnd(MAX_PAYLOAD_BYTES + 1));
    expect(refused()).toEqual({ 'too-large': 1 });
    expect(values()).toEqual(['x']);
  });

  it('refuses a payload that is not UTF-8, and takes one with a byte order mark', async () => {
    const text = Buffer.from(`[{"n":"${BED}/a","vs":"ä"}]`);
    await take(`telewire/data/${BED}`, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text]));
    await take(`telewire/data/${BED}`, Buffer.from(text.toString(), 'latin1'));
    await take(`telewire/data/${BED}`, Buffer.from([0xff, 0xfe, 0x00]));
    expect(refused()).toEqual({ 'not-utf8': 2 });
    expect(values()).toEqual(['ä']);
  });

  describe('of an announced series', () => {
    it.each([
      ['%', '%', 0.97, 97],
      ['/', '%', 0.29, 29],
      ['/100', '%', 97, 97],
      ['kPa', 'mm[Hg]', 16, 120.009852],
      ['m/s', 'km/h', 10, 36],
      ['mm[Hg]', 'mm[Hg]', 120, 120],
      [undefined, 'mm[Hg]', 120, 120],
    ])('converts %s to %s', async (u, unit, v, expected) => {
      await announce(series('x', { unit }));
      await data({ n: `${BED}/x`, ...(u === undefined ? {} : { u }), v });
      expect(values()[0]).toBeCloseTo(expected, 5);
      expect(JSON.stringify(values()[0]).length).toBeLessThan(16);
    });

    it('converts the samples of a waveform', async () => {
      await announce(series('ecg', { kind: 'samples', unit: 'mV' }));
      await data({ n: `${BED}/ecg`, u: 'V', sampled_ });
      expect(values()).toEqual([{ periodMs: 4, values: [1000, 2000, null] }]);
    });

    it('has null where a conversion overflows (PROTOCOL R24)', async () => {
      await announce(series('x', { unit: 'mV' }));
      await data({ n: `${BED}/x`, u: 'V', v: 1.7e308 });
      expect(taken).toMatchObject([{ value: null, quality: 'bad' }]);
    });

    it('refuses a unit that measures something else', async () => {
      await announce(series('x', { unit: 'mm[Hg]' }));
      await data({ n: `${BED}/x`, u: 'Cel', v: 1 }, { n: `${BED}/x`, u: 'furlong', v: 1 });
      expect(refused()).toEqual({ 'wrong-unit': 2 });
    });

    it('does not ask for the unit of a word', async () => {
      await announce(series('mode', { kind: 'state' }));
      await data({ bu: 'Cel', n: `${BED}/mode`, vs: 'auto' });
      expect(values()).toEqual(['auto']);
    });

    it.each([
      ['number', { vs: '72' }],
      ['number', { vb: true }],
      ['number', { sampled_ }],
      ['samples', { v: 72 }],
      ['state', { sampled_ }],
      ['text', { sampled_ }],
    ] as const)('refuses for %s what is of another kind: %j', async (kind, value) => {
      await announce(series('x', { kind }));
      await data({ n: `${BED}/x`, ...value });
      expect(refused()).toEqual({ 'wrong-kind': 1 });
    });

    it.each(['number', 'samples', 'state', 'text'] as const)('takes "nothing measured" for %s', async (kind) => {
      await announce(series('x', { kind }));
      await data({ n: `${BED}/x`, v: null });
      expect(taken).toMatchObject([{ value: null, quality: 'bad' }]);
    });
  });

  describe('of a series that was never announced', () => {
    it('goes on taking a unit that SenML does not know', async () => {
      for (const v of [1, 2, 3]) await data({ n: `${BED}/x`, u: 'furlong', v });
      expect(values()).toEqual([1, 2, 3]);
    });

    it('goes on taking numbers after a first reading of nothing', async () => {
      await data({ n: `${BED}/x`, u: 'Cel', v: null });
      await data({ n: `${BED}/x`, u: 'Cel', v: 37 });
      expect(values()).toEqual([null, 37]);
      expect(registry.infoOf(`${BED}/x`)).toMatchObject({ kind: 'number', unit: 'Cel' });
    });

    it('converts to the unit in which it came first', async () => {
      await data({ n: `${BED}/x`, u: 'km/h', v: 36 });
      await data({ n: `${BED}/x`, u: 'm/s', v: 10 });
      expect(values()).toEqual([36, 36]);
    });
  });

  describe('of what a device says of itself', () => {
    it('is known to the registry', async () => {
      await announce(series('hr', { unit: '/min' }));
      expect(registry.infoOf(`${BED}/hr`)).toMatchObject({ unit: '/min' });
    });

    it('forgets a device whose announcement was deleted', async () => {
      await announce(series('hr'));
      await take(`telewire/info/${BED}`, '');
      expect(registry.infoOf(`${BED}/hr`)).toBeUndefined();
    });

    it.each(['{', '[]', '{}', 'null', '{"device":"icu/bed-04"}'])('refuses %s', async (text) => {
      await take(`telewire/info/${BED}`, text);
      expect(refused()).toEqual({ 'bad-info': 1 });
    });

    it('refuses to hear one device describe another', async () => {
      await take('telewire/info/icu/bed-05', JSON.stringify(infoOf()));
      expect(refused()).toEqual({ 'foreign-name': 1 });
    });
  });

  describe('of a status', () => {
    const status = (text: string) => take(`telewire/status/${BED}`, text);

    it('is a reading each time that it changes', async () => {
      for (const text of ['online', 'online', 'offline', 'offline', 'online']) await status(text);
      expect(taken.map(({ series: name, value }) => `${name} ${JSON.stringify(value)}`)).toEqual([
        `${BED}/status "online"`,
        `${BED}/status "offline"`,
        `${BED}/status "online"`,
      ]);
    });

    it('is news again after the journal could not take it', async () => {
      const append = journal.append.bind(journal);
      journal.append = () => Promise.reject(new Error('disk full'));
      await expect(status('online')).rejects.toThrow('disk full');
      journal.append = append;
      await status('online');
      expect(taken).toMatchObject([{ series: `${BED}/status`, value: 'online' }]);
    });

    it('is offline for all when a broker starts to which nobody can be connected yet', async () => {
      for (const text of ['online', 'offline']) await take(`telewire/status/icu/bed-${text}`, text);
      await status('online');
      taken.length = 0;
      await ingest.takeFreshBroker();
      await ingest.takeFreshBroker();
      expect(taken.map(({ series: name, value }) => [name, value])).toEqual([
        ['icu/bed-online/status', 'offline'],
        [`${BED}/status`, 'offline'],
      ]);
    });

    it('that was deleted says nothing, and other words are refused', async () => {
      await status('');
      await status('Online');
      await status('dead');
      expect(taken).toEqual([]);
      expect(refused()).toEqual({ 'bad-status': 2 });
    });
  });

  it('journals how the link to the broker stands', async () => {
    await ingest.takeBrokerState({ connected: true });
    await ingest.takeBrokerState({ connected: false, reason: 'x' });
    expect(taken.map(({ series: name, value }) => [name, value])).toEqual([
      ['telewire/broker', 'connected'],
      ['telewire/broker', 'lost'],
    ]);
  });

  it('is harmed by no garbage: 2,000 payloads of noise and of broken packs', async () => {
    const whole = JSON.stringify([
      { bn: `${BED}/`, bt: 1_790_000_000, bu: 'Cel', bver: 10, n: 'a', v: 1.5, ut: 2 },
      { n: 'b', vs: 'text', t: -1 },
      { n: 'c', vb: true },
      { n: 'ecg', sampled_: { origin: { value: 0 }, period: 4, factor: 0.5, dimensions: 1, data: '1 E 2 L U' } },
    ]);
    const info = JSON.stringify(infoOf(series('a'), series('ecg', { kind: 'samples' })));
    const words = [
      'null',
      '-',
      '1e999',
      '"__proto__"',
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\u0000',
      '9'.repeat(40),
      '_',
    ];
    for (let seed = 1; seed <= 2000; seed++) {
      const random = randomOf(seed);
      const kind = random.pick(['data', 'data', 'data', 'info', 'status']);
      let payload: Buffer;
      if (random.chance(0.25)) payload = Buffer.from(Array.from({ length: random.upTo(200) }, () => random.upTo(256)));
      else {
        let text = kind === 'info' ? info : whole;
        for (let cuts = 1 + random.upTo(3); cuts > 0; cuts--) {
          const at = random.upTo(text.length + 1);
          text = text.slice(0, at) + (random.chance(0.6) ? random.pick(words) : '') + text.slice(at + random.upTo(6));
        }
        payload = Buffer.from(text);
        if (random.chance(0.2) && payload.length > 0) payload[random.upTo(payload.length)] = random.upTo(256);
      }
      await take(`telewire/${kind}/${BED}`, payload).catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
      });
    }
    for (const { series: name, at, value, quality } of taken) {
      expect(name.startsWith(`${BED}/`)).toBe(true);
      expect(Number.isSafeInteger(at)).toBe(true);
      expect(['good', 'uncertain', 'bad']).toContain(quality);
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
    }
    expect([...refusals.counts.keys()].length).toBeGreaterThan(5);
    expect([...refusals.counts.keys()].length).toBeLessThan(25);
    expect(Object.keys(Object.prototype)).toEqual([]);
    const before = journal.head;
    await take('telewire/data/icu/bed-09', '[{"n":"icu/bed-09/hr","v":72}]');
    expect(journal.entry(before + 1)).toMatchObject({ series: 'icu/bed-09/hr', value: 72 });
  });
});

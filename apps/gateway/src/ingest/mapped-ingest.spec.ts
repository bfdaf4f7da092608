import { describe, expect, it } from '@jest/globals';
import { MemoryJournal } from '../journal/memory-journal.js';
import { Registry } from '../registry/registry.js';
import { MappedIngest } from './mapped-ingest.js';
import { Mapping } from './mapping.js';
import { Refusals } from './refusals.js';

const NOW = Date.UTC(2026, 10, 23);

function bench(rules: object[]) {
  const journal = new MemoryJournal({ maxBytes: 1_000_000 });
  const registry = new Registry(journal);
  const refusals = new Refusals(() => undefined);
  const ingest = new MappedIngest(new Mapping({ rules }), journal, registry, refusals);
  const take = (topic: string, payload: string | Buffer) => ingest.take({ topic, payload: Buffer.from(payload) }, NOW);
  const latest = (series: string) => journal.latest(journal.numberOf(series) ?? 0, 'head');
  return { journal, registry, refusals, take, latest };
}

const TICKETS = { topic: 'desk/+', series: 'desk/{1}/tickets', value: '$.open', label: 'Open tickets', kind: 'number' };

describe('what a mapping makes of messages', () => {
  it('is a reading in the journal, of a series that says what it is', async () => {
    const { take, latest, registry } = bench([TICKETS]);
    await take('desk/north', '{"open":4}');
    expect(latest('desk/north/tickets')).toMatchObject({ value: 4, at: NOW, receivedAt: NOW, n: 1, quality: 'good' });
    expect(registry.infoOf('desk/north/tickets')).toMatchObject({ label: 'Open tickets', kind: 'number', unit: '1' });
    expect(registry.inventory(NOW).devices.map(({ device }) => device)).toContain('desk/north');
  });

  it('is bad where the device says null', async () => {
    const { take, latest } = bench([TICKETS]);
    await take('desk/north', '{"open":null}');
    expect(latest('desk/north/tickets')).toMatchObject({ value: null, quality: 'bad' });
  });

  it('leaves alone what no rule is for, and what a device announces of itself', async () => {
    const { take, journal, refusals, registry } = bench([TICKETS]);
    registry.announce({
      device: 'desk/north',
      label: 'N',
      type: 'desk',
      simulated: false,
      series: [{ series: 'desk/north/tickets', label: 'Mine', kind: 'number', unit: '1', intervalMs: 1000 }],
    });
    await take('other/topic', 'anything');
    await take('desk/north', '{"open":4}');
    expect(journal.head).toBe(1);
    expect(registry.infoOf('desk/north/tickets')).toMatchObject({ label: 'Mine' });
    expect(refusals.counts.size).toBe(0);
  });

  it('does not write words into a series of numbers', async () => {
    const { take, journal, refusals } = bench([{ topic: 'desk/+', series: 'desk/{1}/tickets', value: '$.open' }]);
    await take('desk/north', '{"open":4}');
    await take('desk/north', '{"open":"four"}');
    expect([...refusals.counts]).toEqual([['wrong-kind', 1]]);
    expect(journal.head).toBe(1);
  });

  it.each([
    ['no-value', 'desk/north', '{"shut":4}'],
    ['no-value', 'desk/north', 'not JSON'],
    ['not-utf8', 'desk/north', Buffer.from([0xff, 0xfe])],
    ['too-large', 'desk/north', 'x'.repeat(300_000)],
  ])('is counted as %s and harms nothing', async (reason, topic, payload) => {
    const { take, journal, refusals } = bench([TICKETS]);
    await take(topic, payload);
    expect([...refusals.counts]).toEqual([[reason, 1]]);
    expect(journal.head).toBe(0);
  });

  it.each(['telewire/broker', 'x/status'])('cannot take the place of %s', async (series) => {
    const { take, journal, refusals } = bench([{ topic: 'a', series }]);
    await take('a', '1');
    expect([...refusals.counts.keys()]).toEqual(['reserved-name']);
    expect(journal.head).toBe(0);
  });
});

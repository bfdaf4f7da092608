import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Value } from '@telewire/telemetry';
import type { ReceivedReading } from '../journal/journal.js';
import { MemoryJournal } from '../journal/memory-journal.js';
import { latch } from '../testing/latch.js';
import { Repetitions } from './repetitions.js';

const reading = (series: string, at: number, value: Value, identified = true): ReceivedReading => ({
  series,
  at,
  receivedAt: at + 5,
  value,
  quality: 'good',
  identified,
});

describe('repetitions', () => {
  let journal: MemoryJournal;
  let repetitions: Repetitions;

  beforeEach(() => {
    journal = new MemoryJournal({ maxBytes: 1 << 24 });
    repetitions = new Repetitions(journal);
  });

  const values = () => Array.from({ length: journal.head }, (_, i) => journal.entry(i + 1)!.value);

  it('are left out and counted', async () => {
    for (let i = 0; i < 3; i++) await repetitions.append([reading('a', 1, 7), reading('a', 2 + i, 7)]);
    expect(values()).toEqual([7, 7, 7, 7]);
    expect(repetitions.count).toBe(2);
  });

  it('are readings that agree in series, time and value', async () => {
    const block = (...list: number[]) => ({ periodMs: 4, values: list });
    const all: [string, number, Value][] = [
      ['a', 1, 1],
      ['b', 1, 1],
      ['a', 2, 1],
      ['a', 1, 2],
      ['a', 1, '1'],
      ['a', 1, true],
      ['a', 1, null],
      ['a', 1, block(1, 2)],
      ['a', 1, block(2, 1)],
      ['a', 1, block(1, 2, 0)],
    ];
    for (const each of [...all, ...all]) await repetitions.append([reading(...each)]);
    expect(values()).toEqual(all.map(([, , value]) => value));
  });

  it('are not seen where nothing tells a reading from another', async () => {
    for (let i = 0; i < 2; i++) await repetitions.append([reading('a', 1, 'door opened', false)]);
    expect(journal.head).toBe(2);
  });

  const event = (series: string, id: string, at: number, value: Value = 'door opened'): ReceivedReading => ({
    ...reading(series, at, value, false),
    id,
  });

  it('are readings of one series to which their publisher gives one id, whatever else they say', async () => {
    const all = [event('a', '1', 1), event('a', '2', 1), event('b', '1', 1)];
    for (const each of all) await repetitions.append([each]);
    for (const { series, id } of all) await repetitions.append([event(series, id!, 2, 'as it was received again')]);
    expect(values()).toEqual(['door opened', 'door opened', 'door opened']);
    expect(repetitions.count).toBe(3);
  });

  it('are one id twice in one message', async () => {
    await repetitions.append([event('a', '1', 1), event('a', '1', 1), event('b', '1', 1), reading('a', 1, 7)]);
    expect(values()).toEqual(['door opened', 'door opened', 7]);
    expect(repetitions.count).toBe(1);
  });

  it('are known by their id over a restart', async () => {
    await repetitions.append([event('a', '1', 1)]);
    await new Repetitions(journal).append([event('a', '1', 2)]);
    expect(journal.head).toBe(1);
  });

  it('are not seen within a message, but when the message comes again', async () => {
    for (let i = 0; i < 2; i++) await repetitions.append([reading('a', 1, 7), reading('a', 1, 7)]);
    expect(journal.head).toBe(2);
  });

  it('are known over a restart', async () => {
    for (let at = 0; at < 300; at++) await repetitions.append([reading('a', at, { periodMs: 1, values: [at] })]);
    const restarted = new Repetitions(journal);
    for (let at = 100; at < 300; at++) await restarted.append([reading('a', at, { periodMs: 1, values: [at] })]);
    expect(restarted.count).toBe(200);
    expect(journal.head).toBe(300);
  });

  const fill = async (series: string, from: number, to: number) => {
    for (let at = from; at < to; at += 1000)
      await repetitions.append(Array.from({ length: Math.min(1000, to - at) }, (_, i) => reading(series, at + i, 0)));
  };

  it('are known among the newest 256 of a series, however many others there are', async () => {
    await fill('a', 0, 256);
    await fill('b', 0, 64_000);
    await repetitions.append([reading('a', 0, 0)]);
    expect(repetitions.count).toBe(1);
    await fill('a', 256, 512);
    await fill('b', 64_000, 128_000);
    await repetitions.append([reading('a', 0, 0)]);
    expect(repetitions.count).toBe(1);
  });

  it.each([
    ['', (before: Repetitions) => before],
    [', also after a restart', () => new Repetitions(journal)],
  ])('are known among the newest 64,000, of whatever series%s', async (_when, restarted) => {
    await fill('a', 0, 64_000);
    repetitions = restarted(repetitions);
    await fill('a', 0, 64_000);
    expect(repetitions.count).toBe(64_000);
    await fill('a', 64_000, 64_001);
    await fill('a', 0, 1);
    expect(repetitions.count).toBe(64_000);
  });

  it('are known among the newest 64,000 also where they are of more series than are remembered whole', async () => {
    const SERIES = 2_000;
    const NEWEST = 20_000;
    const say = async (from: number, to: number) => {
      for (let at = from; at < to; at += SERIES)
        await repetitions.append(Array.from({ length: SERIES }, (_, i) => reading(`s${i}`, at, 0)));
    };
    await say(0, 300_000);
    await say(300_000 - NEWEST, 300_000);
    expect(repetitions.count).toBe(NEWEST);
  });

  it('resolve no sooner than what they repeat', async () => {
    const { opened, open } = latch();
    let first: Promise<void> | undefined;
    // As the durable one: nothing resolves before what came before.
    journal.append = () => (first ??= opened);
    const order: string[] = [];
    const both = [1, 2].map((n) => repetitions.append([reading('a', 1, 1)]).then(() => order.push(`resolved ${n}`)));
    await Promise.resolve();
    order.push('committed');
    open();
    await Promise.all(both);
    expect(order).toEqual(['committed', 'resolved 1', 'resolved 2']);
  });

  it('are taken when the first could not be', async () => {
    const { append } = journal;
    journal.append = () => Promise.reject(new Error('disk full'));
    await expect(repetitions.append([reading('a', 1, 1)])).rejects.toThrow('disk full');
    journal.append = append.bind(journal);
    await repetitions.append([reading('a', 1, 1)]);
    expect(values()).toEqual([1]);
  });
});

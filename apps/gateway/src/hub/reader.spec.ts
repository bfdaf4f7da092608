import { describe, expect, it } from '@jest/globals';
import {
  formatCursor,
  type FrameOf,
  jsonWriter,
  MAX_SUBSCRIPTIONS,
  parseCursor,
  ProtocolError,
} from '@telewire/protocol';
import type { Envelope } from '@telewire/telemetry';
import { frameOf, HubBench, takeAll } from '../testing/hub-bench.js';
import { ofType, typesOf } from '../testing/test-stream.js';
import type { Reader } from './reader.js';

const beatOf = (reader: Reader) => frameOf(reader.heartbeat()) as FrameOf<'heartbeat'>;

describe('a reader', () => {
  it('starts with the subscription, the names and a snapshot of the present (PROTOCOL R3 R4)', () => {
    const bench = new HubBench();
    bench.append('a', 1);
    bench.append('b', 2);
    bench.append('a', 3);
    const frames = takeAll(bench.reader());
    expect(typesOf(frames)).toEqual(['subscribed', 'series', 'snapshot']);
    expect(frames[1]).toMatchObject({ names: { 1: 'a', 2: 'b' } });
    expect(frames[2]).toMatchObject({
      to: formatCursor({ epoch: bench.journal.epoch, seq: 3 }),
      rows: [
        [1, expect.anything(), 3, 0, 0, 2],
        [2, expect.anything(), 2, 0, 0, 1],
      ],
    });
  });

  it('announces a series that appears later before it uses its number, and each only once (PROTOCOL R3)', () => {
    const bench = new HubBench();
    const reader = bench.reader();
    takeAll(reader);
    bench.append('a', 1);
    expect(typesOf(takeAll(reader))).toEqual(['series', 'readings']);
    bench.clock.advance(100);
    bench.append('a', 2);
    expect(typesOf(takeAll(reader))).toEqual(['readings']);
  });

  it('leaves a waveform that appears under latest out of every frame (PROTOCOL R12)', () => {
    const bench = new HubBench({ maxBytes: 8192, segmentSize: 4 });
    const reader = bench.reader({ policy: 'latest' });
    const block = { periodMs: 4, values: [1, 2, 3] };
    takeAll(reader);
    for (let i = 0; i < 100; i++) {
      bench.appendAll([
        ['ecg', block],
        ['hr', i],
      ]);
      bench.clock.advance(100);
    }
    const rows = takeAll(reader).flatMap((frame) => ('rows' in frame ? frame.rows : []));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(([, , value]) => typeof value)).not.toContain('object');
    expect(rows.at(-1)![2]).toBe(99);
  });

  it('shows in a snapshot the newest block as it is, and goes on with envelopes (PROTOCOL R30)', () => {
    const bench = new HubBench();
    const block = { periodMs: 4, values: [1, 2, 3] };
    bench.append('ecg', block);
    const reader = bench.reader({ policy: 'extremes', maxHz: 10 });
    expect(ofType(takeAll(reader), 'snapshot')).toMatchObject([{ rows: [[1, expect.anything(), block, 0, 0, 1]] }]);
    bench.append('ecg', block);
    const [frame] = ofType(takeAll(reader), 'readings');
    expect(frame!.rows[0]![2]).toEqual({ columnMs: 100, min: [1], max: [3] });
  });

  it('catches up on extremes of a waveform in frames that hold so many columns', () => {
    const bench = new HubBench();
    const values = Array<number>(100).fill(1);
    for (let i = 0; i < 300; i++) bench.appendAll([['ecg', { periodMs: 10, values }, 1000 * i]]);
    const reader = bench.reader({ policy: 'extremes', maxHz: 50, after: 'earliest' });
    const lengths = ofType(takeAll(reader), 'readings').map(({ rows }) =>
      rows.reduce((sum, [, , value]) => sum + (value as Envelope).min.length, 0),
    );
    expect(lengths.reduce((sum, each) => sum + each, 0)).toBe(15_000);
    expect(Math.max(...lengths)).toBe(450);
  });

  it('says under extremes that waveforms were let go (PROTOCOL R8)', () => {
    const bench = new HubBench({ maxBytes: 1 << 20, maxWaveformBytes: 4096, segmentSize: 4 });
    const after = formatCursor({ epoch: bench.journal.epoch, seq: 0 });
    for (let i = 0; i < 200; i++) bench.append('ecg', { periodMs: 4, values: [i, i, i] });
    const [gap] = ofType(takeAll(bench.reader({ policy: 'extremes', after })), 'gap');
    expect(gap).toMatchObject({ from: after, reason: 'evicted' });
  });

  it('refuses latest of a waveform and leaves no trace of the attempt', () => {
    const bench = new HubBench(
      {},
      { waveformAmong: (filters) => (filters.includes('ecg') || filters.includes('#') ? 'ecg' : undefined) },
    );
    bench.append('ecg', { periodMs: 4, values: [1] });
    const reader = bench.hub.open(jsonWriter);
    const ask = () => reader.subscribe('a', { filters: ['#'], policy: 'latest', maxHz: 1 });
    expect(ask).toThrow(expect.objectContaining({ code: 4422, reason: 'latest-of-samples' }));
    bench.clock.advance(10_000);
    expect(bench.hub.groupCount).toBe(0);
    reader.subscribe('a', { filters: ['#'], policy: 'every', maxHz: 1 });
    expect(takeAll(reader)).not.toHaveLength(0);
  });

  it('goes on with one of two equal subscriptions when the other ends, or is changed to the same (PROTOCOL R14, R25)', () => {
    const bench = new HubBench();
    const reader = bench.hub.open(jsonWriter);
    const terms = { filters: ['a'], policy: 'every', maxHz: 10 } as const;
    reader.subscribe('one', { ...terms, filters: ['a'] });
    reader.subscribe('two', { ...terms, filters: ['a'] });
    takeAll(reader);
    reader.unsubscribe('one');
    bench.append('a', 1);
    expect(ofType(takeAll(reader), 'readings')).toMatchObject([
      { id: 'two', rows: [[1, expect.anything(), 1, 0, 0, 1]] },
    ]);
    reader.change('two', { ...terms, filters: ['a'] });
    takeAll(reader);
    bench.clock.advance(100);
    bench.append('a', 2);
    expect(ofType(takeAll(reader), 'readings')).toMatchObject([
      { id: 'two', rows: [[1, expect.anything(), 2, 0, 0, 2]] },
    ]);
  });

  it('refuses a cursor that no gateway made (PROTOCOL R9)', () => {
    const bench = new HubBench();
    expect(() => bench.reader({ after: '?' })).toThrow(expect.objectContaining({ reason: 'bad-cursor' }));
    bench.clock.advance(10_000);
    expect(bench.hub.groupCount).toBe(0);
  });

  it('holds no more subscriptions than a connection may, and no id twice (PROTOCOL R14)', () => {
    const bench = new HubBench();
    const reader = bench.hub.open(jsonWriter);
    const subscribe = (id: string) => reader.subscribe(id, { filters: ['a'], policy: 'every', maxHz: 1 });
    for (let i = 0; i < MAX_SUBSCRIPTIONS; i++) subscribe(String(i));
    expect(() => subscribe('0')).toThrow(expect.objectContaining({ reason: 'repeated-id' }));
    expect(() => subscribe('more')).toThrow(expect.objectContaining({ reason: 'too-many-subscriptions' }));
    reader.unsubscribe('7');
    expect(() => subscribe('7')).toThrow(ProtocolError);
    subscribe('more');
    expect(takeAll(reader)).toHaveLength(2 * MAX_SUBSCRIPTIONS);
  });

  it('serves its subscriptions in turn, so that one that catches up does not hold the others back', () => {
    const bench = new HubBench();
    const start = formatCursor({ epoch: bench.journal.epoch, seq: 0 });
    for (let i = 0; i < 5000; i++) bench.append('long', i);
    bench.append('short', 1);
    const reader = bench.reader({ filters: ['long'], after: start }, 'long');
    reader.subscribe('short', { filters: ['short'], policy: 'every', maxHz: 10, after: start });
    const ids = ofType(takeAll(reader), 'readings').map(({ id }) => id);
    expect(ids.filter((id) => id === 'long')).toHaveLength(40);
    expect(ids.indexOf('short')).toBeLessThan(2);
  });

  it('keeps no more than so many words for a client that does not hear them', () => {
    const reader = new HubBench().reader();
    const error = { type: 'error', code: 4000, reason: 'bad-filter', message: '' } as const;
    for (let i = 0; i < 1_000; i++) reader.say(error);
    expect(() => reader.say(error)).toThrow(ProtocolError);
    reader.take();
    reader.say(error);
  });

  it('has asked every subscription when it has nothing more, also one that came in the midst of a round', () => {
    const bench = new HubBench();
    const quiet = { filters: ['nobody'], policy: 'every' as const, maxHz: 10 };
    const reader = bench.reader({ filters: ['x'] }, 'a');
    for (const id of ['b', 'c']) reader.subscribe(id, quiet);
    takeAll(reader);
    // The turn is with b.
    bench.append('x', 1);
    expect(typesOf(takeAll(reader))).toEqual(['series', 'readings']);
    reader.subscribe('d', quiet);
    expect(typesOf(takeAll(reader))).toEqual(['subscribed', 'snapshot']);
    reader.change('a', quiet);
    expect(ofType(takeAll(reader), 'subscribed')).toMatchObject([{ id: 'a' }]);
  });

  it('has something to take at once for a subscription that takes the place of others', () => {
    const bench = new HubBench();
    const reader = bench.reader({}, 'a');
    reader.subscribe('b', { filters: ['#'], policy: 'every', maxHz: 10 });
    // An odd number, so that one of them has the next turn.
    for (let taken = 0; taken < 3; taken++) reader.take();
    reader.unsubscribe('a');
    reader.unsubscribe('b');
    reader.subscribe('c', { filters: ['#'], policy: 'every', maxHz: 10 });
    expect(takeAll(reader)).toMatchObject([
      { type: 'subscribed', id: 'c' },
      { type: 'snapshot', id: 'c' },
    ]);
  });

  it('says nothing more of a subscription that was ended', () => {
    const bench = new HubBench();
    const reader = bench.reader({}, 'a');
    bench.append('x', 1);
    reader.unsubscribe('a');
    reader.unsubscribe('never was');
    expect(takeAll(reader)).toEqual([]);
    expect(beatOf(reader)).not.toHaveProperty('cursors');
  });

  it('gives two subscribers with equal terms the very same bytes', () => {
    const bench = new HubBench();
    const readers = [bench.reader({ filters: ['a', 'b'] }), bench.reader({ filters: ['b', 'a'] })];
    readers.forEach(takeAll);
    bench.append('a', 1);
    readers.forEach((reader) => expect(frameOf(reader.take()!).type).toBe('series'));
    const [first, second] = readers.map((reader) => reader.take()!.bytes);
    expect(first).toBe(second);
    expect(bench.hub.groupCount).toBe(1);
  });

  it('shares a frame between a subscriber that saw readings go by that do not match and one that came later', () => {
    const bench = new HubBench();
    const early = bench.reader({ filters: ['a'] });
    takeAll(early);
    for (let i = 0; i < 5; i++) bench.append('x', i);
    const late = bench.reader({ filters: ['a'] });
    takeAll(late);
    bench.append('a', 1);
    for (const reader of [early, late]) expect(frameOf(reader.take()!).type).toBe('series');
    expect(early.take()!.bytes).toBe(late.take()!.bytes);
  });

  it('shares rows between subscribers with different ids, and nothing else differs', () => {
    const bench = new HubBench();
    const readers = [bench.reader({}, 'a'), bench.reader({}, 'b')];
    readers.forEach(takeAll);
    bench.append('x', 1);
    const [first, second] = readers.map((reader) => ofType(takeAll(reader), 'readings')[0]!);
    expect([first!.id, second!.id]).toEqual(['a', 'b']);
    expect({ ...first, id: '' }).toEqual({ ...second, id: '' });
  });

  it('never mixes up two ids of which one looks like the mark of the other', () => {
    const bench = new HubBench();
    const live = bench.reader({}, '!a');
    takeAll(live);
    const resumed = bench.reader({ after: formatCursor({ epoch: bench.journal.epoch, seq: 0 }) }, 'a');
    takeAll(resumed);
    bench.append('x', 1);
    expect(ofType(takeAll(live), 'readings')[0]!.id).toBe('!a');
    expect(ofType(takeAll(resumed), 'readings')[0]!.id).toBe('a');
  });

  it('that is not read holds no readings, and is told what it lost (PROTOCOL R8)', () => {
    const bench = new HubBench({ maxBytes: 64 * 1024, segmentSize: 16 });
    const reader = bench.reader();
    takeAll(reader);
    const { cursor } = beatOf(reader);
    for (let i = 0; i < 20_000; i++) {
      bench.append('a', i);
      if (i % 10 === 0) bench.clock.advance(100);
    }
    bench.clock.advance(100);
    const frames = takeAll(reader);
    expect(typesOf(frames).slice(0, 3)).toEqual(['series', 'gap', 'snapshot']);
    expect(frames[1]).toMatchObject({ from: cursor, reason: 'slow' });
    const rows = ofType(frames, 'readings').flatMap((frame) => frame.rows);
    expect(rows.length).toBeLessThanOrEqual(bench.journal.sizeOf('values').entries);
    expect(rows.at(-1)![2]).toBe(19_999);
  });

  it('marks a gap with no cursor to resume from, because its snapshot is still owed', () => {
    const bench = new HubBench();
    bench.append('a', 1);
    const reader = bench.reader({ after: '0123abcd.9' });
    const cursors: (string | undefined)[] = [];
    for (let frame = reader.take(); frame; frame = reader.take()) cursors.push(`${frame.type} ${frame.cursor}`);
    const end = formatCursor({ epoch: bench.journal.epoch, seq: 1 });
    expect(cursors.slice(0, 4)).toEqual([
      'subscribed undefined',
      'gap undefined',
      'series undefined',
      `snapshot ${formatCursor({ epoch: bench.journal.epoch, seq: 0 })}`,
    ]);
    expect(cursors.at(-1)).toBe(`readings ${end}`);
  });

  it('gives a heartbeat no cursor for a subscription whose start is still owed (PROTOCOL R7)', () => {
    const bench = new HubBench();
    bench.append('a', 1);
    const reader = bench.reader({}, 'a');
    expect(reader.starting).toBe(true);
    expect(beatOf(reader)).not.toHaveProperty('cursors');
    while (reader.starting) reader.take();
    expect(beatOf(reader).cursors).toEqual({ a: formatCursor({ epoch: bench.journal.epoch, seq: 1 }) });
  });

  it('gives a heartbeat the cursors of ids that look like keys of an object', () => {
    const bench = new HubBench();
    const reader = bench.reader({}, '__proto__');
    takeAll(reader);
    expect(Buffer.from(reader.heartbeat().bytes).toString()).toContain('"cursors":{"__proto__":');
  });

  it('moves on over readings that do not match, so that a quiet subscription does not fall out of the journal', () => {
    const bench = new HubBench({ maxBytes: 64 * 1024, segmentSize: 16 });
    const reader = bench.reader({ filters: ['quiet'] });
    takeAll(reader);
    for (let i = 0; i < 5000; i++) bench.append('busy', i);
    expect(takeAll(reader)).toEqual([]);
    expect(parseCursor(beatOf(reader).cursor!).seq).toBe(5000);
  });

  it('takes no subscription once it is closed', () => {
    const bench = new HubBench();
    const reader = bench.hub.open(jsonWriter);
    reader.close();
    reader.close();
    reader.subscribe('a', { filters: ['#'], policy: 'every', maxHz: 1 });
    expect(bench.hub.groupCount).toBe(0);
    expect(reader.take()).toBeUndefined();
  });
});

describe('another contract', () => {
  const every = { filters: ['#'], policy: 'every' as const, maxHz: 100 };

  it('goes on from where the old one stands (PROTOCOL R25)', () => {
    const bench = new HubBench();
    const reader = bench.reader({ policy: 'latest', maxHz: 0.1 }, 'a');
    bench.append('a', 1);
    takeAll(reader);
    for (let value = 2; value <= 4; value++) bench.append('a', value);
    reader.change('a', every);
    const frames = takeAll(reader);
    expect(ofType(frames, 'readings').flatMap(({ rows }) => rows.map((row) => row[2]))).toEqual([2, 3, 4]);
    expect(typesOf(frames)).not.toContain('snapshot');
  });

  it('is owed the snapshot that the old one had not given yet', () => {
    const bench = new HubBench();
    bench.append('a', 1);
    const reader = bench.reader({}, 'a');
    reader.change('a', every);
    expect(typesOf(takeAll(reader))).toEqual(['subscribed', 'series', 'snapshot']);
  });

  it('is told again of a gap that the old one had not told, and repeats nothing from before it', () => {
    const bench = new HubBench({ maxBytes: 4000, segmentSize: 4 });
    bench.append('a', 0);
    const reader = bench.reader({}, 'a');
    for (let value = 1; value <= 3; value++) {
      bench.append('a', value);
      bench.clock.advance(100);
    }
    takeAll(reader);
    const cursor = beatOf(reader).cursors!['a'];
    for (let value = 4; value < 2000; value++) {
      bench.append('a', value);
      bench.clock.advance(10);
    }
    // The first of what a slow reader gets is the gap; its snapshot is still to come.
    expect(frameOf(reader.take()!)).toMatchObject({ type: 'gap', from: cursor });
    reader.change('a', every);
    const frames = takeAll(reader);
    expect(frames.slice(0, 2)).toMatchObject([
      { type: 'subscribed', cursor },
      { type: 'gap', from: cursor },
    ]);
    const values = ofType(frames, 'readings').flatMap(({ rows }) => rows.map((row) => row[2] as number));
    expect(values[0]).toBeGreaterThan(3);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  it('is refused for a subscription that does not exist, and when it cannot be, and the old one goes on', () => {
    const bench = new HubBench({}, { waveformAmong: (filters) => (filters.includes('ecg') ? 'ecg' : undefined) });
    const reader = bench.reader({}, 'a');
    takeAll(reader);
    expect(() => reader.change('b', every)).toThrow(expect.objectContaining({ reason: 'unknown-id' }));
    expect(() => reader.change('a', { ...every, filters: ['ecg'], policy: 'latest' })).toThrow(ProtocolError);
    bench.append('a', 1);
    expect(typesOf(takeAll(reader))).toContain('readings');
  });
});

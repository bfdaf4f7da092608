import { beforeEach, describe, expect, it } from '@jest/globals';
import { jsonWriter, type Policy } from '@telewire/protocol';
import { MemoryJournal } from '../journal/memory-journal.js';
import { frameOf, TestClock } from '../testing/hub-bench.js';
import { Shelf } from './missed.js';
import { Group, keyOf } from './group.js';

const HOUR_MS = 3_600_000;

const asleep = () => ({ wake: () => undefined });

describe('a group', () => {
  let clock: TestClock;
  let journal: MemoryJournal;
  let group: Group;
  let builtAt: number[];
  let leaveAll: () => void;

  const make = (policy: Policy, maxHz: number, maxBytes = 1 << 24) => {
    journal = new MemoryJournal({ maxBytes, segmentSize: 4 });
    group = new Group({ filters: ['#'], policy, maxHz }, journal, clock, new Shelf());
    builtAt = [];
    const member = { wake: () => builtAt.push(clock.frame) };
    group.join(member);
    leaveAll = () => group.leave(member);
    journal.committed.subscribe((entries) => {
      for (const { number } of entries) if (!group.series.includes(number)) group.admit(number);
      for (const entry of entries) group.accept(entry);
      group.flush();
    });
  };
  const append = (series: string, value: number | string) =>
    void journal.append([{ series, value, at: 0, receivedAt: 0, quality: 'good' }]);
  const appendBlock = (at: number, ...values: number[]) =>
    void journal.append([{ series: 'ecg', value: { periodMs: 4, values }, at, receivedAt: 0, quality: 'good' }]);
  const valuesAfter = (seq: number) => group.frameAfter(seq)?.entries.map(({ value }) => value);

  beforeEach(() => {
    clock = new TestClock();
    make('every', 10);
  });

  it('sends a reading that finds it quiet at once (PROTOCOL R13)', () => {
    append('a', 1);
    expect(builtAt).toEqual([0]);
    clock.advance(150);
    append('a', 2);
    expect(builtAt).toEqual([0, 150]);
  });

  it('builds no more than maxHz frames a second, and leaves nothing behind (PROTOCOL R13)', () => {
    for (let i = 1; i <= 100; i++) {
      append('a', i);
      clock.advance(7);
    }
    clock.advance(100);
    expect(builtAt).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
    const values: unknown[] = [];
    for (let seq = 0; seq < group.position; seq = group.frameAfter(seq)!.toSeq) values.push(...valuesAfter(seq)!);
    expect(values).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('builds a frame as much before its time as the one before was late, so that it takes a commit at once (PROTOCOL R13)', () => {
    for (const at of [0, 103, 200, 298, 400, 490]) {
      clock.advance(at - clock.frame);
      append('a', at);
    }
    clock.advance(100);
    // What came at 298 would have been 2 ms early with nothing to make up for, and 490 came far too soon.
    expect(builtAt).toEqual([0, 103, 200, 300, 400, 500]);
  });

  it('keeps nothing while nobody listens, and begins at the present for whoever comes then', () => {
    const another = asleep();
    group.join(another);
    append('a', 1);
    append('a', 2);
    expect([group.frameAfter(0)?.toSeq, clock.timers]).toEqual([1, 1]);
    group.leave(another);
    expect(group.idle).toBe(false);
    leaveAll();
    append('a', 3);
    expect([group.frameAfter(0), clock.timers, group.idle]).toEqual([undefined, 0, true]);
    group.join(asleep());
    expect(group.position).toBe(3);
    append('a', 4);
    clock.advance(100);
    expect(valuesAfter(3)).toEqual([4]);
  });

  it('holds no timer while nothing is pending', () => {
    append('a', 1);
    expect(clock.timers).toBe(0);
    append('a', 2);
    append('a', 3);
    expect(clock.timers).toBe(1);
    clock.advance(100);
    expect(clock.timers).toBe(0);
  });

  it('keeps under latest the newest reading of each series, in journal order (PROTOCOL R12)', () => {
    make('latest', 10);
    append('a', 1);
    append('b', 10);
    append('a', 2);
    append('c', 20);
    append('b', 11);
    append('a', 3);
    clock.advance(100);
    expect(valuesAfter(0)).toEqual([1]);
    expect(valuesAfter(1)).toEqual([20, 11, 3]);
  });

  it('does not stall when the clock is set back by an hour', () => {
    append('a', 1);
    clock.set(-HOUR_MS);
    append('a', 2);
    clock.advance(100);
    append('a', 3);
    clock.advance(100);
    expect(builtAt).toEqual([0, 100, 200]);
    expect(valuesAfter(2)).toEqual([3]);
  });

  it('finds the frame for anyone who is owed exactly what it holds', () => {
    for (let i = 1; i <= 3; i++) {
      append('a', i);
      clock.advance(100);
    }
    expect([0, 1, 2].map(valuesAfter)).toEqual([[1], [2], [3]]);
    expect(group.frameAfter(3)).toBeUndefined();
  });

  it('gives a frame to whoever stands behind readings that do not match, and to nobody in its middle', () => {
    journal = new MemoryJournal({ maxBytes: 1 << 24 });
    group = new Group({ filters: ['a'], policy: 'every', maxHz: 10 }, journal, clock, new Shelf());
    group.join(asleep());
    for (const series of ['x', 'x', 'a', 'x', 'a', 'x']) append(series, 0);
    for (const seq of [3, 5]) group.accept(journal.entry(seq)!);
    group.flush();
    for (const seq of [0, 1, 2]) expect(group.frameAfter(seq)?.toSeq).toBe(6);
    for (const seq of [3, 4, 5, 6]) expect(group.frameAfter(seq)).toBeUndefined();
  });

  it('accounts for everything while nothing is pending, and else for what it has built (PROTOCOL R7)', () => {
    append('a', 1);
    expect(group.accountedFor).toBe(1);
    append('a', 2);
    append('a', 3);
    expect(group.accountedFor).toBe(1);
    clock.advance(100);
    expect(group.accountedFor).toBe(3);
  });

  it('keeps a bounded number of frames, the newest ones', () => {
    for (let i = 1; i <= 200; i++) {
      append('a', i);
      clock.advance(100);
    }
    const kept = Array.from({ length: 200 }, (_, seq) => seq).filter((seq) => group.frameAfter(seq));
    expect(kept).toEqual(Array.from({ length: 64 }, (_, i) => 136 + i));
  });

  it('keeps no frame of readings that the journal has let go, but always the newest', () => {
    make('every', 10, 4096);
    for (let i = 1; i <= 60; i++) {
      append('a', 'x'.repeat(300));
      clock.advance(100);
    }
    const kept = Array.from({ length: 60 }, (_, seq) => seq).filter((seq) => group.frameAfter(seq));
    expect(journal.tails.values).toBeGreaterThan(40);
    expect(kept[0]).toBe(journal.tails.values);
    append('a', 'x'.repeat(5000));
    append('a', 'y'.repeat(5000));
    expect(group.frameAfter(60)?.toSeq).toBe(61);
  });

  it('does not hold back at a slow pace what the journal lets go meanwhile', () => {
    make('every', 0.001, 4096);
    append('a', 'first');
    for (let i = 1; i <= 400; i++) append('a', 'x'.repeat(300));
    expect(builtAt.length).toBeGreaterThan(1);
    expect(group.position).toBeGreaterThanOrEqual(journal.tails.values);
  });

  it('closes a frame that grows too large for its pace', () => {
    make('every', 0.001);
    for (let i = 0; i <= 20_001; i++) append('a', i);
    expect(builtAt).toEqual([0, 0]);
    expect(group.frameAfter(1)?.entries).toHaveLength(20_000);
  });

  it('keeps under extremes no block that the journal lets go, and so its pace (PROTOCOL R13, R30)', () => {
    make('extremes', 0.5, 4096);
    appendBlock(0, 1);
    for (let i = 1; i <= 100; i++) appendBlock(40 * i, i, i, i, i, i, i, i, i, i, i);
    expect(journal.tails.waveforms).toBeGreaterThan(50);
    expect(builtAt).toEqual([0]);
    clock.advance(2000);
    expect(valuesAfter(1)).toEqual([{ columnMs: 2000, min: [1, 50, 100], max: [49, 99, 100] }]);
  });

  it('closes a frame of extremes that holds too many columns', () => {
    make('extremes', 10);
    for (let i = 0; i <= 20_000; i++) appendBlock((i % 2) * 1_000_000, 1);
    expect(builtAt).toEqual([0, 0]);
    expect(group.frameAfter(1)?.entries).toHaveLength(20_000);
  });

  it('writes an ordinal only where it does not follow (PROTOCOL R2)', () => {
    make('latest', 10);
    append('a', 1);
    append('a', 2);
    append('a', 3);
    clock.advance(100);
    append('a', 4);
    clock.advance(100);
    const rows = [0, 1, 3].map((seq) => frameOf(group.frameAfter(seq)!.encode(jsonWriter, undefined, false)));
    expect(rows).toMatchObject([
      { rows: [[1, 0, 1, 0, 0, 1]] },
      { rows: [[1, 0, 3, 0, 0, 3]] },
      { rows: [[1, 0, 4, 0]] },
    ]);
  });

  it('wakes nobody and keeps no timer once it is closed', () => {
    append('a', 1);
    append('a', 2);
    group.close();
    clock.advance(1000);
    expect(builtAt).toEqual([0]);
    expect(clock.timers).toBe(0);
  });
});

describe('a shared frame', () => {
  it('is encoded once for each id, and for those who know the ordinals and those who do not', () => {
    const clock = new TestClock();
    const journal = new MemoryJournal({ maxBytes: 1 << 24 });
    const group = new Group({ filters: ['#'], policy: 'every', maxHz: 10 }, journal, clock, new Shelf());
    group.join(asleep());
    void journal.append([{ series: 'a', value: 1, at: 0, receivedAt: 0, quality: 'good' }]);
    group.accept(journal.entry(1)!);
    group.flush();
    const frame = group.frameAfter(0)!;
    const ids = [undefined, 'a', '!a', 'explicit', '=a', '"', '\u2028', '__proto__'];
    for (const explicit of [false, true]) {
      for (const id of ids) {
        const encoded = frame.encode(jsonWriter, id, explicit);
        const said = frameOf(encoded);
        expect('id' in said ? said.id : undefined).toBe(id);
        expect(frame.encode(jsonWriter, id, explicit)).toBe(encoded);
      }
    }
  });

  it('keeps the bytes of a bounded number of ids, and is right for the others too', () => {
    const clock = new TestClock();
    const journal = new MemoryJournal({ maxBytes: 1 << 24 });
    const group = new Group({ filters: ['#'], policy: 'every', maxHz: 10 }, journal, clock, new Shelf());
    group.join(asleep());
    void journal.append([{ series: 'a', value: 1, at: 0, receivedAt: 0, quality: 'good' }]);
    group.accept(journal.entry(1)!);
    group.flush();
    const frame = group.frameAfter(0)!;
    const encode = () => Array.from({ length: 100 }, (_, i) => frame.encode(jsonWriter, `id-${i}`, false));
    const [first, second] = [encode(), encode()];
    expect(first.filter((each, i) => each === second[i])).toHaveLength(32);
    expect(second.map((each) => frameOf(each))).toEqual(first.map((each) => frameOf(each)));
    expect(frameOf(second[99]!)).toMatchObject({ id: 'id-99' });
  });
});

describe('the key of equal terms', () => {
  it('does not depend on the order of filters, nor on one named twice', () => {
    const terms = { policy: 'every', maxHz: 10 } as const;
    const key = keyOf({ ...terms, filters: ['a', 'b'] });
    expect(keyOf({ ...terms, filters: ['b', 'a', 'b'] })).toBe(key);
    expect(keyOf({ ...terms, filters: ['a,b'] })).not.toBe(key);
    expect(keyOf({ ...terms, filters: ['a', 'b'], maxHz: 11 })).not.toBe(key);
    expect(keyOf({ ...terms, filters: ['a', 'b'], policy: 'latest' })).not.toBe(key);
  });
});

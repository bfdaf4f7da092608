import { describe, expect, it } from '@jest/globals';
import { type FrameOf, formatCursor, LADDER_TICK_MS, parseCursor } from '@telewire/protocol';
import { isEnvelope } from '@telewire/telemetry';
import { frameOf, HubBench, takeAll } from '../testing/hub-bench.js';
import { ofType, TestStream } from '../testing/test-stream.js';
import { Collector } from './collector.js';

const valuesIn = (frames: ReturnType<typeof takeAll>) =>
  ofType(frames, 'readings').flatMap(({ rows }) => rows.map(([, , value]) => value));

describe('catching up by extremes', () => {
  it('keeps those of each interval of receipt, as they would have come live (PROTOCOL R30)', () => {
    const bench = new HubBench();
    const start = formatCursor({ epoch: bench.journal.epoch, seq: 0 });
    for (let i = 0; i < 600; i++) {
      bench.append('a', i % 100 === 50 ? 1000 + i : i % 10);
      bench.clock.advance(100);
    }
    const all = valuesIn(takeAll(bench.reader({ policy: 'extremes', maxHz: 60, after: start })));
    expect(all).toHaveLength(600);
    const thinned = valuesIn(takeAll(bench.reader({ policy: 'extremes', maxHz: 0.5, after: start })));
    // Thirty intervals, of each the first (which is the smallest), the largest and the last.
    expect(thinned.length).toBeGreaterThanOrEqual(60);
    expect(thinned.length).toBeLessThanOrEqual(90);
    expect(thinned.filter((value) => Number(value) >= 1000)).toEqual([1050, 1150, 1250, 1350, 1450, 1550]);
  });

  it('begins another interval also where the clock was set back', () => {
    const bench = new HubBench();
    const start = formatCursor({ epoch: bench.journal.epoch, seq: 0 });
    for (let i = 0; i < 10; i++) bench.append('a', i);
    bench.clock.set(-3_600_000);
    for (let i = 0; i < 10; i++) bench.append('a', i);
    const frames = takeAll(bench.reader({ policy: 'extremes', maxHz: 1, after: start }));
    expect(valuesIn(frames)).toEqual([0, 9, 0, 9]);
  });
});

describe('an answer', () => {
  it('looks at no more of the journal than an answer may, and its cursor goes on from there', () => {
    const bench = new HubBench({ maxBytes: 1 << 28 });
    bench.append('rare', 0);
    for (let i = 0; i < 700; i++) bench.appendAll(Array.from({ length: 1000 }, (_, k) => ['often', k] as const));
    bench.append('rare', 1);
    const start = formatCursor({ epoch: bench.journal.epoch, seq: 1 });
    const reader = bench.reader({ filters: ['rare'], after: start });
    const collector = new Collector(reader);
    expect([collector.collect(), collector.full]).toEqual([false, true]);
    const { cursor } = frameOf(reader.heartbeat()) as FrameOf<'heartbeat'>;
    expect(parseCursor(cursor!).seq).toBeGreaterThan(500_000);
    const next = bench.reader({ filters: ['rare'], after: cursor! });
    expect(valuesIn(takeAll(next))).toEqual([1]);
  });
});

describe('what is thinned for a client that is slow', () => {
  const SERIES = Array.from({ length: 400 }, (_, i) => `s${i}`);
  const TIMES = 3;

  it('comes in such frames also where there are waveforms, and no frame ends within what one row stands for', () => {
    const bench = new HubBench();
    const stream = new TestStream(bench.reader({ maxHz: 60 }));
    stream.stalled = true;
    for (let i = 0; i < 5; i++) {
      bench.append('s0', 0);
      bench.clock.advance(LADDER_TICK_MS);
    }
    for (let block = 0; block < 40; block++) {
      const at = bench.clock.now() + block * 1000;
      const values = Array.from({ length: 250 }, (_, i) => (i % 100) / 100);
      const waves = Array.from({ length: 8 }, (_, i) => [`wave${i}`, { periodMs: 4, values }, at] as const);
      bench.appendAll([...waves, ...SERIES.slice(0, 20).map((series) => [series, block] as const)]);
    }
    bench.appendAll(SERIES.map((series) => [series, -1] as const));
    bench.clock.advance(100);
    stream.news();
    for (let taken = 0; taken < 300; taken++) stream.ask();
    const readings = ofType(stream.news(), 'readings');
    expect(readings.length).toBeGreaterThan(5);
    for (const frame of readings) expect(JSON.stringify(frame).length).toBeLessThan(16 * 1024);
    const { head } = bench.journal;
    expect(parseCursor(readings.at(-1)!.to).seq).toBe(head);
    // Every column of every wave is in one frame or another.
    const columns = readings.flatMap(({ rows }) => rows.flatMap(([, , value]) => (isEnvelope(value) ? value.min : [])));
    expect(columns.filter((column) => column !== null).length).toBeGreaterThanOrEqual(8 * 40 * 4);
  });

  it('holds nobody up for longer who can keep up again, however many were slow', () => {
    const bench = new HubBench();
    const streams = Array.from({ length: 200 }, () => new TestStream(bench.reader({ maxHz: 60 })));
    for (const stream of streams) stream.stalled = true;
    const pass = (ms: number) => {
      for (let at = 0; at < ms; at += 20) {
        bench.append('a', at);
        bench.clock.advance(20);
        for (const stream of streams) stream.news();
      }
    };
    pass(3000);
    expect(bench.hub.degraded.get('extremes')).toBe(200);
    for (const stream of streams) {
      stream.stalled = false;
      stream.ask();
    }
    pass(9000);
    expect(bench.hub.degraded.size).toBe(0);
  });

  it.each(['extremes', 'latest'] as const)(
    'comes in frames that a line of 1 KB/s can bear, and whole: %s',
    (service) => {
      const bench = new HubBench();
      const stream = new TestStream(bench.reader({ maxHz: 60 }));
      stream.stalled = true;
      const ticks = service === 'extremes' ? 4 : 8;
      for (let i = 0; i < ticks + 1; i++) {
        bench.append('s0', 0);
        bench.clock.advance(LADDER_TICK_MS);
      }
      expect([...bench.hub.degraded.keys()]).toEqual([service]);
      for (let i = 0; i < TIMES; i++) bench.appendAll(SERIES.map((series) => [series, i] as const));
      bench.clock.advance(100);
      const told = new Map<number, number>();
      stream.news();
      // One at a time: whoever asks again at once is quick.
      for (let taken = 0; taken < 200; taken++) stream.ask();
      const readings = ofType(stream.news(), 'readings');
      for (const frame of readings) expect(JSON.stringify(frame).length).toBeLessThan(8 * 1024);
      const places = readings.map(({ to }) => parseCursor(to).seq);
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      readings.slice(1).forEach(({ from }, i) => expect(from).toBe(readings[i]!.to));
      for (const row of readings.flatMap(({ rows }) => rows)) told.set(row[0], row[5] ?? told.get(row[0])! + 1);
      expect(told.size).toBe(SERIES.length);
      for (const [number, n] of told) expect(n).toBe(bench.journal.latest(number, 'head')!.n);
    },
  );
});

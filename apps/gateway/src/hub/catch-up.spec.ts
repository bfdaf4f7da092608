import { describe, expect, it } from '@jest/globals';
import { formatCursor, LADDER_TICK_MS, parseCursor } from '@telewire/protocol';
import { HubBench, takeAll } from '../testing/hub-bench.js';
import { ofType, TestStream } from '../testing/test-stream.js';

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

describe('what is thinned for a client that is slow', () => {
  const SERIES = Array.from({ length: 400 }, (_, i) => `s${i}`);
  const TIMES = 3;

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

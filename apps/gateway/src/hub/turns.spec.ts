import { describe, expect, it } from '@jest/globals';
import { HubBench, TestClock } from '../testing/hub-bench.js';
import { ofType, TestStream, typesOf } from '../testing/test-stream.js';
import { costOf } from './catch-up.js';
import { Turns } from './turns.js';

const HALF = costOf(Infinity, true);

describe('the turns of those who are behind', () => {
  it('lets so many read in a turn as it has parts for, and the others in the order in which they asked', () => {
    const clock = new TestClock();
    const turns = new Turns(clock);
    const read: string[] = [];
    const ask = (name: string, times: number) => {
      const go = () => {
        while (times > 0) {
          if (!turns.take(HALF, { turnCame: go })) return;
          times -= 1;
          read.push(name);
        }
      };
      go();
    };
    ask('a', 3);
    ask('b', 1);
    ask('c', 2);
    expect(read).toEqual(['a', 'a']);
    clock.advance(1);
    expect(read).toEqual(['a', 'a', 'a', 'b']);
    clock.advance(1);
    expect(read).toEqual(['a', 'a', 'a', 'b', 'c', 'c']);
    clock.advance(1);
    expect(clock.timers).toBe(0);
  });

  it('goes on where one that was called does not read any more', () => {
    const clock = new TestClock();
    const turns = new Turns(clock);
    const called: number[] = [];
    for (let i = 0; i < 2; i++) turns.take(HALF, { turnCame: () => undefined });
    for (let i = 0; i < 5; i++) expect(turns.take(HALF, { turnCame: () => called.push(i) })).toBe(false);
    clock.advance(1);
    expect(called).toEqual([0, 1, 2, 3, 4]);
    turns.take(HALF, { turnCame: () => undefined });
    turns.close();
    expect(clock.timers).toBe(0);
  });
});

describe('a stream that comes back', () => {
  const back = () => {
    const bench = new HubBench();
    for (let i = 0; i < 5; i++) bench.appendAll(Array.from({ length: 1000 }, (_, k) => ['a', k] as const));
    return { bench, stream: new TestStream(bench.reader({ after: 'earliest' })) };
  };

  it('reads what it has missed in turns, between which live readings go out to others', () => {
    const { bench, stream } = back();
    expect(ofType(stream.news(), 'readings')).toHaveLength(16);
    const live = new TestStream(bench.reader());
    live.news();
    bench.append('b', 1);
    expect(typesOf(live.news())).toEqual(['series', 'readings']);
    bench.clock.advance(1);
    expect(ofType(stream.news(), 'readings')).toHaveLength(16);
    bench.clock.advance(1);
    expect(ofType(stream.news(), 'readings').flatMap(({ rows }) => rows)).toHaveLength(5001 - 32 * 128);
  });

  it('is not told goodbye before it has what it is owed (PROTOCOL R20)', () => {
    const { bench, stream } = back();
    bench.hub.stop();
    expect(typesOf(stream.news())).not.toContain('bye');
    bench.clock.advance(1);
    bench.clock.advance(1);
    const frames = stream.news();
    expect(ofType(frames, 'readings').flatMap(({ rows }) => rows)).toHaveLength(5000 - 16 * 128);
    expect(frames.at(-1)).toMatchObject({ type: 'bye' });
  });
});

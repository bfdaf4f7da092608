import { describe, expect, it } from '@jest/globals';
import { jsonWriter } from '@telewire/protocol';
import { HubBench, takeAll } from '../testing/hub-bench.js';
import { ofType, TestStream, typesOf } from '../testing/test-stream.js';

const HOUR_MS = 3_600_000;

describe('a stream of frames', () => {
  it('is as long as what was asked for', () => {
    const bench = new HubBench();
    const stream = new TestStream(bench.reader());
    stream.stalled = true;
    const before = stream.frames.length;
    for (let i = 0; i < 5; i++) {
      bench.append('a', i);
      bench.clock.advance(1000);
    }
    expect(stream.frames).toHaveLength(before + 1);
    stream.ask();
    expect(stream.frames).toHaveLength(before + 2);
  });

  it('carries a heartbeat after heartbeatMs of quiet, and again (PROTOCOL R15)', () => {
    const bench = new HubBench();
    const stream = new TestStream(bench.reader());
    const start = stream.frames.length;
    bench.clock.advance(4999);
    expect(stream.frames).toHaveLength(start);
    bench.clock.advance(1);
    expect(typesOf(stream.frames.slice(start))).toEqual(['heartbeat']);
    bench.clock.advance(10_000);
    expect(typesOf(stream.frames.slice(start))).toEqual(['heartbeat', 'heartbeat', 'heartbeat']);
  });

  it('carries no heartbeat while it is busy, and one heartbeatMs after the last frame', () => {
    const bench = new HubBench();
    const stream = new TestStream(bench.reader());
    for (let i = 0; i < 20; i++) {
      bench.clock.advance(1000);
      bench.append('a', i);
    }
    expect(ofType(stream.frames, 'heartbeat')).toHaveLength(0);
    bench.clock.advance(4999);
    expect(ofType(stream.frames, 'heartbeat')).toHaveLength(0);
    bench.clock.advance(1);
    expect(ofType(stream.frames, 'heartbeat')).toHaveLength(1);
  });

  it.each([5000, 300])(
    'beats on time, however ticks and frames fall, with a beat of %i ms (PROTOCOL R15)',
    (heartbeatMs) => {
      const bench = new HubBench({}, { heartbeatMs });
      const before = new TestStream(bench.reader());
      bench.clock.advance(130);
      const stream = new TestStream(bench.reader());
      stream.news();
      for (let beats = 0; beats < 3; beats++) {
        bench.clock.advance(heartbeatMs - 1);
        expect(stream.news()).toEqual([]);
        bench.clock.advance(1);
        expect(typesOf(stream.news())).toEqual(['heartbeat']);
      }
      bench.clock.advance(heartbeatMs - 1);
      stream.close();
      before.close();
      // The group lingers for a while.
      expect(bench.clock.timers).toBe(1);
    },
  );

  it('goes on with heartbeats when the clock is set back by an hour', () => {
    const bench = new HubBench();
    const stream = new TestStream(bench.reader());
    bench.clock.set(-HOUR_MS);
    bench.clock.advance(20_000);
    expect(ofType(stream.frames, 'heartbeat').length).toBeGreaterThanOrEqual(3);
    expect(ofType(stream.frames, 'heartbeat').length).toBeLessThanOrEqual(5);
  });

  it('gives a transport that did not ask for long a heartbeat as soon as it asks', () => {
    const bench = new HubBench();
    bench.append('a', 0);
    const stream = new TestStream(bench.reader());
    stream.stalled = true;
    bench.append('a', 1);
    bench.clock.advance(7000);
    expect(stream.frames.at(-1)!.type).toBe('readings');
    stream.ask();
    expect(stream.frames.at(-1)!.type).toBe('heartbeat');
    // For the ladder: what is not about to be due has no timer of its own.
    expect(bench.clock.timers).toBe(1);
  });

  it('ends with bye, behind what is owed (PROTOCOL R20)', () => {
    const bench = new HubBench();
    const stream = new TestStream(bench.reader());
    bench.append('a', 1);
    bench.append('a', 2);
    bench.hub.stop();
    expect(typesOf(stream.frames).slice(-2)).toEqual(['readings', 'bye']);
    expect(stream.frames.at(-1)).toMatchObject({ reason: 'stopping', retryAfterMs: 2000 });
    expect(stream.ended).toBe(true);
    expect(bench.hub.readerCount).toBe(0);
  });

  it('does not wait for the pace before bye', () => {
    const bench = new HubBench();
    const reader = bench.reader({ maxHz: 1 });
    takeAll(reader);
    bench.append('a', 1);
    takeAll(reader);
    bench.append('a', 2);
    expect(takeAll(reader)).toEqual([]);
    bench.hub.stop();
    expect(reader.take()?.type).toBe('readings');
    expect(reader.take()?.type).toBe('bye');
  });

  it('ends with bye although it does not ask, and is owed more, where there is no more time', () => {
    const bench = new HubBench();
    for (let i = 0; i < 20; i++) bench.appendAll(Array.from({ length: 1000 }, (_, k) => ['a', k] as const));
    const stalled = new TestStream(bench.reader());
    stalled.stalled = true;
    const behind = new TestStream(bench.reader({ after: 'earliest' }));
    bench.append('a', 1);
    bench.hub.stop();
    for (const { ended } of [stalled, behind]) expect(ended).toBe(false);
    bench.hub.leave();
    for (const { frames, ended } of [stalled, behind]) {
      expect(ended).toBe(true);
      expect(typesOf(frames).filter((type) => type === 'bye')).toHaveLength(1);
      expect(frames.at(-1)).toMatchObject({ type: 'bye' });
    }
    expect(bench.hub.readerCount).toBe(0);
  });

  it('that opens while the gateway stops says no more than bye', () => {
    const bench = new HubBench();
    bench.hub.stop();
    const stream = new TestStream(bench.hub.open(jsonWriter));
    expect(typesOf(stream.frames)).toEqual(['bye']);
    expect(stream.ended).toBe(true);
  });

  it('leaves nothing behind when it is closed: no reader, no timer, and after the linger time no group', () => {
    const bench = new HubBench();
    const streams = [new TestStream(bench.reader()), new TestStream(bench.reader({ policy: 'latest', maxHz: 1 }))];
    bench.append('a', 1);
    bench.append('a', 2);
    for (const stream of streams) stream.close();
    expect(bench.hub.readerCount).toBe(0);
    expect(bench.hub.groupCount).toBe(2);
    bench.clock.advance(10_000);
    expect(bench.hub.groupCount).toBe(0);
    expect(bench.clock.timers).toBe(0);
    bench.append('a', 3);
    // Of a series that no group has heard of yet.
    bench.append('b', 1);
    bench.append('b', 2);
    expect(bench.clock.timers).toBe(0);
  });
});

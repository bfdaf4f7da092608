import { describe, expect, it } from '@jest/globals';
import { LADDER_TICK_MS, RowReader, type Service, type SoleSubscription } from '@telewire/protocol';
import { HubBench } from '../testing/hub-bench.js';
import { ofType, TestStream, typesOf } from '../testing/test-stream.js';

// How long a client may be behind on each rung, and keep up on one (libs/protocol ladder).
const DOWN_MS = 4 * LADDER_TICK_MS;
const UP_MS = 10 * LADDER_TICK_MS;

/** A device that sends a reading of `a` every 100 ms, and a client. */
class Scene {
  readonly bench = new HubBench({}, { heartbeatMs: 2000 });
  readonly stream: TestStream;
  readonly #rows = new RowReader();
  #value = 0;
  /** What the client knows of how it is served. */
  service: Service | undefined;
  /** Ordinals of all that it was delivered. */
  readonly ordinals: number[] = [];

  constructor(subscription: Partial<SoleSubscription> = {}) {
    this.append(0);
    this.stream = new TestStream(this.bench.reader({ maxHz: 60, ...subscription }));
    this.listen();
  }

  append(value = ++this.#value): void {
    this.bench.append('a', value);
  }

  /** Lets time pass while readings come; every 100 ms `each` is called. */
  pass(ms: number, each: () => void = () => undefined): void {
    for (let at = 0; at < ms; at += 100) {
      this.bench.clock.advance(100);
      this.append();
      each();
    }
  }

  /** Takes in what has come; the values of it. */
  listen(): unknown[] {
    const values = [];
    for (const frame of this.stream.news()) {
      if (frame.type === 'series') this.#rows.learn(frame.names);
      if (frame.type === 'degraded') this.service = frame.policy;
      if (frame.type !== 'readings') continue;
      for (const row of frame.rows) {
        const reading = this.#rows.read(row);
        this.ordinals.push(reading.n);
        values.push(reading.value);
      }
    }
    return values;
  }
}

describe('a client that cannot keep up (PROTOCOL R32)', () => {
  it('is told, when it reads again, and gets the extremes of what it has missed, then every reading as before', () => {
    const scene = new Scene();
    scene.pass(1000);
    scene.listen();
    scene.stream.stalled = true;
    scene.pass(500);
    scene.append(9999);
    scene.pass(DOWN_MS - 500);
    expect([...scene.bench.hub.degraded]).toEqual([]);
    scene.pass(500);
    expect([...scene.bench.hub.degraded]).toEqual([['extremes', 1]]);
    expect(scene.listen()).toHaveLength(1);
    scene.stream.stalled = false;
    scene.stream.ask();
    const [degraded, readings] = scene.stream.frames;
    expect(degraded).toMatchObject({
      type: 'degraded',
      policy: 'extremes',
      cursor: (readings as { from: string }).from,
    });
    // The first, the spike, the last; the smallest is the first.
    expect(scene.listen()).toEqual([12, 9999, 35]);
    scene.pass(UP_MS + 500);
    scene.listen();
    expect(scene.service).toBe('every');
    expect([...scene.bench.hub.degraded]).toEqual([]);
    const seen = scene.ordinals.length;
    scene.pass(1000);
    expect(scene.listen()).toHaveLength(10);
    const tail = scene.ordinals.slice(seen - 1);
    expect(tail).toEqual(tail.map((_, i) => tail[0]! + i));
    expect(scene.ordinals.at(-1)).toBe(scene.bench.journal.head);
    expect(scene.ordinals).toEqual([...scene.ordinals].sort((a, b) => a - b));
  });

  it('steps down to latest and to a pause, in which it hears heartbeats that leave it where it is, and up again', () => {
    const scene = new Scene({ policy: 'extremes' });
    scene.pass(1000);
    scene.stream.stalled = true;
    scene.pass(2 * DOWN_MS + 1000);
    expect([...scene.bench.hub.degraded]).toEqual([['paused', 1]]);
    scene.listen();
    scene.stream.stalled = false;
    scene.stream.ask();
    scene.bench.clock.advance(2900);
    const cursor = ofType(scene.stream.frames, 'degraded')[0]?.cursor;
    expect(typesOf(scene.stream.frames)).toEqual(['degraded', 'heartbeat']);
    expect(ofType(scene.stream.frames, 'heartbeat')[0]!.cursor).toBe(cursor);
    expect(scene.listen()).toEqual([]);
    scene.pass(UP_MS);
    scene.listen();
    expect(scene.service).toBe('latest');
    scene.pass(UP_MS);
    scene.listen();
    expect(scene.service).toBe('extremes');
    expect(scene.ordinals.at(-1)).toBe(scene.bench.journal.head);
  });

  it('hears nothing of it where it has caught up before it reads again', () => {
    const scene = new Scene();
    scene.pass(1000);
    scene.stream.stalled = true;
    scene.pass(DOWN_MS - 300);
    scene.stream.stalled = false;
    scene.stream.ask();
    scene.pass(1000);
    scene.listen();
    expect(scene.service).toBeUndefined();
    expect(scene.ordinals).toEqual(scene.ordinals.map((_, i) => i + 2));
  });

  it('falls behind, and is owed every reading, where it asked for that', () => {
    const scene = new Scene({ onSlow: 'lag' });
    scene.pass(1000);
    scene.stream.stalled = true;
    scene.pass(60_000);
    expect([...scene.bench.hub.degraded]).toEqual([]);
    scene.stream.stalled = false;
    scene.stream.ask();
    scene.listen();
    expect(scene.service).toBeUndefined();
    expect(scene.ordinals).toEqual(Array.from({ length: 610 }, (_, i) => i + 2));
  });

  it('is slow also when it takes a frame now and then, and never all there is', () => {
    const scene = new Scene({ maxHz: 10 });
    scene.pass(1000);
    scene.stream.stalled = true;
    let calls = 0;
    scene.pass(DOWN_MS + 1000, () => ++calls % 3 === 0 && scene.stream.ask());
    expect([...scene.bench.hub.degraded.keys()]).toEqual(['extremes']);
  });

  it('is not slow while it reads what was before it came, for as long as it goes on reading', () => {
    const scene = new Scene();
    for (let i = 0; i < 20; i++) scene.bench.appendAll(Array.from({ length: 1000 }, (_, k) => ['a', k] as const));
    const late = new TestStream(scene.bench.reader({ after: 'earliest' }), true);
    let calls = 0;
    scene.pass(3 * DOWN_MS, () => ++calls % 4 === 0 && late.ask());
    expect(scene.bench.hub.degraded.size).toBe(0);
    scene.pass(DOWN_MS + 500);
    expect([...scene.bench.hub.degraded]).toEqual([['extremes', 1]]);
  });

  it('is slow where more comes than it takes of what was before it came', () => {
    const scene = new Scene();
    for (let i = 0; i < 20; i++) scene.bench.appendAll(Array.from({ length: 1000 }, (_, k) => ['a', k] as const));
    const late = new TestStream(scene.bench.reader({ after: 'earliest' }), true);
    let calls = 0;
    scene.pass(DOWN_MS + 1000, () => {
      for (let i = 0; i < 100; i++) scene.append();
      if (++calls % 4 === 0) late.ask();
    });
    expect([...scene.bench.hub.degraded]).toEqual([['extremes', 1]]);
  });

  it('is not slow while it waits for its turn to read, and is once its turn has come and it does not', () => {
    const bench = new HubBench();
    for (let i = 0; i < 20; i++) bench.appendAll(Array.from({ length: 1000 }, (_, k) => ['a', k] as const));
    const greedy = new TestStream(bench.reader({ after: 'earliest' }));
    const two = bench.reader({ after: 'earliest', maxHz: 1 }, 'a');
    two.subscribe('b', { filters: ['#'], policy: 'every', maxHz: 2, after: 'earliest' });
    const stream = new TestStream(two);
    expect(ofType(stream.frames, 'readings')).toEqual([]);
    stream.stalled = true;
    bench.clock.advance(2);
    expect(ofType(stream.frames, 'readings')).toHaveLength(1);
    for (let i = 0; i < 6; i++) {
      bench.append('a', i);
      bench.clock.advance(LADDER_TICK_MS);
    }
    expect(two.degraded).toEqual(['extremes', 'extremes']);
    greedy.close();
  });

  it('is not slow where nothing comes', () => {
    const scene = new Scene();
    scene.stream.stalled = true;
    scene.bench.clock.advance(60_000);
    expect(scene.bench.hub.degraded.size).toBe(0);
  });

  it('begins anew at what it asks for with another contract', () => {
    const scene = new Scene();
    const reader = scene.bench.reader({ maxHz: 60 }, 'b');
    new TestStream(reader).stalled = true;
    scene.pass(DOWN_MS + 1000);
    expect(reader.degraded).toEqual(['extremes']);
    reader.change('b', { filters: ['#'], policy: 'every', maxHz: 60, onSlow: 'lag' });
    expect(reader.degraded).toEqual([]);
  });
});

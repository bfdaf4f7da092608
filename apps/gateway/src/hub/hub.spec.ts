import { describe, expect, it } from '@jest/globals';
import { HubBench, takeAll } from '../testing/hub-bench.js';

describe('the hub', () => {
  it('says at the start of a stream how it behaves (PROTOCOL R15)', () => {
    const { hub, clock } = new HubBench({}, { heartbeatMs: 700, reconnectSpreadMs: 300 });
    expect(hub.hello()).toEqual({
      type: 'hello',
      protocol: 1,
      at: clock.now(),
      heartbeatMs: 700,
      reconnectSpreadMs: 300,
    });
  });

  it('keeps a group for 10 s after its last member, for a long-poll that is between two requests', () => {
    const { hub, clock, ...bench } = new HubBench();
    const open = HubBench.prototype.reader.bind({ hub, ...bench } as HubBench);
    for (let polls = 0; polls < 10; polls++) {
      const reader = open();
      clock.advance(100);
      reader.close();
      clock.advance(9000);
      expect(hub.groupCount).toBe(1);
    }
    clock.advance(1000);
    expect(hub.groupCount).toBe(0);
    expect(clock.timers).toBe(0);
  });

  it('keeps a group that was joined again', () => {
    const bench = new HubBench();
    bench.reader().close();
    const reader = bench.reader();
    takeAll(reader);
    bench.clock.advance(60_000);
    bench.append('a', 1);
    expect(takeAll(reader).map(({ type }) => type)).toEqual(['series', 'readings']);
  });

  it('makes a group anew for terms that come back after it was forgotten', () => {
    const bench = new HubBench();
    bench.append('a', 1);
    bench.reader().close();
    bench.clock.advance(10_000);
    const reader = bench.reader();
    takeAll(reader);
    bench.append('a', 2);
    expect(takeAll(reader)).toMatchObject([{ type: 'readings', rows: [[1, expect.anything(), 2, 0, 0, 2]] }]);
  });

  it('gives a group each reading once although several of its filters match, and one of them twice', () => {
    const bench = new HubBench();
    const reader = bench.reader({ filters: ['#', 'a/#', 'a/+', 'a/#'] });
    takeAll(reader);
    bench.append('a/b', 1);
    expect(takeAll(reader).at(-1)).toMatchObject({ rows: [[1, expect.anything(), 1, 0, 0, 1]] });
  });

  it('drops what is still open when it closes, and keeps no timer', () => {
    const bench = new HubBench();
    const readers = [bench.reader(), bench.reader({ filters: ['a'], maxHz: 1 })];
    bench.append('a', 1);
    bench.append('a', 2);
    bench.hub.close();
    expect([bench.hub.readerCount, bench.hub.groupCount, bench.clock.timers]).toEqual([0, 0, 0]);
    bench.append('a', 3);
    for (const reader of readers) expect(takeAll(reader)).toEqual([]);
  });
});

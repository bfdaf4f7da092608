import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Listener } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { mostInASecond, seededRandom } from '../testing/storm.js';
import { TRANSPORTS, type Telewire } from './index.js';

const CLIENTS = 200;
const SPREAD_MS = 2_000;
// A draw is a draw: in one second so many times the mean may come.
const ALLOWED = 1.5 * (CLIENTS / (SPREAD_MS / 1000));

describe(`${CLIENTS} clients at one moment`, () => {
  let gateway: ScriptedGateway;
  let clients: Telewire[];
  let widgets: Listener[];
  let attempts: number[];

  beforeEach(() => {
    gateway = new ScriptedGateway();
    gateway.reconnectSpreadMs = SPREAD_MS;
    attempts = [];
    const random = seededRandom(20_261);
    const count = () => attempts.push(gateway.clock.now());
    class CountedSocket extends gateway.WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        count();
        super(...given);
      }
    }
    const fetch: typeof gateway.fetch = (...given) => {
      count();
      return gateway.fetch(...given);
    };
    clients = Array.from({ length: CLIENTS }, () => gateway.client({ random, WebSocket: CountedSocket, fetch }));
    widgets = [];
  });
  afterEach(() => clients.forEach((client) => client.close()));

  const open = (feeds: number) => {
    for (const client of clients)
      for (let i = 0; i < feeds; i++) widgets.push(new Listener(client.feed({ filters: ['a/#'], transport: 'auto' })));
  };
  const listen = async (feeds: number) => {
    open(feeds);
    await gateway.pass(12_000);
    expect(widgets.every(({ state }) => state.phase === 'live')).toBe(true);
  };
  /** The gateway refuses connections, or it is silent: its host is off, or a wall is between. */
  const leave = (how: 'down' | 'silent') => TRANSPORTS.forEach((each) => gateway[how].add(each));
  const lose = async (awayMs: number, how: 'down' | 'silent' = 'down') => {
    attempts.length = 0;
    leave(how);
    gateway.cut('websocket');
    await gateway.pass(awayMs);
  };
  const restart = () => {
    gateway.down.clear();
    gateway.silent.clear();
    gateway.append('a/x');
  };
  /** Runs until all are live; gives when each was, in milliseconds from now. */
  const untilLive = async (longestMs: number) => {
    const live: number[] = [];
    for (let passed = 0; live.length < widgets.length && passed < longestMs; passed += 100) {
      await gateway.pass(100);
      const now = widgets.filter(({ state }) => state.phase === 'live').length;
      while (live.length < now) live.push(passed + 100);
    }
    return live;
  };

  it.each([
    [1, 500],
    [1, 7_000],
    [3, 7_000],
    [1, 40_000],
    [1, 40_000, 'silent'],
  ] as [number, number, ('down' | 'silent')?][])(
    'that lose their gateway, with %d feeds each, for %d ms, try no oftener than its word allows, and all come back%s',
    async (feeds, awayMs, how = 'down') => {
      await listen(feeds);
      await lose(awayMs, how);
      restart();
      expect(await untilLive(30_000)).toHaveLength(widgets.length);
      expect(mostInASecond(attempts)).toBeLessThanOrEqual(ALLOWED);
      for (const { readings, gaps } of widgets) {
        expect(readings).toEqual(['a/x#1']);
        expect(gaps).toEqual([]);
      }
    },
  );

  it.each([
    [1, 'down', 15_000],
    [3, 'down', 15_000],
    [1, 'silent', 100_000],
  ] as const)(
    'that begin while it is away, with %d feeds each, try all once, and then one by one (%s)',
    async (feeds, how, firstMs) => {
      leave(how);
      open(feeds);
      await gateway.pass(firstMs);
      attempts.length = 0;
      await gateway.pass(60_000);
      // Four windows, and where the draw has it the edge of a fifth.
      expect(attempts.length).toBeLessThanOrEqual(5 * CLIENTS);
      expect(attempts.length).toBeGreaterThan(2 * CLIENTS);
      attempts.length = 0;
      restart();
      expect(await untilLive(30_000)).toHaveLength(widgets.length);
      expect(widgets.flatMap(({ gaps }) => gaps)).toEqual([]);
    },
  );

  it('that begin while it is away try no oftener where their people go from page to page meanwhile', async () => {
    leave('down');
    open(1);
    await gateway.pass(15_000);
    attempts.length = 0;
    for (let page = 0; page < 12; page++) {
      widgets.splice(0).forEach((widget) => widget.stop());
      open(1);
      await gateway.pass(5_000);
    }
    expect(attempts.length).toBeLessThanOrEqual(6 * CLIENTS);
    restart();
    expect(await untilLive(30_000)).toHaveLength(widgets.length);
  });

  it('that lose their gateway do not storm where their people open other pages meanwhile', async () => {
    await listen(1);
    await lose(1_000);
    const others = clients.map((client) => new Listener(client.feed({ filters: ['b/#'], transport: 'auto' })));
    await gateway.pass(3_000);
    restart();
    widgets.push(...others);
    expect(await untilLive(30_000)).toHaveLength(2 * CLIENTS);
    // A feed that comes later is out of step with the first, and tries another transport where that tries this one.
    expect(mostInASecond(attempts)).toBeLessThanOrEqual(1.5 * ALLOWED);
  });

  it('that lose their gateway are back soon where it was away for a moment', async () => {
    await listen(1);
    await lose(1_500);
    restart();
    const live = await untilLive(30_000);
    expect(live[CLIENTS / 2]).toBeLessThanOrEqual(1_500);
    expect(live.at(-1)).toBeLessThanOrEqual(2_000);
    expect(attempts.length).toBeLessThanOrEqual(2 * CLIENTS);
  });
});

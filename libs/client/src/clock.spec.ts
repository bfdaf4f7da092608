import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../testing/virtual-clock.js';
import { connect, type ClockEstimate } from './index.js';

let time: VirtualClock;
let asked: number[];
/** One way there and one way back, in milliseconds; the last goes on. */
let trips: [number, number][];
let offset: number;
let broken: boolean;

const wait = (ms: number, signal?: AbortSignal | null) =>
  new Promise<void>((resolve, reject) => {
    const timer = time.schedule(() => resolve(), ms);
    signal?.addEventListener('abort', () => {
      timer.unsubscribe();
      reject(new DOMException('aborted', 'AbortError'));
    });
  });
const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
  asked.push(time.now());
  const [there, back] = trips.length > 1 ? trips.shift()! : trips[0]!;
  await wait(there, init?.signal);
  if (broken) return new Response('<html>', { status: 502 });
  const at = time.now() + offset;
  await wait(back, init?.signal);
  return Response.json({ at });
};
const listen = () => {
  const estimates: ClockEstimate[] = [];
  const { clock } = connect({ url: 'http://gateway.test', fetch: fetch, scheduler: time });
  const subscription = clock.subscribe((estimate) => estimates.push(estimate));
  return { clock, estimates, subscription };
};

beforeEach(() => {
  time = new VirtualClock();
  asked = [];
  trips = [[10, 10]];
  offset = 5000;
  broken = false;
});

describe('the clock', () => {
  it('measures three times quickly and then every half minute, and rests while nobody listens', async () => {
    const { clock, subscription } = listen();
    const start = time.now();
    await time.pass(62_000);
    expect(asked.map((at) => at - start)).toEqual([0, 500, 1000, 31_000, 61_000]);
    subscription.unsubscribe();
    expect(time.pending).toBe(0);
    await time.pass(120_000);
    expect(asked).toHaveLength(5);
    clock.subscribe().unsubscribe();
    await time.pass(1000);
    expect(time.pending).toBe(0);
  });

  it('keeps the estimate with the shortest round trip, whose half is the bound', async () => {
    trips = [
      [40, 60],
      [8, 12],
      [300, 10],
    ];
    const { estimates, subscription } = listen();
    await time.pass(2000);
    expect(estimates).toEqual([
      { offsetMs: 4990, boundMs: 50 },
      { offsetMs: 4998, boundMs: 10 },
    ]);
    subscription.unsubscribe();
  });

  it('is never further off than its bound', async () => {
    for (const trip of [
      [0, 30],
      [30, 0],
      [11, 19],
    ] as [number, number][]) {
      trips = [trip];
      const { estimates, subscription } = listen();
      await time.pass(2000);
      const { offsetMs, boundMs } = estimates.at(-1)!;
      expect(Math.abs(offsetMs - offset)).toBeLessThanOrEqual(boundMs);
      subscription.unsubscribe();
    }
  });

  it('forgets a good round trip after eight more', async () => {
    trips = [
      [1, 1],
      [20, 20],
    ];
    const { estimates, subscription } = listen();
    await time.pass(31_000 + 5 * 30_000);
    expect(estimates.at(-1)!.boundMs).toBe(1);
    await time.pass(31_000);
    expect(estimates.at(-1)!.boundMs).toBe(20);
    subscription.unsubscribe();
  });

  it('believes a clock that was set, at once', async () => {
    const { estimates, subscription } = listen();
    await time.pass(2000);
    offset = -3_600_000;
    trips = [[50, 50]];
    await time.pass(30_000);
    expect(estimates.at(-1)).toEqual({ offsetMs: -3_600_000, boundMs: 50 });
    subscription.unsubscribe();
  });

  it('lets a failed measurement pass, and one that hangs', async () => {
    broken = true;
    const { estimates, subscription } = listen();
    await time.pass(2000);
    expect(estimates).toEqual([]);
    broken = false;
    trips = [
      [1e9, 0],
      [5, 5],
    ];
    await time.pass(65_000);
    expect(estimates).toEqual([{ offsetMs: 5000, boundMs: 5 }]);
    subscription.unsubscribe();
    expect(time.pending).toBe(0);
  });

  it('gives the latest estimate to those who come later', async () => {
    const { clock, subscription } = listen();
    await time.pass(2000);
    const late: ClockEstimate[] = [];
    const second = clock.subscribe((estimate) => late.push(estimate));
    expect(late).toEqual([{ offsetMs: 5000, boundMs: 10 }]);
    subscription.unsubscribe();
    second.unsubscribe();
    const after: ClockEstimate[] = [];
    clock.subscribe((estimate) => after.push(estimate)).unsubscribe();
    expect(after).toEqual([{ offsetMs: 5000, boundMs: 10 }]);
  });
});

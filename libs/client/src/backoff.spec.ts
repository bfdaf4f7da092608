import { describe, expect, it } from '@jest/globals';
import { mostInASecond, seededRandom } from '../testing/storm.js';
import { Backoff, BASE_MS, CAP_MS, FLOOR_MS, STEADY_MS } from './backoff.js';

/** When each of `count` attempts is made, of which each takes `tookMs` to fail. */
function attemptsOf(backoff: Backoff, count: number, tookMs = 0): number[] {
  let now = 0;
  return Array.from({ length: count }, () => {
    const at = now + backoff.next(now);
    now = at + tookMs;
    return at;
  });
}
const always = (random: number, spreadMs = BASE_MS) => new Backoff(() => random, { spreadMs });

describe('the backoff', () => {
  it('gives an attempt its place in each of windows that grow from its base to its cap', () => {
    expect(attemptsOf(always(0), 7)).toEqual([FLOOR_MS, 500, 1500, 3500, 7500, 15_500, 30_500]);
    expect(attemptsOf(always(0.5), 7)).toEqual([250, 1000, 2500, 5500, 11_500, 23_000, 38_000]);
  });

  it.each([0, 499, 500, 60_000])(
    'never leaves out the pause, however lucky the draw (failures take %d ms)',
    (tookMs) => {
      const at = attemptsOf(always(0), 9, tookMs);
      for (const [i, each] of at.slice(1).entries()) expect(each - at[i]!).toBeGreaterThanOrEqual(tookMs + FLOOR_MS);
    },
  );

  it('stays finite after a week without a gateway', () => {
    const at = attemptsOf(always(0.9), 5000);
    expect(at.at(-1)! - at.at(-2)!).toBeCloseTo(CAP_MS);
  });

  it('spreads attempts at least as far as the gateway said, and grows from there (PROTOCOL R22)', () => {
    expect(attemptsOf(always(0.75, 2000), 6)).toEqual([1500, 3500, 5500, 9000, 16_000, 29_250]);
  });

  it.each([0, 50, 3000, 6000])(
    'has no more clients try in a second than if they came once within the spread, where attempts fail after %d ms',
    (tookMs) => {
      const random = seededRandom(7);
      const [clients, spreadMs] = [2000, 4000];
      const all = Array.from({ length: clients }, () => attemptsOf(new Backoff(random, { spreadMs }), 12, tookMs));
      expect(mostInASecond(all.flat())).toBeLessThan(1.25 * (clients / (spreadMs / 1000)));
    },
  );

  it('waits at least as long as it was told, and still not all at the same moment', () => {
    expect(always(0.5).next(0, 3000)).toBe(3250);
  });

  it('does not vanish for a day because a header says so, or because the clock was set back', () => {
    expect(always(0).next(0, 86_400_000)).toBeLessThan(700_000);
    const backoff = always(0.5);
    backoff.next(1e9);
    expect(backoff.next(0)).toBeLessThanOrEqual(1000);
  });

  it('forgets failures only when data has flowed for a while', () => {
    const backoff = always(1);
    backoff.next(0);
    backoff.next(500);
    backoff.flowed(1500);
    backoff.flowed(1500 + STEADY_MS - 1);
    expect(backoff.next(100_000)).toBe(2000);
    backoff.flowed(102_000);
    backoff.flowed(102_000 + STEADY_MS);
    expect(backoff.next(200_000)).toBe(BASE_MS);
  });

  it('is not reset by connections that open, say something and die, however many they are', () => {
    const backoff = always(1);
    const drawn = Array.from({ length: 7 }, (_, i) => {
      backoff.flowed(i * 2 * CAP_MS);
      return backoff.next(i * 2 * CAP_MS);
    });
    expect(drawn.at(-1)).toBe(CAP_MS);
  });

  it('cuts what is left of a pause to a draw from the spread, and only where that is longer', () => {
    const backoff = always(0.5, 2000);
    attemptsOf(backoff, 6);
    expect(backoff.sooner(7000, 0)).toBe(1000);
    expect(always(0.5).sooner(300, 0)).toBe(300);
    let draw = 1;
    const lucky = new Backoff(() => draw);
    attemptsOf(lucky, 6);
    draw = 0;
    expect(lucky.sooner(7000, 0)).toBe(FLOOR_MS);
  });

  it('cuts one pause in a while, and forgets no failure by it', () => {
    const backoff = always(1);
    attemptsOf(backoff, 6);
    expect(backoff.sooner(9000, 0)).toBe(BASE_MS);
    expect(backoff.next(BASE_MS)).toBe(CAP_MS);
    expect(backoff.sooner(9000, CAP_MS - 1)).toBe(9000);
    expect(backoff.sooner(9000, CAP_MS)).toBe(BASE_MS);
  });

  it('cuts nothing from what the gateway asked for', () => {
    const backoff = always(1);
    const at = attemptsOf(backoff, 6).at(-1)!;
    expect(backoff.next(at, 20_000)).toBe(20_000 + CAP_MS);
    expect(backoff.sooner(34_000, at + 1_000)).toBe(19_000 + BASE_MS);
    backoff.next(at + 20_000, 20_000);
    expect(backoff.sooner(10_000, at + 45_000)).toBe(BASE_MS);
  });

  it('cuts nothing from that by cutting twice', () => {
    const backoff = always(1, 2000);
    const askedUntil = attemptsOf(backoff, 6).at(-1)! + 60_000;
    let now = askedUntil - 60_000;
    let at = now + backoff.next(now, 60_000);
    expect(at).toBe(askedUntil + CAP_MS);
    for (const [cutAt, leftMs] of [
      [1_000, 59_000 + 2000],
      [20_000, 40_000 + 2000],
      [40_000, 20_000 + 2000],
    ] as const) {
      now = askedUntil - 60_000 + cutAt;
      at = now + backoff.sooner(at - now, now);
      expect(at - now).toBe(leftMs);
    }
  });

  it('goes on as a copy from where it is', () => {
    const backoff = always(0.75, 2000);
    const [first] = attemptsOf(backoff, 1);
    expect(backoff.copy().next(first!)).toBe(backoff.next(first!));
  });
});

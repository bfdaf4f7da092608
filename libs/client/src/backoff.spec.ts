import { describe, expect, it } from '@jest/globals';
import { Backoff, BASE_MS, CAP_MS, FLOOR_MS, STEADY_MS } from './backoff.js';

const pauses = (random: number, count: number, backoff = new Backoff(() => random)) =>
  Array.from({ length: count }, () => backoff.next());

describe('the backoff', () => {
  it('grows from its base to its cap, and draws from all of it', () => {
    expect(pauses(1, 8)).toEqual([BASE_MS, 1000, 2000, 4000, 8000, CAP_MS, CAP_MS, CAP_MS]);
    expect(pauses(0.5, 3)).toEqual([250, 500, 1000]);
  });

  it('never leaves out the pause, however lucky the draw', () => {
    expect(pauses(0, 3)).toEqual([FLOOR_MS, FLOOR_MS, FLOOR_MS]);
  });

  it('stays finite after a week without a gateway', () => {
    expect(pauses(1, 5000).at(-1)).toBe(CAP_MS);
  });

  it('spreads attempts at least as far as the gateway said, and grows from there (PROTOCOL R22)', () => {
    const backoff = new Backoff(() => 0.75);
    backoff.spreadMs = 2000;
    expect(pauses(0.75, 5, backoff)).toEqual([1500, 1500, 1500, 3000, 6000]);
  });

  it('waits at least as long as it was told, and still not all at the same moment', () => {
    const backoff = new Backoff(() => 0.5);
    expect(backoff.next(3000)).toBe(3250);
  });

  it('does not vanish for a day because a header says so', () => {
    expect(new Backoff(() => 0).next(86_400_000)).toBeLessThan(700_000);
  });

  it('forgets failures only when data has flowed for a while', () => {
    const backoff = new Backoff(() => 1);
    backoff.next();
    backoff.next();
    backoff.flowed(0);
    backoff.flowed(STEADY_MS - 1);
    expect(backoff.next()).toBe(2000);
    backoff.flowed(100_000);
    backoff.flowed(100_000 + STEADY_MS);
    expect(backoff.next()).toBe(BASE_MS);
  });

  it('is not reset by connections that open, say something and die, however many they are', () => {
    const backoff = new Backoff(() => 1);
    const drawn = Array.from({ length: 7 }, (_, i) => {
      backoff.flowed(i * STEADY_MS);
      return backoff.next();
    });
    expect(drawn.at(-1)).toBe(CAP_MS);
  });

  it('cuts what is left of a pause to a draw from the spread, and only where that is longer', () => {
    const backoff = new Backoff(() => 0.5);
    backoff.spreadMs = 2000;
    pauses(0.5, 6, backoff);
    expect(backoff.sooner(7000, 0)).toBe(1000);
    expect(new Backoff(() => 0.5).sooner(300, 0)).toBe(300);
    let draw = 1;
    const lucky = new Backoff(() => draw);
    pauses(1, 6, lucky);
    draw = 0;
    expect(lucky.sooner(7000, 0)).toBe(FLOOR_MS);
  });

  it('cuts one pause in a while, and forgets no failure by it', () => {
    const backoff = new Backoff(() => 1);
    pauses(1, 6, backoff);
    expect(backoff.sooner(9000, 0)).toBe(BASE_MS);
    expect(backoff.next()).toBe(CAP_MS);
    expect(backoff.sooner(9000, CAP_MS - 1)).toBe(9000);
    expect(backoff.sooner(9000, CAP_MS)).toBe(BASE_MS);
  });

  it('cuts nothing from what the gateway asked for', () => {
    const backoff = new Backoff(() => 1);
    pauses(1, 6, backoff);
    expect(backoff.next(20_000)).toBe(20_000 + CAP_MS);
    expect(backoff.sooner(34_000, 0)).toBe(19_000 + BASE_MS);
    backoff.next(20_000);
    expect(backoff.sooner(10_000, CAP_MS)).toBe(BASE_MS);
  });
});

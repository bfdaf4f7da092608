import { describe, expect, it } from '@jest/globals';
import { ShownAge } from './shown-age.js';

describe('the shown age', () => {
  it('is unknown until something is shown', () => {
    const shown = new ShownAge();
    expect(shown.mean(1000)).toBeUndefined();
    expect(shown.at(1000)).toBeUndefined();
  });

  it('grows until a newer reading comes: half the interval and the delay, in the mean', () => {
    const shown = new ShownAge();
    // Each second a reading that took 100 ms.
    for (let at = 0; at <= 10_000; at += 1000) shown.show(at, at + 100);
    expect(shown.mean(10_100)).toBe(600);
  });

  it('is the mean over time, and not over readings', () => {
    const shown = new ShownAge();
    shown.show(0, 0);
    shown.show(900, 900);
    shown.show(1000, 1000);
    // 0 to 900 over 900 ms, then 0 to 100 over 100 ms.
    expect(shown.mean(1000)).toBe((450 * 900 + 50 * 100) / 1000);
  });

  it('is not made older by a reading that comes late', () => {
    const shown = new ShownAge();
    shown.show(500, 1000);
    shown.show(100, 1000);
    expect(shown.at(1200)).toBe(700);
  });

  it('counts the time since the last reading too', () => {
    const shown = new ShownAge();
    shown.show(0, 0);
    expect(shown.mean(4000)).toBe(2000);
    expect(shown.mean(8000)).toBe(4000);
  });

  it('forgets on a restart what has passed, not what is shown', () => {
    const shown = new ShownAge();
    shown.show(0, 0);
    shown.mean(5000);
    shown.restart(5000);
    expect(shown.mean(7000)).toBe(6000);
  });

  it('loses no sense when the clock is set back', () => {
    const shown = new ShownAge();
    shown.show(1000, 1000);
    shown.show(1500, 400);
    expect(shown.mean(400)).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { every, type Device } from './device.js';
import { MAX_CATCH_UP_MS, Scheduler, type Clock } from './scheduler.js';

const ORIGIN_AT = 1_795_396_986_000;

/** A clock that stands until it is told. */
class StandingClock implements Clock {
  at = ORIGIN_AT;
  #due: { at: number; call: () => void } | undefined;
  now = (): number => this.at;
  after = (ms: number, call: () => void): (() => void) => {
    this.#due = { at: this.at + ms, call };
    return () => (this.#due = undefined);
  };
  /** Sets the clock back; timers run by a clock of their own that nobody sets. */
  setBack(ms: number): void {
    this.at -= ms;
    if (this.#due !== undefined) this.#due.at -= ms;
  }
  /** Runs timers up to an elapsed time; `late` fires them only at the end, as a stalled process would. */
  runTo(elapsedMs: number, late = false): void {
    const end = ORIGIN_AT + elapsedMs;
    while (this.#due !== undefined && this.#due.at <= end) {
      const { at, call } = this.#due;
      this.at = late ? end : at;
      this.#due = undefined;
      call();
    }
    this.at = end;
  }
}

function play(periodMs: number): { clock: StandingClock; scheduler: Scheduler; times: number[] } {
  const clock = new StandingClock();
  const times: number[] = [];
  const tick = every(periodMs, periodMs, (_, elapsedMs) => [{ name: 'n', value: 1, elapsedMs }]);
  const device: Device = { info: { device: 'd', label: 'd', type: 't', simulated: true, series: [] }, tasks: [tick] };
  const scheduler = new Scheduler([device], ORIGIN_AT, (_, pack) => times.push(timeOf(pack)), clock);
  scheduler.start();
  return { clock, scheduler, times };
}
const timeOf = (pack: string): number => Math.round((JSON.parse(pack) as { bt: number }[])[0]!.bt * 1000) - ORIGIN_AT;

describe('Scheduler', () => {
  it('lets a device speak at its times, and no more after it was stopped', () => {
    const { clock, scheduler, times } = play(250);
    clock.runTo(1_100);
    expect(times).toEqual([250, 500, 750, 1_000]);
    scheduler.stop();
    clock.runTo(5_000);
    expect(times).toHaveLength(4);
  });

  it('says after a stall what was missed, with its own times', () => {
    const { clock, times } = play(250);
    clock.runTo(10_000, true);
    expect(times).toEqual(Array.from({ length: 40 }, (_, i) => 250 * (i + 1)));
  });

  it('leaves out what is older than a minute after a long stall', () => {
    const { clock, times } = play(1_000);
    clock.runTo(3_600_000, true);
    expect(times[0]).toBe(3_600_000 - MAX_CATCH_UP_MS);
    expect(times).toHaveLength(MAX_CATCH_UP_MS / 1_000 + 1);
  });

  it('goes on from the new time when the clock is set back', () => {
    const { clock, times } = play(1_000);
    clock.runTo(10_000);
    clock.setBack(3_600_000);
    clock.runTo(-3_600_000 + 15_000);
    expect(times.at(-1)).toBeGreaterThan(-3_600_000 + 9_000);
    expect(times.at(-1)).toBeLessThan(-3_600_000 + 16_000);
  });
});

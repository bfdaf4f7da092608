const LEAST_DELAY_MS = 600;
const MOST_DELAY_MS = 2_500;
const MARGIN_MS = 80;
// The delay grows by a tenth of the time that passes and shrinks by a fiftieth: a change of speed nobody sees.
const GROW = 0.1;
const SHRINK = 0.02;
const STEP_MS = 200;
const REMEMBERED_MS = 10_000;

/**
 * Where the pen of a sweep is: gateway time less a small delay. The delay is what the slowest recent block needed from
 * its first sample to this screen, so that the pen runs evenly although samples come in blocks.
 */
export class Playhead {
  private delayMs = LEAST_DELAY_MS;
  private asked: number | undefined;
  private needMs = 0;
  private previousNeedMs = 0;
  private bucketEndsAt = 0;

  /** Tells that a block which begins at `startAt` has come; both in gateway time. */
  arrived(now: number, startAt: number): void {
    const need = now - startAt + MARGIN_MS;
    // What comes after a break is old: it is drawn where it belongs and must not hold up the rest.
    if (need > MOST_DELAY_MS) return;
    if (now >= this.bucketEndsAt) {
      this.previousNeedMs = this.needMs;
      this.needMs = 0;
      this.bucketEndsAt = now + REMEMBERED_MS;
    }
    this.needMs = Math.max(this.needMs, need);
  }

  /** Gateway time that is drawn at `now`. */
  at(now: number): number {
    // In steps, so that beds with much the same way to go have their bars at the same place.
    const need = Math.max(LEAST_DELAY_MS, this.needMs, this.previousNeedMs);
    const target = Math.ceil(need / STEP_MS) * STEP_MS;
    const passed = this.asked === undefined ? undefined : now - this.asked;
    this.asked = now;
    if (passed === undefined) this.delayMs = target;
    else if (passed > 0) {
      const change = target - this.delayMs;
      this.delayMs += Math.min(Math.max(change, -passed * SHRINK), passed * GROW);
    }
    return now - this.delayMs;
  }
}

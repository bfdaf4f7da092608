import { setImmediate } from 'node:timers';
import { VirtualAction, VirtualTimeScheduler } from 'rxjs';

/** Time that moves only when a spec says so; promises settle between its steps. */
export class VirtualClock extends VirtualTimeScheduler {
  constructor() {
    super(VirtualAction, 0);
    this.frame = 1_790_000_000_000;
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.actions.length;
  }

  /** Lets `ms` pass in which no timer fires: those that were due are late. */
  sleep(ms: number): void {
    this.frame += ms;
    for (const action of this.actions as { delay: number }[]) action.delay = Math.max(action.delay, this.frame);
  }

  /** Lets `ms` pass, one timer after the other. */
  async pass(ms: number): Promise<void> {
    const until = this.frame + ms;
    await settle();
    for (;;) {
      const next = this.actions[0] as { delay: number } | undefined;
      if (!next || next.delay > until) break;
      this.maxFrames = next.delay;
      this.flush();
      await settle();
    }
    this.frame = until;
  }
}

/** Lets everything that waits only for promises happen: streams need several turns of the loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

import { asyncScheduler, firstValueFrom, race, type SchedulerLike, Subject, timer } from 'rxjs';

/**
 * When something that costs much the same however much it takes in may begin again: at once where the last time is long enough
 * ago, else when it is. So under load more goes into each, and what comes after a rest does not wait.
 */
export class Pace {
  readonly #hurried = new Subject<void>();
  #begunAt = -Infinity;

  /** @param paceMs from one beginning to the next, at the least */
  constructor(
    private readonly paceMs: number,
    private readonly scheduler: SchedulerLike = asyncScheduler,
  ) {}

  /** Resolves when it may begin. */
  async wait(): Promise<void> {
    const leftMs = this.#begunAt + this.paceMs - this.scheduler.now();
    // A clock that is set back must not hold readings for longer than the pace.
    const waitMs = Math.min(leftMs, this.paceMs);
    if (waitMs > 0)
      await firstValueFrom(race(timer(waitMs, this.scheduler), this.#hurried), { defaultValue: undefined });
  }

  /** Notes that it begins. */
  begin(): void {
    this.#begunAt = this.scheduler.now();
  }

  /** Ends a wait: so much has come that it is worth a beginning. */
  hurry(): void {
    this.#hurried.next();
  }
}

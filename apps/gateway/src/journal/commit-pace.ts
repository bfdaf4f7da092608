import { asyncScheduler, firstValueFrom, race, type SchedulerLike, Subject, timer } from 'rxjs';

/**
 * When a commit may begin: at once where the one before has begun long enough ago, else when it has. A commit costs much the same
 * whatever it holds (a write, a sync, two threads woken), so under load more readings go into each.
 */
export class CommitPace {
  readonly #hurried = new Subject<void>();
  #begunAt = -Infinity;

  /** @param paceMs from the beginning of one commit to that of the next, at the least */
  constructor(
    private readonly paceMs: number,
    private readonly scheduler: SchedulerLike = asyncScheduler,
  ) {}

  /** Resolves when the next commit may begin, and takes it that it does. */
  async next(): Promise<void> {
    const leftMs = this.#begunAt + this.paceMs - this.scheduler.now();
    // A clock that is set back must not hold readings for longer than the pace.
    const waitMs = Math.min(leftMs, this.paceMs);
    if (waitMs > 0)
      await firstValueFrom(race(timer(waitMs, this.scheduler), this.#hurried), { defaultValue: undefined });
    this.#begunAt = this.scheduler.now();
  }

  /** Ends a wait: so much has come that it is worth a commit. */
  hurry(): void {
    this.#hurried.next();
  }
}

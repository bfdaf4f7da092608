import type { SchedulerLike, Subscription } from 'rxjs';
import type { LabWeather } from '@telewire/protocol';

/** A connection that has been silenced for so long is cut: its client has long left, and nobody could hear of it. */
export const MAX_SILENT_MS = 60_000;

/** How long a connection lasts under the weather: until it is cut as planned, or has been silent for too long. */
export class Lifetime {
  readonly openedAt: number;
  #cut: Subscription | undefined;
  #giveUp: Subscription | undefined;

  constructor(
    private readonly weather: () => LabWeather,
    private readonly scheduler: SchedulerLike,
    private readonly over: () => void,
  ) {
    this.openedAt = scheduler.now();
    this.weatherChanged();
  }

  /** There may be another time for the next cut. */
  weatherChanged(): void {
    this.#cut?.unsubscribe();
    const { cutEveryS } = this.weather();
    if (cutEveryS === 0) return;
    const leftMs = Math.max(0, this.openedAt + cutEveryS * 1000 - this.scheduler.now());
    this.#cut = this.scheduler.schedule(this.over, leftMs);
  }

  /** It is silent or not; told again, it has been silent since the first time. */
  hush(silent: boolean): void {
    if (silent) {
      this.#giveUp ??= this.scheduler.schedule(this.over, MAX_SILENT_MS);
      return;
    }
    this.#giveUp?.unsubscribe();
    this.#giveUp = undefined;
  }

  /** It is gone. */
  stop(): void {
    this.#cut?.unsubscribe();
    this.#giveUp?.unsubscribe();
  }
}

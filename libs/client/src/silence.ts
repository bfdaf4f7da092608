import { Observable, type MonoTypeOperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import type { Arrival } from './arrival.js';
import { Interruption } from './interruption.js';

/** How long a stream may take until its first frame. */
export const OPEN_PATIENCE_MS = 10_000;
/** What is allowed on top of two heartbeats, for a busy machine at either end. */
export const MARGIN_MS = 1_000;

/**
 * Leaves a stream on which nothing has come for two heartbeats (PROTOCOL R15: there is never more than `heartbeatMs`
 * between two frames). A half-open connection says nothing when it dies, so somebody has to look.
 */
export const leaveWhenSilent =
  (scheduler: SchedulerLike): MonoTypeOperatorFunction<Arrival> =>
  (source) =>
    new Observable((subscriber) => {
      let patienceMs = OPEN_PATIENCE_MS;
      let heardAt = scheduler.now();
      let timer: Subscription | undefined;
      const watch = (delayMs: number) => {
        timer?.unsubscribe();
        timer = scheduler.schedule(check, delayMs);
      };
      // One timer that looks back, in place of one re-armed at every frame. A wall clock that is set back must not
      // make us wait for hours, so the remainder is never more than the patience.
      const check = () => {
        const leftMs = Math.min(patienceMs, heardAt + patienceMs - scheduler.now());
        if (leftMs > 0) watch(leftMs);
        else subscriber.error(new Interruption('silent', `nothing heard for ${Math.round(patienceMs / 1000)} s`));
      };
      watch(patienceMs);
      subscriber.add(() => timer?.unsubscribe());
      subscriber.add(
        source.subscribe({
          next: (arrival) => {
            heardAt = scheduler.now();
            if (arrival.type === 'hello') {
              patienceMs = 2 * arrival.heartbeatMs + MARGIN_MS;
              watch(patienceMs);
            }
            subscriber.next(arrival);
          },
          error: (cause) => subscriber.error(cause),
          complete: () => subscriber.complete(),
        }),
      );
    });

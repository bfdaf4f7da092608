import type { Notice } from './arrival.js';
import type { Backoff } from './backoff.js';
import type { Fact } from './fact.js';
import { Interruption } from './interruption.js';
import type { Scheduler, Timer } from './scheduler.js';
import { Listener, Source } from './source.js';

/**
 * Runs `attempt` again and again until it is refused for good, and tells of it in notices. There is no way from one attempt to
 * the next but through the pause of `backoff`.
 * @param sooner by when the pause is over after all, where that has changed
 */
export const persist = <T extends { readonly type: string }>(
  attempt: Source<T>,
  backoff: Backoff,
  scheduler: Scheduler,
  sooner?: Fact<number>,
): Source<T | Notice> =>
  new Source((listener) => {
    let attempting: Listener<T> | undefined;
    let pausing: Listener<Notice> | undefined;
    const begin = () => {
      listener.next({ type: 'attempting' });
      if (listener.closed) return;
      attempting = new Listener<T>({
        next: (each) => {
          listener.next(each);
          if (isRefusal(each)) listener.complete();
        },
        error: end,
        // An attempt that just ends has ended all the same; without this it would be repeated with no pause.
        complete: () => end(new Interruption('lost', 'the connection has ended')),
      });
      attempt.into(attempting);
    };
    const end = (cause: unknown) => {
      const { event, message, retryAfterMs, code } = Interruption.from(cause);
      if (event === 'refused') {
        listener.next({ type: 'interrupted', event, reason: message, ...(code !== undefined && { code }) });
        return listener.complete();
      }
      const now = scheduler.now();
      const retryAt = now + backoff.next(now, retryAfterMs);
      listener.next({ type: 'interrupted', event, reason: message, retryAt });
      if (listener.closed) return;
      pausing = new Listener<Notice>({ next: (notice) => listener.next(notice), complete: begin });
      pauseUntil(retryAt, sooner, scheduler).into(pausing);
    };
    listener.add(() => attempting?.stop());
    listener.add(() => pausing?.stop());
    begin();
  });

/** Waits until `retryAt`, or less long where `sooner` says so, and tells of that. */
export const pauseUntil = (retryAt: number, sooner: Fact<number> | undefined, scheduler: Scheduler): Source<Notice> =>
  new Source((listener) => {
    let timer: Timer | undefined;
    const wait = (at: number) => {
      timer?.unsubscribe();
      timer = scheduler.schedule(() => listener.complete(), Math.max(0, at - scheduler.now()));
    };
    listener.add(() => timer?.unsubscribe());
    if (sooner)
      listener.add(
        sooner.listen((at) => {
          wait(at);
          listener.next({ type: 'sooner', retryAt: at });
        }),
      );
    wait(retryAt);
  });

const isRefusal = (each: { readonly type: string }): boolean =>
  each.type === 'interrupted' && 'event' in each && each.event === 'refused';

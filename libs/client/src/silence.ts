import type { Arrival } from './arrival.js';
import type { Environment } from './environment.js';
import { Interruption } from './interruption.js';
import type { Timer } from './scheduler.js';
import { Listener, Source } from './source.js';

/** How long a stream may take until its first frame. */
export const OPEN_PATIENCE_MS = 10_000;
/** When it is said that this takes long. */
export const WAITING_MS = 4_000;
/** What is allowed on top of two heartbeats, for a busy machine at either end; and for what came while we slept to be read. */
export const MARGIN_MS = 1_000;

/**
 * Leaves a line on which nothing has come for `patienceMs`, or for two heartbeats once `hello` has said what they are (PROTOCOL
 * R15: there is never more than `heartbeatMs` between two frames). A half-open connection says nothing when it dies, so somebody
 * has to look. Who was asleep looks twice: what came meanwhile may be read only behind a timer that was due before it.
 * @param what it is called when nothing comes
 */
export const leaveWhenSilent = (
  line: Source<Arrival>,
  { scheduler, wakes }: Pick<Environment, 'scheduler' | 'wakes'>,
  patienceMs = OPEN_PATIENCE_MS,
  what = 'nothing heard',
): Source<Arrival> =>
  new Source((listener) => {
    let heartbeatMs = patienceMs;
    let patience = patienceMs;
    /** When it is dead if nothing comes until then, and when that is looked at. */
    let deadAt = scheduler.now() + patience;
    let dueAt = 0;
    let looksTwice = true;
    let timer: Timer | undefined;
    /** What keeps the first frame away, for all that can be seen. */
    let missing: string | undefined =
      'no answer yet: the gateway is slow, or other tabs hold the connections that a browser has';
    const waiting = scheduler.schedule(() => {
      // A held poll may take its time.
      if (missing !== undefined && patienceMs === OPEN_PATIENCE_MS) listener.next({ type: 'waiting', reason: missing });
    }, WAITING_MS);
    const watch = (delayMs: number) => {
      timer?.unsubscribe();
      dueAt = scheduler.now() + delayMs;
      timer = scheduler.schedule(look, delayMs);
    };
    // One timer that looks back, in place of one re-armed at every frame. A wall clock that is set back must not
    // make us wait for hours, so the remainder is never more than the patience.
    const look = () => {
      const now = scheduler.now();
      const leftMs = Math.min(patience, deadAt - now);
      if (leftMs > 0) return watch(leftMs);
      if (now - dueAt > MARGIN_MS && looksTwice) {
        looksTwice = false;
        return watch(MARGIN_MS);
      }
      listener.error(new Interruption('silent', `${what} for ${Math.round(patience / 1000)} s`));
    };
    const wake = () => {
      const now = scheduler.now();
      looksTwice = false;
      // The network may be another one: what does not say so within a heartbeat is dead. What should have been heard of
      // before is here in a moment, or dead too.
      deadAt = now + (deadAt <= now ? MARGIN_MS : Math.min(deadAt - now, heartbeatMs + MARGIN_MS));
      watch(deadAt - now);
    };
    watch(patience);
    const waking = wakes.subscribe(wake);
    const own = new Listener<Arrival>({
      next: (arrival) => {
        looksTwice = true;
        missing = arrival.type === 'opened' ? 'it has opened, but nothing comes: something holds it back' : undefined;
        if (arrival.type === 'hello') {
          heartbeatMs = arrival.heartbeatMs;
          patience = 2 * heartbeatMs + MARGIN_MS;
          watch(patience);
        }
        deadAt = scheduler.now() + patience;
        listener.next(arrival);
      },
      error: (cause) => listener.error(cause),
      complete: () => listener.complete(),
    });
    listener.add(() => {
      waiting.unsubscribe();
      timer?.unsubscribe();
      waking.unsubscribe();
      own.stop();
    });
    line.into(own);
  });

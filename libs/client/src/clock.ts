import type { Environment } from './environment.js';
import type { Changing } from './fact.js';
import { isOfType } from './http.js';
import type { Timer } from './scheduler.js';
import { Source } from './source.js';
import type { ClockEstimate } from './telewire.js';

const QUICK_MEASUREMENTS = 3;
const QUICK_INTERVAL_MS = 500;
const INTERVAL_MS = 30_000;
const KEPT = 8;
const DEADLINE_MS = 10_000;
// Two crystals drift apart by some milliseconds between measurements; more than that is a clock that was set.
const DRIFT_MS = 50;

/**
 * The gateway's clock against ours, from round trips of `GET /api/v1/time`: of the last eight the one with the shortest
 * round trip is the best known (RFC 5905 §10, the clock filter). Measured only while somebody listens.
 * @param closed becomes true when the client is closed
 * @param answered is called after each measurement
 */
export function createClock(
  environment: Environment,
  closed: Changing<boolean>,
  answered: () => void,
): Source<ClockEstimate> {
  let kept: ClockEstimate[] = [];
  let best: ClockEstimate | undefined;
  const keep = (measured: ClockEstimate) => {
    // After a clock was set (ours or the gateway's) the old measurements tell of another time, however good they were.
    const fits = (old: ClockEstimate) =>
      Math.abs(old.offsetMs - measured.offsetMs) <= old.boundMs + measured.boundMs + DRIFT_MS;
    kept = [...kept.filter(fits), measured].slice(-KEPT);
    return kept.reduce((a, b) => (b.boundMs <= a.boundMs ? b : a));
  };
  const measurements = new Source<ClockEstimate>((listener) => {
    const { scheduler } = environment;
    let count = 0;
    let next: Timer | undefined;
    let measuring: AbortController | undefined;
    const stop = () => measuring?.abort();
    const measureNow = () => {
      next = scheduler.schedule(measureNow, ++count < QUICK_MEASUREMENTS ? QUICK_INTERVAL_MS : INTERVAL_MS);
      if (measuring) return;
      const abort = (measuring = new AbortController());
      const deadline = scheduler.schedule(stop, DEADLINE_MS);
      abort.signal.addEventListener('abort', () => {
        deadline.unsubscribe();
        measuring = undefined;
      });
      measure(environment, abort.signal).then(
        (measured) => {
          if (abort.signal.aborted) return;
          abort.abort();
          const before = best;
          best = keep(measured);
          answered();
          if (best !== before) listener.next(best);
        },
        // No answer, or not from the gateway: the next measurement may do better.
        () => abort.abort(),
      );
    };
    listener.add(() => next?.unsubscribe());
    listener.add(stop);
    next = scheduler.schedule(measureNow, 0);
  }).share();
  return new Source((listener) => {
    if (closed.value) return listener.complete();
    listener.add(closed.listen(() => listener.complete()));
    if (best) listener.next(best);
    measurements.into(listener);
  });
}

async function measure({ address, fetch, scheduler }: Environment, signal: AbortSignal): Promise<ClockEstimate> {
  const sentAt = scheduler.now();
  const response = await fetch(address('/api/v1/time'), { cache: 'no-store', signal });
  const receivedAt = scheduler.now();
  if (response.status !== 200 || !isOfType(response, 'application/json')) throw new TypeError('not the time');
  const { at } = (await response.json()) as { at?: unknown };
  if (typeof at !== 'number') throw new TypeError('not the time');
  return { offsetMs: at - (sentAt + receivedAt) / 2, boundMs: (receivedAt - sentAt) / 2 };
}

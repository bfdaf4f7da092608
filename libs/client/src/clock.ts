import { catchError, concat, defer, distinctUntilChanged, EMPTY, exhaustMap, map, Observable, of } from 'rxjs';
import { ReplaySubject, share, take, timeout, timer } from 'rxjs';
import type { Environment } from './environment.js';
import { isOfType } from './http.js';
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
 * @param answered is called after each measurement
 */
export function createClock(
  environment: Environment,
  answered: () => void = () => undefined,
): Observable<ClockEstimate> {
  let kept: ClockEstimate[] = [];
  const best = () => kept.reduce((a, b) => (b.boundMs <= a.boundMs ? b : a));
  const keep = (measured: ClockEstimate) => {
    // After a clock was set (ours or the gateway's) the old measurements tell of another time, however good they were.
    const fits = (old: ClockEstimate) =>
      Math.abs(old.offsetMs - measured.offsetMs) <= old.boundMs + measured.boundMs + DRIFT_MS;
    kept = [...kept.filter(fits), measured].slice(-KEPT);
  };
  const ticks = concat(
    timer(0, QUICK_INTERVAL_MS, environment.scheduler).pipe(take(QUICK_MEASUREMENTS)),
    timer(INTERVAL_MS, INTERVAL_MS, environment.scheduler),
  );
  const measurements = ticks.pipe(
    exhaustMap(() =>
      measure(environment).pipe(
        timeout({ first: DEADLINE_MS, scheduler: environment.scheduler }),
        // No answer, or not from the gateway: the next measurement may do better.
        catchError(() => EMPTY),
      ),
    ),
    map((measured) => {
      keep(measured);
      answered();
      return best();
    }),
  );
  return concat(
    defer(() => (kept.length > 0 ? of(best()) : EMPTY)),
    measurements,
  ).pipe(distinctUntilChanged(), share({ connector: () => new ReplaySubject(1) }));
}

function measure(environment: Environment): Observable<ClockEstimate> {
  const { scheduler } = environment;
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const run = async () => {
      const sentAt = scheduler.now();
      const response = await environment.fetch(environment.address('/api/v1/time'), {
        cache: 'no-store',
        signal: abort.signal,
      });
      const receivedAt = scheduler.now();
      if (response.status !== 200 || !isOfType(response, 'application/json')) throw new TypeError('not the time');
      const { at } = (await response.json()) as { at?: unknown };
      if (typeof at !== 'number') throw new TypeError('not the time');
      subscriber.next({ offsetMs: at - (sentAt + receivedAt) / 2, boundMs: (receivedAt - sentAt) / 2 });
    };
    run().then(
      () => subscriber.complete(),
      (cause: unknown) => subscriber.error(cause),
    );
    return () => abort.abort();
  });
}

import { concat, defer, EMPTY, finalize, map, mergeMap, of, share, tap, type Observable } from 'rxjs';
import { PROTOCOL_VERSION, type FrameOf } from '@telewire/protocol';
import type { Arrival, Notice, ReadingsArrival, SnapshotArrival } from './arrival.js';
import { Backoff } from './backoff.js';
import type { Environment } from './environment.js';
import { Interruption } from './interruption.js';
import { persist } from './persist.js';
import type { Transport } from './transports/transport.js';
import { Wants, type Ask } from './wants.js';

/** What one subscription hears: its own frames, and how its line fares. */
export type News =
  | Notice
  | { readonly type: 'opened' }
  | { readonly type: 'heartbeat'; readonly cursor: string }
  | FrameOf<'subscribed'>
  | FrameOf<'gap'>
  | SnapshotArrival
  | ReadingsArrival;

/**
 * The one connection that all feeds on a transport share: opened for the first that joins, closed after the last has left,
 * and opened anew, after a pause, whenever it is lost.
 */
export class Channel {
  readonly #wants = new Wants();
  readonly #backoff: Backoff;
  /** What a feed that joins during a pause must know. */
  #standing: Notice | undefined;
  readonly #shared: Observable<Arrival | Notice>;

  constructor(
    private readonly transport: Transport,
    private readonly environment: Environment,
  ) {
    this.#backoff = new Backoff(environment.random);
    this.#shared = persist(() => this.#attempt(), this.#backoff, environment.scheduler).pipe(
      tap((each) => this.#note(each)),
      finalize(() => (this.#standing = undefined)),
      share(),
    );
  }

  /**
   * Everything about one subscription for as long as somebody listens. It ends after the notice that it was refused; all
   * other errors are followed by another attempt.
   */
  join(ask: Ask): Observable<News> {
    const backoff = new Backoff(this.environment.random);
    const attempt = () =>
      defer(() => {
        const id = this.#wants.add(ask);
        return concat(
          defer(() => (this.#standing ? of(this.#standing) : EMPTY)),
          this.#shared,
        ).pipe(
          mergeMap((each) => about(id, each)),
          tap((news) => {
            if (isData(news)) backoff.flowed(this.environment.scheduler.now());
          }),
          finalize(() => this.#wants.remove(id)),
        );
      });
    return defer(() => {
      backoff.spreadMs = this.#backoff.spreadMs;
      return persist(attempt, backoff, this.environment.scheduler);
    });
  }

  #attempt(): Observable<Arrival> {
    return this.transport(this.#wants, this.environment).pipe(map((arrival) => this.#judge(arrival)));
  }

  /** Takes from an arrival what concerns the connection as a whole. @throws Interruption when it ends the connection */
  #judge(arrival: Arrival): Arrival {
    switch (arrival.type) {
      case 'hello':
        if (arrival.protocol !== PROTOCOL_VERSION)
          throw new Interruption('lost', `the gateway speaks protocol ${arrival.protocol}, not ${PROTOCOL_VERSION}`);
        this.#backoff.spreadMs = arrival.reconnectSpreadMs;
        return arrival;
      case 'bye': // PROTOCOL R20
        throw new Interruption('bye', `the gateway is leaving: ${arrival.reason}`, arrival.retryAfterMs);
      case 'error':
        if (arrival.id === undefined) throw Interruption.byCode(arrival.code, arrival.message);
        return arrival;
      case 'opened':
        return arrival;
      default:
        this.#backoff.flowed(this.environment.scheduler.now());
        return arrival;
    }
  }

  #note(each: Arrival | Notice): void {
    if (each.type === 'interrupted') this.#standing = each.event === 'refused' ? undefined : each;
    else this.#standing = undefined;
  }
}

/** True for news that proves that frames for the subscription come. */
export const isData = (news: News): boolean =>
  news.type !== 'attempting' && news.type !== 'interrupted' && news.type !== 'opened';

/** What `each` is to the subscription `id`: itself, nothing, or (PROTOCOL R14) the end of that subscription alone. */
function about(id: string, each: Arrival | Notice): Observable<News> {
  switch (each.type) {
    case 'attempting':
    case 'interrupted':
    case 'opened':
      return of(each);
    case 'heartbeat': {
      const cursor = each.cursors?.[id];
      return cursor === undefined ? EMPTY : of({ type: 'heartbeat', cursor });
    }
    case 'error':
      if (each.id === id) throw Interruption.byCode(each.code, each.message);
      return EMPTY;
    case 'subscribed':
    case 'snapshot':
    case 'readings':
    case 'gap':
      return each.id === id ? of(each) : EMPTY;
    default:
      return EMPTY;
  }
}

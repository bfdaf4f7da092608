import { Observable, type SchedulerLike } from 'rxjs';
import { connect as connectPlain } from './connect.js';
import type { Stream } from './source.js';
import type * as plain from './telewire.js';

/** What a {@link Telewire} is made with. Everything but `url` has the platform's own as default. */
export interface ConnectOptions extends Omit<plain.ConnectOptions, 'wakes' | 'scheduler'> {
  /**
   * Emits when the program comes back from where it could not read: awake, online again. A page knows by itself
   * (`visibilitychange`, `resume`, `pageshow`, `online`).
   */
  readonly wakes?: Observable<unknown>;
  /** Clock and timers. */
  readonly scheduler?: SchedulerLike;
}

/** Readings for filters and a contract, over a transport that can be changed while it runs. */
export interface Feed extends Omit<plain.Feed, 'batches' | 'state'> {
  /** Subscribing opens the feed, unsubscribing closes it; subscribing again goes on from the cursor. */
  readonly batches: Observable<plain.Batch>;
  /** The present state on subscription, then each change. */
  readonly state: Observable<plain.FeedState>;
}

/** A client of one gateway; feeds that use the same transport share one connection. */
export interface Telewire extends Omit<plain.Telewire, 'feed' | 'clock'> {
  feed(options: plain.FeedOptions): Feed;
  /** The latest estimate on subscription (once there is one), then each change; measured while somebody listens. */
  readonly clock: Observable<plain.ClockEstimate>;
}

/**
 * Makes a client of the gateway at `options.url`. Nothing is opened before somebody listens.
 * @example
 * ```ts
 * import { firstValueFrom } from 'rxjs';
 * import { connect } from '@telewire/client';
 *
 * const telewire = connect({ url: location.origin });
 * const feed = telewire.feed({ filters: ['icu/+/hr'], transport: 'auto' });
 * const { kind } = await firstValueFrom(feed.batches);
 * console.log(kind); // snapshot
 * telewire.close();
 * ```
 */
export function connect(options: ConnectOptions): Telewire {
  const telewire = connectPlain(options);
  return {
    feed: (feedOptions) => {
      const feed = telewire.feed(feedOptions);
      return {
        batches: observed(feed.batches),
        state: observed(feed.state),
        use: (choice) => feed.use(choice),
        change: (contract) => feed.change(contract),
        ledger: () => feed.ledger(),
      };
    },
    inventory: () => telewire.inventory(),
    clock: observed(telewire.clock),
    close: () => telewire.close(),
  };
}

const observed = <T>(stream: Stream<T>): Observable<T> => new Observable((subscriber) => stream.subscribe(subscriber));

import {
  BehaviorSubject,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  merge,
} from 'rxjs';
import { of, share, skip, switchMap, take, tap, timer, type Observable } from 'rxjs';
import {
  connect,
  TRANSPORTS,
  type ClockEstimate,
  type ConnectOptions,
  type Feed,
  type LedgerEntry,
  type TransportName,
} from '@telewire/client';
import { cbor } from '@telewire/cbor';
import { DEFAULT_MAX_HZ, type Format, type Policy } from '@telewire/protocol';
import { ask } from './asking.js';
import { environmentOf, type Environment } from './environment.js';
import { LaneBook } from './lane-book.js';
import type { LaneNews } from './lane-news.js';
import type { LaneReport } from './lane-report.js';
import { watchedFetch } from './watched-fetch.js';

/** How often lanes are reported. */
export const REPORT_MS = 250;
/** How long the race waits for the clock before it begins without. */
const CLOCK_PATIENCE_MS = 2_000;
/** How long the unpaced loop asks the gateway to hold an answer; the SDK's long-poll asks for the same. */
const UNPACED_WAIT_S = 25;
/** The most frames a second that can be asked for: a group paces its frames too, and the loop without a pace is to have none. */
const UNPACED_HZ = 1_000;

/** What a race asks for; all of it can be changed while it runs. */
export interface RaceTerms {
  /** The same for all lanes: the session's `series`, or any other filters. */
  readonly filters: readonly string[];
  /** Default `every`. */
  readonly policy?: Policy | undefined;
  /** Frames a second at most; default 60. */
  readonly maxHz?: number | undefined;
  /** What frames are written in, where the transport has it (events are always JSON); default `json`. */
  readonly format?: Format | undefined;
  /** Which lanes run; default all five. */
  readonly lanes?: readonly TransportName[] | undefined;
  /** Poll: milliseconds from one question to the next. Left out, the gateway's `nextAt` says (the SDK). */
  readonly pollEveryMs?: number | undefined;
  /** Long-poll: the naive loop on `/api/v1/lab/unpaced`, answered as fast as it asks, in place of the SDK. */
  readonly unpaced?: boolean | undefined;
}

/** What a {@link Race} is made with. `url` is the origin of the session's proxy ({@link LabSession.url}). */
export interface RaceOptions extends Omit<ConnectOptions, 'format'>, RaceTerms {
  /**
   * The gateway's clock against ours, from a client that does not go through the weather; default one of the race's own on
   * `url`.
   */
  readonly clock?: Observable<ClockEstimate>;
}

/** The same readings over all transports at once, each with a client of its own, so that they can be compared. */
export class Race {
  /** Every lane's report, the best transport first, four times a second. The race runs while somebody listens. */
  readonly lanes: Observable<readonly LaneReport[]>;

  readonly #terms: BehaviorSubject<RaceTerms>;
  readonly #books = TRANSPORTS.map((lane) => new LaneBook(lane));
  readonly #feeds = new Map<TransportName, Feed>();
  readonly #environment: Environment;
  #offsetMs = 0;

  constructor(private readonly options: RaceOptions) {
    const { filters, policy, maxHz, format, lanes, pollEveryMs, unpaced } = options;
    this.#terms = new BehaviorSubject<RaceTerms>({ filters, policy, maxHz, format, lanes, pollEveryMs, unpaced });
    this.#environment = environmentOf(options);
    this.lanes = defer(() => this.#run()).pipe(share());
  }

  /** What is asked for now. */
  get terms(): RaceTerms {
    return this.#terms.value;
  }

  /** Asks for something else from now on; what was counted stays counted. `undefined` is the default again. */
  change(terms: Partial<RaceTerms>): void {
    this.#terms.next({ ...this.#terms.value, ...terms });
  }

  /** Counts from zero; the clients and their connections go on. */
  restart(): void {
    const now = this.#environment.scheduler.now();
    for (const book of this.#books) book.restart(now, this.#offsetMs);
  }

  /** The lanes as they stand now. */
  reports(): readonly LaneReport[] {
    const now = this.#environment.scheduler.now();
    return this.#books.map((book) => book.report(now, this.#offsetMs));
  }

  /** The SDK's own books of a lane, for comparison; empty where a loop of the lab's own asks. */
  ledger(lane: TransportName): ReadonlyMap<string, LedgerEntry> {
    return this.#feeds.get(lane)?.ledger() ?? new Map<string, LedgerEntry>();
  }

  #run(): Observable<readonly LaneReport[]> {
    const { scheduler } = this.#environment;
    const clock = this.#clock().pipe(
      tap(({ offsetMs }) => (this.#offsetMs = offsetMs)),
      share(),
    );
    const lanes = defer(() => merge(...this.#books.map((book) => this.#follow(book))));
    // Without the clock the first ages would be wrong by as much as the two differ.
    const begun = merge(clock, timer(CLOCK_PATIENCE_MS, scheduler)).pipe(take(1));
    return merge(
      clock.pipe(ignoreElements()),
      begun.pipe(
        switchMap(() => lanes),
        ignoreElements(),
      ),
      timer(0, REPORT_MS, scheduler).pipe(map(() => this.reports())),
    );
  }

  #clock(): Observable<ClockEstimate> {
    if (this.options.clock) return this.options.clock;
    return defer(() => {
      const client = connect({ ...this.options, format: undefined });
      return client.clock.pipe(finalize(() => client.close()));
    });
  }

  #follow(book: LaneBook): Observable<LaneNews> {
    const { scheduler } = this.#environment;
    return this.#terms.pipe(
      tap(({ policy = 'every' }) => (book.policy = policy)),
      map((terms) => keyOf(book.lane, terms)),
      distinctUntilChanged(),
      // In one `concat`, so that the book hears of the end before anything of what follows.
      switchMap(() => concat(of<LaneNews>({ type: 'left' }), this.#source(book))),
      tap((news) => book.take(news, scheduler.now(), this.#offsetMs)),
      finalize(() => book.take({ type: 'left' }, scheduler.now(), this.#offsetMs)),
    );
  }

  #source(book: LaneBook): Observable<LaneNews> {
    const { lane } = book;
    const { lanes = TRANSPORTS, filters, policy, maxHz, format, pollEveryMs, unpaced } = this.#terms.value;
    if (!lanes.includes(lane)) return EMPTY;
    const asked = { transport: lane, filters, policy, maxHz, format };
    if (lane === 'poll' && pollEveryMs !== undefined)
      return ask({ ...asked, path: '/api/v1/readings', everyMs: pollEveryMs }, this.#environment, book.questions);
    if (lane === 'long-poll' && unpaced === true)
      return ask(
        { ...asked, path: '/api/v1/lab/unpaced', maxHz: UNPACED_HZ, waitS: UNPACED_WAIT_S, everyMs: 0 },
        this.#environment,
        book.questions,
      );
    return this.#sdk(book);
  }

  /** A client of the lane's own. */
  #sdk({ lane, questions }: LaneBook): Observable<LaneNews> {
    return defer(() => {
      const { fetch, scheduler } = this.#environment;
      const pace = () => this.#terms.value.maxHz ?? DEFAULT_MAX_HZ;
      const { filters, policy, maxHz, format } = this.#terms.value;
      const client = connect({
        ...this.options,
        format: format === 'cbor' ? cbor : undefined,
        fetch: watchedFetch(fetch, questions, scheduler, pace),
      });
      const feed = client.feed({ filters, ...contractOf({ policy, maxHz }), transport: lane });
      this.#feeds.set(lane, feed);
      return merge(
        feed.state.pipe(map((state): LaneNews => ({ type: 'state', state }))),
        feed.batches.pipe(map((batch): LaneNews => ({ type: 'batch', batch }))),
        this.#terms.pipe(
          skip(1),
          tap((terms) => feed.change({ filters: terms.filters, policy: 'every', maxHz: 60, ...contractOf(terms) })),
          ignoreElements(),
        ),
      ).pipe(
        finalize(() => {
          this.#feeds.delete(lane);
          client.close();
        }),
      );
    });
  }
}

// A race counts every reading, however late it comes.
const contractOf = ({ policy, maxHz }: Pick<RaceTerms, 'policy' | 'maxHz'>) => ({
  onSlow: 'lag' as const,
  ...(policy && { policy }),
  ...(maxHz !== undefined && { maxHz }),
});

/** What of the terms needs another client; a feed of the SDK takes the rest in its stride. */
function keyOf(lane: TransportName, terms: RaceTerms): string {
  const { lanes = TRANSPORTS, filters, policy, maxHz, format = 'json', pollEveryMs, unpaced } = terms;
  if (!lanes.includes(lane)) return 'out';
  if (lane === 'poll' && pollEveryMs !== undefined)
    return JSON.stringify([format, pollEveryMs, filters, policy, maxHz]);
  if (lane === 'long-poll' && unpaced === true) return JSON.stringify([format, filters, policy]);
  return `sdk ${lane === 'sse' ? 'json' : format}`;
}

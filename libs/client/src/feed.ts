import { BehaviorSubject, defer, distinctUntilChanged, EMPTY, filter, finalize, mergeMap, share, Subject } from 'rxjs';
import { takeUntil, type Observable } from 'rxjs';
import {
  DEFAULT_MAX_HZ,
  parseSubscriptionList,
  ProtocolError,
  type FrameOf,
  type StoredReading,
  type Subscription,
} from '@telewire/protocol';
import { isData, type Channel, type News } from './channel.js';
import { nextPhase, type ConnectionEvent } from './connection-state.js';
import { Ledger } from './ledger.js';
import type {
  Batch,
  Contract,
  Feed,
  FeedOptions,
  FeedState,
  LedgerEntry,
  Phase,
  TransportChoice,
  TransportName,
} from './telewire.js';
import type { Ask } from './wants.js';

/** One way that a feed's readings come, or are to come. */
interface Lane {
  readonly transport: TransportName;
  phase: Phase;
  since: number;
  reason?: string;
  retryAt?: number;
  /** Something for this feed has come on it, beyond the word that the subscription is taken. */
  proven: boolean;
}

/** What a {@link LiveFeed} needs of its client. */
export interface FeedContext {
  readonly channel: (transport: TransportName) => Channel;
  readonly now: () => number;
  /** Emits, also to those who come later, when the client is closed. */
  readonly closed: Observable<void>;
}

/** A {@link Feed} over the client's channels: one place in the journal, at most two lanes that lead on from it. */
export class LiveFeed implements Feed {
  readonly batches: Observable<Batch>;
  readonly state: Observable<FeedState>;

  readonly #asked: BehaviorSubject<TransportChoice>;
  readonly #state: BehaviorSubject<FeedState>;
  readonly #ledger: Ledger;
  readonly #left = new Subject<Lane>();
  /** The lane that delivers. */
  #current: Lane | undefined;
  /** The lane that takes over once something has come on it. */
  #next: Lane | undefined;
  #cursor: string | undefined;
  #delivering: TransportName | undefined;
  /** The present is still owed: a cursor that skips the snapshot would lose it. */
  #snapshotDue: boolean;
  /** The gap that was told last has not been followed by anything yet. */
  #gapOpen = false;

  constructor(
    private options: FeedOptions,
    private readonly context: FeedContext,
  ) {
    const { transport = 'websocket', policy = 'every', after } = options;
    this.#asked = new BehaviorSubject(transport);
    this.#ledger = new Ledger(policy);
    this.#cursor = after;
    this.#snapshotDue = after === undefined;
    this.#state = new BehaviorSubject<FeedState>({
      phase: 'closed',
      choice: transport,
      transport: named(transport),
      since: context.now(),
    });
    this.state = this.#state.pipe(distinctUntilChanged(isSameState));
    this.batches = defer(() => this.#open()).pipe(
      takeUntil(context.closed),
      finalize(() => this.#close()),
      share(),
    );
  }

  use(choice: TransportChoice): void {
    if (choice === this.#asked.value) return;
    this.#asked.next(choice);
    this.#tell();
  }

  change(contract: Contract): void {
    this.options = { ...this.options, ...contract };
  }

  ledger(): ReadonlyMap<string, LedgerEntry> {
    return this.#ledger.entries();
  }

  #open(): Observable<Batch> {
    let ask: Ask;
    try {
      ask = this.#ask();
    } catch (cause) {
      // One request carries many feeds: a wrong one must not spoil it for the others.
      if (!(cause instanceof ProtocolError)) throw cause;
      this.#current = this.#lane(named(this.#asked.value));
      // The list is our own way of asking; the page wrote one subscription.
      this.#step(this.#current, 'refused', cause.message.replace('subscriptions.0.', ''));
      this.#tell();
      return this.#asked.pipe(mergeMap(() => EMPTY));
    }
    return this.#asked.pipe(mergeMap((choice) => this.#turnTo(named(choice), ask)));
  }

  /** What is asked for on every transport. @throws ProtocolError when no gateway could take it */
  #ask(): Ask {
    const { filters, policy = 'every', maxHz = DEFAULT_MAX_HZ } = this.options;
    const [valid] = parseSubscriptionList({ subscriptions: [{ id: '1', filters: [...filters], policy, maxHz }] });
    return { ...(valid as Subscription), after: () => this.#cursor };
  }

  #turnTo(transport: TransportName, ask: Ask): Observable<Batch> {
    if (this.#next) this.#leave(this.#next);
    const current = this.#current;
    const works = current?.proven && current.phase !== 'refused';
    if (works && current.transport === transport) {
      this.#tell();
      return EMPTY;
    }
    const lane = this.#lane(transport);
    // Make before break; what has delivered nothing is not worth keeping.
    if (works) this.#next = lane;
    else {
      if (current) this.#leave(current);
      this.#current = lane;
    }
    this.#tell();
    return this.context
      .channel(transport)
      .join(ask)
      .pipe(
        mergeMap((news) => this.#hear(lane, news)),
        takeUntil(this.#left.pipe(filter((left) => left === lane))),
      );
  }

  #hear(lane: Lane, news: News): readonly Batch[] {
    if (isData(news) && news.type !== 'subscribed') {
      lane.proven = true;
      if (lane === this.#next) this.#promote(lane);
      if (lane === this.#current) this.#delivering = lane.transport;
    }
    switch (news.type) {
      case 'attempting':
        lane.retryAt = undefined;
        break;
      case 'opened':
        this.#step(lane, 'opened', lane.reason);
        break;
      case 'interrupted':
        this.#step(lane, news.event, news.reason, news.retryAt);
        if (news.event === 'refused' && lane === this.#current && this.#next) this.#promote(this.#next);
        break;
      default:
        this.#step(lane, 'data');
    }
    const batches = lane === this.#current ? this.#take(lane, news) : [];
    this.#tell();
    return batches;
  }

  /** Books what came on the lane that delivers, and moves the cursor with it. */
  #take(lane: Lane, news: News): readonly Batch[] {
    const { transport } = lane;
    switch (news.type) {
      case 'snapshot':
        this.#advance(news.to);
        return this.#batch('snapshot', this.#ledger.takeSnapshot(news.readings), transport);
      case 'readings': {
        this.#advance(news.to);
        return this.#batch(
          'readings',
          news.readings.filter((reading) => this.#ledger.take(reading)),
          transport,
        );
      }
      case 'gap':
        return this.#gap(news, transport);
      case 'heartbeat':
        // The word `subscribed` moves no cursor either: a gap or a snapshot may still be owed for what lies before it.
        if (!this.#snapshotDue) this.#cursor = news.cursor;
        return [];
      default:
        return [];
    }
  }

  #advance(to: string): void {
    this.#cursor = to;
    this.#snapshotDue = false;
    this.#gapOpen = false;
  }

  #batch(kind: 'snapshot' | 'readings', readings: readonly StoredReading[], transport: TransportName): Batch[] {
    if (readings.length === 0) return [];
    return [{ kind, readings, transport }];
  }

  #gap({ reason, to, lost }: FrameOf<'gap'>, transport: TransportName): readonly Batch[] {
    // Cut off between a gap and its snapshot we come back with the old cursor, and are told of the same gap again.
    if (this.#gapOpen) return [];
    this.#gapOpen = true;
    this.#ledger.gap(reason);
    // PROTOCOL R8: a snapshot follows, except after `slow`, where the readings just go on.
    if (reason === 'slow') this.#cursor = to;
    else this.#snapshotDue = true;
    return [{ kind: 'gap', reason, ...(lost === undefined ? {} : { lost }), transport }];
  }

  #promote(lane: Lane): void {
    const old = this.#current;
    this.#current = lane;
    this.#next = undefined;
    if (old) this.#leave(old);
  }

  #leave(lane: Lane): void {
    if (lane === this.#next) this.#next = undefined;
    this.#left.next(lane);
  }

  #close(): void {
    this.#current = this.#next = undefined;
    this.#tell();
  }

  #lane(transport: TransportName): Lane {
    const phase = nextPhase('closed', 'reopened');
    return { transport, phase, since: this.context.now(), proven: false };
  }

  #step(lane: Lane, event: ConnectionEvent, reason?: string, retryAt?: number): void {
    const phase = nextPhase(lane.phase, event);
    if (phase !== lane.phase) lane.since = this.context.now();
    lane.phase = phase;
    lane.reason = reason;
    lane.retryAt = retryAt;
  }

  #tell(): void {
    const [current, next] = [this.#current, this.#next];
    const before = this.#state.value;
    const phase = current?.phase ?? nextPhase(before.phase, 'closed');
    // While a switch is under way people want to know why it takes so long.
    const explains = next?.reason === undefined ? current : next;
    this.#state.next({
      phase,
      choice: this.#asked.value,
      transport: named(this.#asked.value),
      since: phase === before.phase ? before.since : (current?.since ?? this.context.now()),
      ...(this.#delivering && { delivering: this.#delivering }),
      ...(explains?.reason !== undefined && { reason: explains.reason }),
      ...(explains?.retryAt !== undefined && { retryAt: explains.retryAt }),
    });
  }
}

const isSameState = (a: FeedState, b: FeedState): boolean =>
  a.phase === b.phase &&
  a.choice === b.choice &&
  a.transport === b.transport &&
  a.delivering === b.delivering &&
  a.since === b.since &&
  a.reason === b.reason &&
  a.retryAt === b.retryAt;

const named = (choice: TransportChoice): TransportName => (choice === 'auto' ? 'websocket' : choice);

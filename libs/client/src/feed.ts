import {
  BehaviorSubject,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  merge,
  mergeMap,
  of,
  share,
} from 'rxjs';
import { Subject, switchMap, takeUntil, type Observable } from 'rxjs';
import { autopilot, isAbsent, type AutopilotContext, type Course, type Heard } from './autopilot.js';
import { isData, type Channel, type DataNews, type News } from './channel.js';
import { nextPhase } from './connection-state.js';
import { Intake } from './intake.js';
import { Lane } from './lane.js';
import { TRANSPORTS, type Batch, type Contract, type Feed, type FeedOptions, type FeedState } from './telewire.js';
import type { LedgerEntry, TransportChoice, TransportName } from './telewire.js';
import { isSameTerms, termsOf } from './terms.js';
import type { Ask, Terms } from './wants.js';

/** What a {@link LiveFeed} needs of its client. */
export interface FeedContext extends AutopilotContext {
  readonly channel: (transport: TransportName) => Channel;
  /** Emits, also to those who come later, when the client is closed. */
  readonly closed: Observable<void>;
}

/** A {@link Feed} over the client's channels: one place in the journal, at most two lanes that lead on from it. */
export class LiveFeed implements Feed {
  readonly batches: Observable<Batch>;
  readonly state: Observable<FeedState>;

  readonly #choice: BehaviorSubject<TransportChoice>;
  readonly #state: BehaviorSubject<FeedState>;
  readonly #intake: Intake;
  readonly #ask: Ask;
  readonly #heard = new Subject<Heard>();
  readonly #left = new Subject<Lane>();
  readonly #now: () => number;
  #options: FeedOptions;
  /** Why no gateway could take what is asked for. */
  #fault: string | undefined;
  /** The lane that delivers. */
  #current: Lane | undefined;
  /** The lane that takes over once something has come on it. */
  #next: Lane | undefined;
  #delivering: TransportName | undefined;

  constructor(
    options: FeedOptions,
    private readonly context: FeedContext,
  ) {
    const { transport: choice = 'websocket', after } = options;
    this.#options = options;
    this.#now = () => context.scheduler.now();
    this.#choice = new BehaviorSubject(choice);
    this.#intake = new Intake(after);
    const terms = termsOf(options);
    if (typeof terms === 'string') this.#fault = terms;
    this.#ask = {
      // With a fault nobody is asked.
      terms: new BehaviorSubject<Terms>(typeof terms === 'string' ? { filters: [], policy: 'every', maxHz: 1 } : terms),
      after: () => this.#intake.cursor,
    };
    const transport = firstOf(choice);
    this.#state = new BehaviorSubject<FeedState>({ phase: 'closed', choice, transport, since: this.#now() });
    this.state = this.#state.pipe(distinctUntilChanged(isSameState));
    this.batches = defer(() => this.#open()).pipe(
      takeUntil(context.closed),
      finalize(() => this.#close()),
      share(),
    );
  }

  use(choice: TransportChoice): void {
    if (choice === this.#choice.value) return;
    this.#choice.next(choice);
    this.#tell();
  }

  change({ filters, policy, maxHz, onSlow }: Contract): void {
    this.#options = {
      ...this.#options,
      ...(filters && { filters }),
      ...(policy && { policy }),
      ...(maxHz !== undefined && { maxHz }),
      ...(onSlow && { onSlow }),
    };
    const terms = termsOf(this.#options);
    const wasRefused = this.#current?.phase === 'refused';
    this.#fault = typeof terms === 'string' ? terms : undefined;
    if (typeof terms !== 'string' && !isSameTerms(terms, this.#ask.terms.value)) this.#ask.terms.next(terms);
    // Asked for anew, a feed that was refused has another chance; one that cannot be asked for any more has none.
    if (wasRefused || this.#fault !== undefined) this.#choice.next(this.#choice.value);
  }

  ledger(): ReadonlyMap<string, LedgerEntry> {
    return this.#intake.entries;
  }

  #open(): Observable<Batch> {
    return this.#choice.pipe(
      switchMap((choice) => this.#courses(choice)),
      mergeMap((course) => this.#follow(course)),
    );
  }

  /** Which lanes to have for `choice`, from now on. */
  #courses(choice: TransportChoice): Observable<Course> {
    if (this.#fault !== undefined) {
      // One request carries many feeds: a wrong one must not spoil it for the others.
      this.#idle(firstOf(choice)).step('refused', this.#fault);
      this.#tell();
      return EMPTY;
    }
    const working = this.#current?.works ? this.#current.transport : undefined;
    if (choice === 'auto') {
      if (this.#current?.phase === 'live') return autopilot(working, this.#heard, this.context);
      // A lane that is in a pause says nothing until it is over; one that joins now hears at once why, and auto moves on.
      if (working !== undefined) this.#idle(working);
      return autopilot(undefined, this.#heard, this.context);
    }
    // Make before break; what has delivered nothing is not worth keeping.
    return of(working === undefined || working === choice ? { use: choice } : { use: working, probe: choice });
  }

  #follow(course: Course): Observable<Batch> {
    if ('restUntil' in course) {
      const before = this.#current;
      const lane = this.#idle(course.next);
      if (before) lane.succeed(before);
      lane.retryAt = course.restUntil;
      this.#tell();
      return EMPTY;
    }
    const { use, probe } = course;
    const opened: Lane[] = [];
    let kept: readonly Batch[] = [];
    let outdated: Lane | undefined;
    const current = this.#current;
    if (!current?.isOpen || current.transport !== use) {
      if (this.#next?.transport === use && this.#canFollow(this.#next)) kept = this.#promote(this.#next);
      else if (this.#next?.transport === use) {
        outdated = this.#next;
        opened.push((this.#next = new Lane(use, this.#now)));
        this.#next.chosen = true;
      } else {
        this.#current = new Lane(use, this.#now);
        if (current && this.#choice.value === 'auto') this.#current.succeed(current);
        opened.push(this.#current);
        if (current) this.#leave(current);
      }
    }
    if (this.#next && this.#next.transport !== probe && !this.#next.chosen) this.#leave(this.#next);
    if (probe && !this.#next) opened.push((this.#next = new Lane(probe, this.#now)));
    this.#tell();
    return merge(
      kept,
      ...opened.map((lane) => this.#run(lane)),
      // Last, so that the connection is the same.
      defer(() => {
        if (outdated) this.#leave(outdated);
        return EMPTY;
      }),
    );
  }

  /**
   * False where what came on a lane begins anew while another has delivered: its present would skip what the other is about to
   * bring, and its gap has been told. It is asked again, from where the feed stands.
   */
  #canFollow(lane: Lane): boolean {
    const { cursor } = this.#intake;
    return lane.chosen || cursor === undefined || !lane.beginsElsewhere(cursor);
  }

  #run(lane: Lane): Observable<Batch> {
    return this.context
      .channel(lane.transport)
      .join(this.#ask)
      .pipe(
        mergeMap((news) => this.#hear(lane, news)),
        takeUntil(this.#left.pipe(filter((left) => left === lane))),
      );
  }

  #hear(lane: Lane, news: News): readonly Batch[] {
    const batches: Batch[] = [];
    if (isData(news) && news.type !== 'subscribed') {
      lane.proven = true;
      // `auto` says when: one frame may be all that comes.
      if (lane === this.#next && (lane.chosen || this.#choice.value !== 'auto')) batches.push(...this.#promote(lane));
    }
    switch (news.type) {
      case 'attempting':
        lane.retryAt = undefined;
        break;
      case 'sooner':
        lane.retryAt = news.retryAt;
        break;
      case 'waiting':
        lane.reason = news.reason;
        break;
      case 'opened':
        lane.step('opened', lane.reason);
        break;
      case 'interrupted':
        batches.push(...this.#interrupt(lane, news));
        break;
      default:
        lane.step('data');
        lane.note(news);
    }
    if (isData(news)) batches.push(...this.#take(lane, news));
    this.#tell();
    this.#heard.next({ transport: lane.transport, news });
    return batches;
  }

  #take(lane: Lane, news: DataNews, degraded = lane.degraded): readonly Batch[] {
    if (lane === this.#next) lane.keep(news);
    if (lane !== this.#current) return [];
    if (news.type !== 'subscribed') this.#delivering = lane.transport;
    return this.#intake.take(news, lane.transport, degraded);
  }

  #interrupt(lane: Lane, { event, reason, retryAt, code }: Extract<News, { type: 'interrupted' }>): readonly Batch[] {
    const auto = this.#choice.value === 'auto';
    lane.step(auto && isAbsent(code) ? 'lost' : event, reason, retryAt);
    if (lane.phase !== 'refused' || lane !== this.#current || !this.#next) return [];
    if (!auto) return this.#promote(this.#next);
    this.#leave(this.#next);
    return [];
  }

  /** Makes it the lane that delivers; gives what came on it meanwhile, of which only what is new is new to the listener. */
  #promote(lane: Lane): readonly Batch[] {
    const old = this.#current;
    this.#current = lane;
    this.#next = undefined;
    if (old) this.#leave(old);
    return lane.release().flatMap(({ news, degraded }) => this.#take(lane, news, degraded));
  }

  #leave(lane: Lane): void {
    if (lane === this.#next) this.#next = undefined;
    this.#left.next(lane);
  }

  /** Leaves all lanes, and has one that is not run in their place. */
  #idle(transport: TransportName): Lane {
    for (const lane of [this.#current, this.#next]) if (lane) this.#leave(lane);
    return (this.#current = new Lane(transport, this.#now, false));
  }

  #close(): void {
    this.#current = this.#next = undefined;
    this.#tell();
  }

  #tell(): void {
    const [choice, current, next] = [this.#choice.value, this.#current, this.#next];
    const before = this.#state.value;
    const phase = current?.phase ?? nextPhase(before.phase, 'closed');
    // While a switch is under way people want to know why it takes so long; what `auto` tries besides is its own affair.
    const explains = next?.reason === undefined || choice === 'auto' ? current : next;
    this.#state.next({
      phase,
      choice,
      transport: choice === 'auto' && current ? current.transport : firstOf(choice),
      since: phase === before.phase ? before.since : (current?.since ?? this.#now()),
      ...(this.#delivering && { delivering: this.#delivering }),
      ...(current?.degraded && { degraded: current.degraded }),
      ...(explains?.reason !== undefined && { reason: explains.reason }),
      ...(explains?.retryAt !== undefined && { retryAt: explains.retryAt }),
    });
  }
}

const firstOf = (choice: TransportChoice): TransportName => (choice === 'auto' ? TRANSPORTS[0] : choice);

const isSameState = (a: FeedState, b: FeedState): boolean =>
  a.phase === b.phase &&
  a.choice === b.choice &&
  a.transport === b.transport &&
  a.delivering === b.delivering &&
  a.degraded === b.degraded &&
  a.since === b.since &&
  a.reason === b.reason &&
  a.retryAt === b.retryAt;

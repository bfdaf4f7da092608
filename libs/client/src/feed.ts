import { autopilot, isAbsent, type AutopilotContext, type Course, type Heard } from './autopilot.js';
import { isData, type Channel, type DataNews, type News } from './channel.js';
import { nextPhase } from './connection-state.js';
import { Changing, Fact } from './fact.js';
import { Intake } from './intake.js';
import { Lane } from './lane.js';
import { Listener, Source } from './source.js';
import { TRANSPORTS, type Batch, type Contract, type Feed, type FeedOptions, type FeedState } from './telewire.js';
import type { LedgerEntry, TransportChoice, TransportName } from './telewire.js';
import { isSameTerms, termsOf } from './terms.js';
import type { Ask, Terms } from './wants.js';

/** What a {@link LiveFeed} needs of its client. */
export interface FeedContext extends AutopilotContext {
  readonly channel: (transport: TransportName) => Channel;
  /** True from when the client is closed. */
  readonly closed: Changing<boolean>;
}

/** A {@link Feed} over the client's channels: one place in the journal, at most two lanes that lead on from it. */
export class LiveFeed implements Feed {
  readonly batches: Source<Batch>;
  readonly state: Source<FeedState>;

  readonly #choice: Changing<TransportChoice>;
  readonly #state: Changing<FeedState>;
  readonly #intake: Intake;
  readonly #ask: Ask;
  readonly #heard = new Fact<Heard>();
  readonly #running = new Map<Lane, Listener<News>>();
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
    this.#choice = new Changing(choice);
    this.#intake = new Intake(after);
    const terms = termsOf(options);
    if (typeof terms === 'string') this.#fault = terms;
    this.#ask = {
      // With a fault nobody is asked.
      terms: new Changing<Terms>(typeof terms === 'string' ? { filters: [], policy: 'every', maxHz: 1 } : terms),
      after: () => this.#intake.cursor,
    };
    const transport = firstOf(choice);
    this.#state = new Changing<FeedState>({ phase: 'closed', choice, transport, since: this.#now() });
    this.state = this.#state.asSource();
    this.batches = new Source<Batch>((listener) => this.#open(listener)).share();
  }

  use(choice: TransportChoice): void {
    if (choice === this.#choice.value) return;
    this.#choice.tell(choice);
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
    if (typeof terms !== 'string' && !isSameTerms(terms, this.#ask.terms.value)) this.#ask.terms.tell(terms);
    // Asked for anew, a feed that was refused has another chance; one that cannot be asked for any more has none.
    if (wasRefused || this.#fault !== undefined) this.#choice.tell(this.#choice.value);
  }

  ledger(): ReadonlyMap<string, LedgerEntry> {
    return this.#intake.entries;
  }

  #open(listener: Listener<Batch>): void {
    const { closed } = this.context;
    if (closed.value) return listener.complete();
    let courses: Listener<Course> | undefined;
    const choose = () => {
      courses?.stop();
      courses = new Listener<Course>({ next: (course) => this.#follow(course, listener) });
      this.#plot(this.#choice.value, courses);
    };
    listener.add(() => {
      courses?.stop();
      this.#close();
    });
    listener.add(closed.listen(() => listener.complete()));
    listener.add(this.#choice.listen(choose));
    choose();
  }

  /** Says which lanes to have for `choice`, from now on. */
  #plot(choice: TransportChoice, courses: Listener<Course>): void {
    if (this.#fault !== undefined) {
      // One request carries many feeds: a wrong one must not spoil it for the others.
      this.#idle(firstOf(choice)).step('refused', this.#fault);
      return this.#tell();
    }
    const working = this.#current?.works ? this.#current.transport : undefined;
    if (choice === 'auto') {
      const isLive = this.#current?.phase === 'live';
      // A lane that is in a pause says nothing until it is over; one that joins now hears at once why, and auto moves on.
      if (working !== undefined && !isLive) this.#idle(working);
      return autopilot(isLive ? working : undefined, this.#heard, this.context).into(courses);
    }
    // Make before break; what has delivered nothing is not worth keeping.
    courses.next(working === undefined || working === choice ? { use: choice } : { use: working, probe: choice });
  }

  #follow(course: Course, listener: Listener<Batch>): void {
    if ('restUntil' in course) {
      const before = this.#current;
      const lane = this.#idle(course.next);
      if (before) lane.succeed(before);
      lane.reason ??= this.context.channel(course.next).reason;
      lane.retryAt = course.restUntil;
      return this.#tell();
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
    for (const batch of kept) listener.next(batch);
    for (const lane of opened) this.#run(lane, listener);
    // Last, so that the connection is the same.
    if (outdated) this.#leave(outdated);
  }

  /**
   * False where what came on a lane begins anew while another has delivered: its present would skip what the other is about to
   * bring, and its gap has been told. It is asked again, from where the feed stands.
   */
  #canFollow(lane: Lane): boolean {
    const { cursor } = this.#intake;
    return lane.chosen || cursor === undefined || !lane.beginsElsewhere(cursor);
  }

  #run(lane: Lane, listener: Listener<Batch>): void {
    // Who was told of what was kept may have left, or chosen another one.
    if (lane !== this.#current && lane !== this.#next) return;
    const running = new Listener<News>({
      next: (news) => {
        for (const batch of this.#hear(lane, news)) listener.next(batch);
      },
    });
    this.#running.set(lane, running);
    this.context.channel(lane.transport).join(this.#ask).into(running);
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
    this.#heard.tell({ transport: lane.transport, news });
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
    this.#running.get(lane)?.stop();
    this.#running.delete(lane);
  }

  /** Leaves all lanes, and has one that is not run in their place. */
  #idle(transport: TransportName): Lane {
    for (const lane of [this.#current, this.#next]) if (lane) this.#leave(lane);
    return (this.#current = new Lane(transport, this.#now, false));
  }

  #close(): void {
    for (const lane of [...this.#running.keys()]) this.#leave(lane);
    this.#current = this.#next = undefined;
    this.#tell();
  }

  #tell(): void {
    const [choice, current, next] = [this.#choice.value, this.#current, this.#next];
    const before = this.#state.value;
    const phase = current?.phase ?? nextPhase(before.phase, 'closed');
    // While a switch is under way people want to know why it takes so long; what `auto` tries besides is its own affair.
    const explains = next?.reason === undefined || choice === 'auto' ? current : next;
    const state: FeedState = {
      phase,
      choice,
      transport: choice === 'auto' && current ? current.transport : firstOf(choice),
      since: phase === before.phase ? before.since : (current?.since ?? this.#now()),
      ...(this.#delivering && { delivering: this.#delivering }),
      ...(current?.degraded && { degraded: current.degraded }),
      ...(explains?.reason !== undefined && { reason: explains.reason }),
      ...(explains?.retryAt !== undefined && { retryAt: explains.retryAt }),
    };
    if (!isSameState(state, before)) this.#state.tell(state);
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

import { LADDER_TICK_MS, PROTOCOL_VERSION, type FrameOf } from '@telewire/protocol';
import type { Arrival, Notice, ReadingsArrival, SnapshotArrival, Waiting } from './arrival.js';
import { Backoff } from './backoff.js';
import type { Environment } from './environment.js';
import { Fact } from './fact.js';
import { Interruption } from './interruption.js';
import { pauseUntil, persist } from './persist.js';
import { Presence } from './presence.js';
import type { Scheduler, Timer } from './scheduler.js';
import { OPEN_PATIENCE_MS } from './silence.js';
import { SLOW_LINE_HZ, SlowLine } from './slow-line.js';
import { Source, type Listener, type Stop } from './source.js';
import { isSameTerms } from './terms.js';
import type { Transport } from './transport.js';
import { Wants, type Ask, type Terms } from './wants.js';

/** What one subscription hears in frames of its own, with the terms that they were made under. */
export type DataNews = (
  | { readonly type: 'heartbeat'; readonly cursor: string }
  | FrameOf<'subscribed'>
  | FrameOf<'degraded'>
  | FrameOf<'gap'>
  | SnapshotArrival
  | ReadingsArrival
) & { readonly terms: Terms };

/** What one subscription hears: its own frames, and how its line fares. */
export type News = Notice | { readonly type: 'opened' } | Waiting | DataNews;

/**
 * The one connection that all feeds on a transport share: opened for the first that joins, closed after the last has left,
 * and opened anew, after a pause, whenever it is lost.
 */
export class Channel {
  readonly #wants = new Wants();
  /** When it is tried again. */
  readonly backoff: Backoff;
  /** What a feed that joins during a pause must know. */
  #standing: Extract<Notice, { type: 'interrupted' }> | undefined;
  /** How long the pause was to be; where more is left the clock was set back, and it is over for whoever comes. */
  #longestMs = 0;
  #heartbeatMs: number | undefined;
  /** Data has come on the connection that there is. */
  #flowing = false;
  /** The end of the pause, when it is cut short. */
  readonly #sooner = new Fact<number>();
  /** Of a line that is only read; others tell the gateway how far they are, and it judges them. */
  readonly #slow: SlowLine | undefined;
  readonly #reduced = new Fact();
  readonly #shared: Source<Arrival | Notice>;

  constructor(
    private readonly transport: Transport,
    private readonly environment: Environment,
    private readonly presence: Presence,
    isOnlyRead = false,
  ) {
    if (isOnlyRead) this.#slow = new SlowLine();
    this.backoff = new Backoff(environment.random, presence);
    // Also while nobody listens: who comes during a pause waits for what is left of it. It ends with the client.
    presence.answers.listen(() => this.#hasten());
    this.#shared = new Source<Arrival | Notice>((listener) => this.#run(listener)).share();
  }

  /** What is left of the pause before the next attempt. */
  get pauseMs(): number {
    const leftMs = (this.#standing?.retryAt ?? 0) - this.environment.scheduler.now();
    return leftMs > this.#longestMs ? 0 : Math.max(0, leftMs);
  }

  /** Why it waits to be tried again. */
  get reason(): string | undefined {
    return this.#standing?.reason;
  }

  /** It has worked, and waits to be tried again. */
  get isAway(): boolean {
    return this.#heartbeatMs !== undefined && this.pauseMs > 0;
  }

  /** How long a line that works may be quiet, as far as is known. */
  get heartbeatMs(): number {
    return this.#heartbeatMs ?? OPEN_PATIENCE_MS;
  }

  /**
   * Everything about one subscription for as long as somebody listens. It ends after the notice that it was refused; all
   * other errors are followed by another attempt.
   */
  join(ask: Ask): Source<News> {
    return new Source((listener) => {
      const backoff = new Backoff(this.environment.random, this.presence);
      const attempt = this.#subscription(ask).map((news) => {
        if (isData(news)) backoff.flowed(this.environment.scheduler.now());
        return news;
      });
      persist(attempt, backoff, this.environment.scheduler).into(listener);
    });
  }

  /** What one subscription hears until an error that concerns it. */
  #subscription(ask: Ask): Source<News> {
    return new Source((listener) => {
      const bearable = () => this.#bearable(ask.terms.value);
      let current = bearable();
      let id = this.#wants.add({ terms: current, after: ask.after });
      // Frames under old terms may be on their way for a while after a change.
      const terms = new Map([[id, current]]);
      const follow = () => {
        const next = bearable();
        if (next === current || (next.isReduced && isSameTerms(next, current))) return;
        current = next;
        id = this.#wants.change(id, next);
        terms.set(id, next);
      };
      listener.add(ask.terms.listen(follow));
      listener.add(this.#reduced.listen(follow));
      listener.add(() => this.#wants.remove(id));
      if (this.#standing && this.pauseMs > 0) listener.next(this.#standing);
      this.#shared.map((each) => about(terms, each)).into(listener);
    });
  }

  #run(listener: Listener<Arrival | Notice>): void {
    const { scheduler } = this.environment;
    const ticks = this.#slow && every(LADDER_TICK_MS, scheduler, () => this.#tick());
    listener.add(() => {
      ticks?.();
      this.#flowing = false;
    });
    const attempt = new Source<Arrival>((line) =>
      this.transport(this.#wants, this.environment)
        .map((arrival) => this.#judge(arrival))
        .into(line),
    );
    const attempts = () => persist(attempt, this.backoff, scheduler, this.#sooner);
    // Whoever comes during a pause waits for its end, also when all have left meanwhile: no way leads past the backoff.
    const told: Source<Arrival | Notice> =
      this.#standing && this.pauseMs > 0
        ? pauseUntil(this.#standing.retryAt ?? 0, this.#sooner, scheduler).followedBy<Arrival | Notice>(attempts)
        : attempts();
    told
      .map((each) => {
        this.#note(each);
        return each;
      })
      .into(listener);
  }

  /** Takes from an arrival what concerns the connection as a whole. @throws Interruption when it ends the connection */
  #judge(arrival: Arrival): Arrival {
    switch (arrival.type) {
      case 'hello':
        if (arrival.protocol !== PROTOCOL_VERSION)
          throw new Interruption('lost', `the gateway speaks protocol ${arrival.protocol}, not ${PROTOCOL_VERSION}`);
        this.presence.spreadMs = arrival.reconnectSpreadMs;
        this.#heartbeatMs = arrival.heartbeatMs;
        return arrival;
      case 'bye': // PROTOCOL R20
        throw new Interruption('bye', `the gateway is leaving: ${arrival.reason}`, arrival.retryAfterMs);
      case 'error':
        if (arrival.id === undefined) throw Interruption.byCode(arrival.code, arrival.message);
        return arrival;
      case 'opened':
      case 'waiting':
        return arrival;
      default:
        this.backoff.flowed(this.environment.scheduler.now());
        if (this.#flowing) this.presence.heard();
        else {
          this.#flowing = true;
          this.presence.answered();
        }
        return arrival;
    }
  }

  /** What the line can carry of what is asked for. */
  #bearable(terms: Terms): Terms {
    if (!this.#slow?.degraded || terms.onSlow === 'lag' || terms.policy === 'latest') return terms;
    const reduced = {
      ...terms,
      policy: 'extremes',
      maxHz: Math.min(terms.maxHz, SLOW_LINE_HZ),
      isReduced: true,
    } as const;
    return isSameTerms(reduced, terms) ? terms : reduced;
  }

  #tick(): void {
    if (this.#slow?.tick(this.environment.scheduler.now(), this.heartbeatMs)) this.#reduced.tell();
  }

  #note(each: Arrival | Notice): void {
    if (each.type === 'hello') this.#slow?.opened();
    if (each.type === 'hello' || each.type === 'heartbeat') this.#hear(each.at);
    if (each.type === 'readings') this.#hear(each.readings.at(-1)?.receivedAt);
    if (each.type === 'sooner') return;
    if (each.type === 'interrupted') this.#flowing = false;
    this.#standing = each.type === 'interrupted' && each.event !== 'refused' ? each : undefined;
    this.#longestMs = (this.#standing?.retryAt ?? 0) - this.environment.scheduler.now();
  }

  /** Something has come that is of this time of the gateway's clock. */
  #hear(at: number | undefined): void {
    if (at !== undefined) this.#slow?.heard(at, this.environment.scheduler.now());
  }

  /** The gateway answers elsewhere: what is left of a pause may be cut short. */
  #hasten(): void {
    const leftMs = this.pauseMs;
    if (!this.#standing || leftMs === 0) return;
    const now = this.environment.scheduler.now();
    const soonerMs = this.backoff.sooner(leftMs, now);
    if (soonerMs === leftMs) return;
    const retryAt = now + soonerMs;
    this.#standing = { ...this.#standing, retryAt };
    this.#sooner.tell(retryAt);
  }
}

/** True for news that proves that frames for the subscription come. */
export const isData = (news: News): news is DataNews => !NO_DATA.has(news.type);
const NO_DATA: ReadonlySet<News['type']> = new Set(['attempting', 'sooner', 'interrupted', 'opened', 'waiting']);

/**
 * What `each` is to the subscription whose ids, one for each of its `terms`, are given: itself, nothing, or (PROTOCOL R14) the
 * end of that subscription alone.
 */
function about(ids: Map<string, Terms>, each: Arrival | Notice): News | undefined {
  switch (each.type) {
    case 'attempting':
    case 'sooner':
    case 'interrupted':
    case 'opened':
    case 'waiting':
      return each;
    case 'heartbeat': {
      const [id] = Object.keys(each.cursors ?? {}).filter((name) => ids.has(name));
      const cursor = id === undefined ? undefined : each.cursors?.[id];
      const terms = cursor === undefined ? undefined : since(ids, id);
      return terms && cursor !== undefined ? { type: 'heartbeat', cursor, terms } : undefined;
    }
    case 'error':
      if (each.id !== undefined && ids.has(each.id)) throw Interruption.byCode(each.code, each.message);
      return undefined;
    case 'subscribed':
    case 'snapshot':
    case 'readings':
    case 'degraded':
    case 'gap': {
      const terms = since(ids, each.id);
      return terms ? { ...each, terms } : undefined;
    }
    default:
      return undefined;
  }
}

/** The terms of `id`; those before them will not come again. */
function since(ids: Map<string, Terms>, id = ''): Terms | undefined {
  const terms = ids.get(id);
  if (terms) for (const before of [...ids.keys()].slice(0, [...ids.keys()].indexOf(id))) ids.delete(before);
  return terms;
}

/** Does `work` every `ms` until it is stopped. */
function every(ms: number, scheduler: Scheduler, work: () => void): Stop {
  let timer: Timer;
  const next = () => {
    timer = scheduler.schedule(() => {
      next();
      work();
    }, ms);
  };
  next();
  return () => timer.unsubscribe();
}

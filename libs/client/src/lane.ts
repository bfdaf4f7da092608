import type { Service } from '@telewire/protocol';
import type { DataNews } from './channel.js';
import { nextPhase, type ConnectionEvent } from './connection-state.js';
import type { Phase, TransportName } from './telewire.js';

/** What came, and how the feed was served then. */
export interface KeptNews {
  readonly news: DataNews;
  readonly degraded: Service | undefined;
}

/** One way that a feed's readings come, or are to come. */
export class Lane {
  phase: Phase = nextPhase('closed', 'reopened');
  since: number;
  reason: string | undefined;
  retryAt: number | undefined;
  /** What is served where that is less than was asked for. */
  degraded: Service | undefined;
  /** Something for this feed has come on it, beyond the word that the subscription is taken. */
  proven = false;
  /** It has been chosen, and delivers from the first that comes on it. */
  chosen = false;
  #kept: KeptNews[] = [];

  constructor(
    readonly transport: TransportName,
    private readonly now: () => number,
    /** False for one that only stands for a state. */
    private readonly run = true,
  ) {
    this.since = now();
  }

  /** True when it is worth keeping until another one works. */
  get works(): boolean {
    return this.proven && this.phase !== 'refused';
  }

  /** True when it can still bring something. */
  get isOpen(): boolean {
    return this.run && this.phase !== 'refused';
  }

  /** Goes on where another lane has given up: for the listener it is still the same trouble. */
  succeed(old: Lane): void {
    if (old.phase === 'connecting' || old.phase === 'resuming')
      ({ phase: this.phase, since: this.since, reason: this.reason } = old);
    // Something came and then no more: to the listener that is a line that was lost.
    if (old.phase === 'live') this.phase = nextPhase(old.phase, 'silent');
  }

  /** Keeps what came on it while another lane delivers. */
  keep(news: DataNews): void {
    this.#kept.push({ news, degraded: this.degraded });
  }

  /** True when what was kept begins anew, behind a gap or with a present that is not that of `cursor`. */
  beginsElsewhere(cursor: string): boolean {
    return this.#kept.some(({ news }) => news.type === 'gap' || (news.type === 'snapshot' && news.to !== cursor));
  }

  /** What was kept, in order of arrival; nothing is kept any more. */
  release(): readonly KeptNews[] {
    return this.#kept.splice(0);
  }

  /** Notes how it is served. */
  note(news: DataNews): void {
    if (news.type !== 'subscribed' && news.type !== 'degraded') return;
    const { policy, isReduced } = news.terms;
    const service = news.type === 'degraded' ? news.policy : policy;
    this.degraded = isReduced || service !== policy ? service : undefined;
  }

  /** Notes what has befallen it. */
  step(event: ConnectionEvent, reason?: string, retryAt?: number): void {
    const phase = nextPhase(this.phase, event);
    if (phase !== this.phase) this.since = this.now();
    this.phase = phase;
    this.reason = reason;
    this.retryAt = retryAt;
  }
}

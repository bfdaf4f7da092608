import type { Batch, TransportName } from '@telewire/client';
import type { Policy, DeliveredReading } from '@telewire/protocol';
import { AgeCounts } from './age-counts.js';
import type { LaneNews, LineState } from './lane-news.js';
import type { LaneReport } from './lane-report.js';
import { Ordinals } from './ordinals.js';
import { Questions } from './questions.js';
import { ShownAge } from './shown-age.js';

/** Books what a lane hears, and reports it. All instants are of the local clock; `offsetMs` leads from it to the devices'. */
export class LaneBook {
  readonly questions = new Questions();
  readonly #ordinals = new Ordinals();
  readonly #shown = new ShownAge();
  #ages = new AgeCounts();
  #readings = 0;
  #state: LineState = { phase: 'closed' };
  #interruptions = 0;
  #lostAt: number | undefined;
  #longestRecoveryMs: number | undefined;
  #heardAt: number | undefined;
  #longestSilenceMs: number | undefined;

  constructor(readonly lane: TransportName) {}

  set policy(policy: Policy) {
    this.#ordinals.policy = policy;
  }

  /** Books news that came at `now`. */
  take(news: LaneNews, now: number, offsetMs: number): void {
    if (news.type === 'batch') this.#takeBatch(news.batch, now, offsetMs);
    else if (news.type === 'state') this.#takeState(news.state, now);
    else {
      this.#ordinals.leave();
      this.questions.fail();
      // Who no longer asks is not waited for.
      this.#heardAt = this.#lostAt = undefined;
      this.#state = { phase: 'closed' };
    }
  }

  /** Counts from zero; what is shown, and where series and line stand, stays. */
  restart(now: number, offsetMs: number): void {
    this.#ages = new AgeCounts();
    this.#readings = this.#interruptions = 0;
    this.#longestRecoveryMs = this.#longestSilenceMs = undefined;
    this.#ordinals.restart();
    this.#shown.restart(now + offsetMs);
    this.questions.restart(now);
  }

  report(now: number, offsetMs: number): LaneReport {
    const { questions } = this;
    const optional = {
      p50: this.#ages.percentile(0.5),
      p95: this.#ages.percentile(0.95),
      p99: this.#ages.percentile(0.99),
      shownAgeMs: this.#shown.mean(now + offsetMs),
      shownNowMs: this.#shown.at(now + offsetMs),
      askedHz: questions.hz(now),
      heldMs: questions.heldMs,
      restMs: questions.restMs,
      longestRecoveryMs: this.#longestRecoveryMs,
      notBackMs: this.#lostAt === undefined ? undefined : now - this.#lostAt,
      longestSilenceMs: this.#longestSilenceMs,
    };
    return {
      lane: this.lane,
      phase: this.#state.phase,
      doing: this.#doing(now),
      readings: this.#readings,
      repeats: this.#ordinals.repeats,
      lost: this.#ordinals.lost,
      withheld: this.#ordinals.withheld,
      ages: this.#ages.histogram(),
      asked: questions.asked,
      interruptions: this.#interruptions,
      ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as typeof optional),
    };
  }

  #takeBatch(batch: Batch, now: number, offsetMs: number): void {
    if (batch.kind === 'gap') return this.#ordinals.gap(batch.reason);
    for (const reading of batch.readings) {
      if (batch.kind === 'snapshot') this.#ordinals.show(reading);
      else this.#takeReading(reading, now, offsetMs);
      // What was there before the race is nobody's delay: what is shown counts from the first reading that came.
      if (this.#heardAt !== undefined || batch.kind === 'readings') this.#shown.show(reading.at, now + offsetMs);
    }
    if (batch.kind === 'readings') this.#heard(now);
  }

  #takeReading(reading: DeliveredReading, now: number, offsetMs: number): void {
    if (!this.#ordinals.take(reading)) return;
    this.#readings += 1;
    this.#ages.add(now + offsetMs - reading.at);
  }

  #heard(now: number): void {
    if (this.#heardAt !== undefined)
      this.#longestSilenceMs = Math.max(this.#longestSilenceMs ?? 0, now - this.#heardAt);
    this.#heardAt = now;
    if (this.#lostAt === undefined) return;
    this.#longestRecoveryMs = Math.max(this.#longestRecoveryMs ?? 0, now - this.#lostAt);
    this.#lostAt = undefined;
  }

  #takeState(state: LineState, now: number): void {
    if (state.phase === 'resuming' && this.#state.phase === 'live') {
      this.#interruptions += 1;
      // Lost again before anything came: the time without a reading goes on.
      this.#lostAt ??= now;
    }
    this.#state = state;
  }

  #doing(now: number): string {
    const { phase, reason, retryAt } = this.#state;
    const inS = (at: number) => `${(Math.max(0, at - now) / 1000).toFixed(1)} s`;
    switch (phase) {
      case 'closed':
        return 'not running';
      case 'refused':
        return `refused${reason ? `: ${reason}` : ''}`;
      case 'connecting':
        return retryAt !== undefined && retryAt > now ? `no answer, asks again in ${inS(retryAt)}` : 'connecting';
      case 'resuming':
        return retryAt !== undefined && retryAt > now ? `cut, back in ${inS(retryAt)}` : 'cut, comes back';
      case 'live': {
        if (this.lane !== 'poll' && this.lane !== 'long-poll') return 'open';
        const { outSince, nextAt } = this.questions;
        if (outSince !== undefined) return `held ${((now - outSince) / 1000).toFixed(1)} s`;
        return nextAt === undefined ? 'asks' : `asks again in ${inS(nextAt)}`;
      }
    }
  }
}

import type { RunChange, RunSettings } from '@telewire/lab';
import type { LabPlan } from './lab-plan.js';

/** Settings, and from when they held: epoch milliseconds of the gateway. */
interface Held {
  readonly plan: LabPlan;
  readonly at: number;
}

/**
 * What a race was run with, from when to when. What is set on the page after the race is for the next one, and leaves this as
 * it is. Nothing in it changes: every change is another record.
 */
export class RunRecord {
  private constructor(
    private readonly series: string,
    private readonly held: readonly [Held, ...Held[]],
  ) {}

  /** A race that begins with `plan`; `series` is the lab's own of its session. */
  static of(plan: LabPlan, series: string, at = 0): RunRecord {
    return new RunRecord(series, [{ plan, at }]);
  }

  /** The settings that held last. */
  get plan(): LabPlan {
    return this.held.at(-1)!.plan;
  }

  /** Something else was set at `at`; of what is set within one tally the last counts. */
  changed(plan: LabPlan, at: number): RunRecord {
    const [begun, ...changes] = this.held;
    if (changes.length === 0 && at <= begun.at) return RunRecord.of(plan, this.series, begun.at);
    return new RunRecord(this.series, [begun, ...changes.filter((each) => each.at < at), { plan, at }]);
  }

  /** Counted anew from `at` on: what held then is what the run begins with. */
  begunAt(at: number): RunRecord {
    return RunRecord.of(this.plan, this.series, at);
  }

  /** What was set at the beginning, and what was changed since. */
  settings(startedAt: number): RunSettings & { readonly changes: readonly RunChange[] } {
    const [begun, ...changes] = this.held;
    return {
      ...this.settingsOf(begun.plan),
      changes: changes.map(({ plan, at }) => ({
        ...this.settingsOf(plan),
        afterS: Math.max(0, at - startedAt) / 1000,
      })),
    };
  }

  private settingsOf({ stream, rateHz, format, weather, pollEveryMs, unpaced }: LabPlan): RunSettings {
    return {
      ...(stream === undefined && { rateHz }),
      weather,
      terms: { filters: [stream ?? this.series], format, pollEveryMs, unpaced },
    };
  }
}

import type { Phase, TransportName } from '@telewire/client';

/** Ages of readings when they came, counted in steps that grow by a constant factor. */
export interface AgeHistogram {
  /** Lower edge of the first step, milliseconds; each further edge is {@link AgeHistogram.factor} times the one before. */
  readonly fromMs: number;
  readonly factor: number;
  /** Readings in each step; what lies below or above is in the first or the last. */
  readonly counts: readonly number[];
}

/** What a client on one transport has experienced since the race began. */
export interface LaneReport {
  readonly lane: TransportName;
  readonly phase: Phase;
  /** In a few words: `open`, `held 2.1 s`, `asks again in 0.8 s`, `cut, back in 1.2 s`. */
  readonly doing: string;
  readonly readings: number;
  /** By ordinals: came twice, and never came although later ones did. */
  readonly repeats: number;
  readonly lost: number;
  /** By ordinals: left out because the contract says so (`latest`, `extremes`). */
  readonly withheld?: number;
  /** Milliseconds from a reading's device time to its arrival; `undefined` until one came. */
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly ages: AgeHistogram;
  /** Mean over time of the age of the newest reading at hand, milliseconds: how old what a screen shows is. */
  readonly shownAgeMs?: number;
  /** Age of the newest reading at hand now, milliseconds. */
  readonly shownNowMs?: number;
  /** Questions asked (poll and long-poll). */
  readonly asked: number;
  /** Questions asked in a second, over the last seconds (poll and long-poll). */
  readonly askedHz?: number;
  /** Mean time from a question to its answer, and from an answer to the next question, milliseconds (poll and long-poll). */
  readonly heldMs?: number;
  readonly restMs?: number;
  /** How often the line was lost, and the longest time from losing it until the next reading, milliseconds. */
  readonly interruptions: number;
  readonly longestRecoveryMs?: number;
  /** Since the line was lost and nothing has come, milliseconds; `undefined` where that is not so. */
  readonly notBackMs?: number;
  /** The longest time between two readings, milliseconds. */
  readonly longestSilenceMs?: number;
}

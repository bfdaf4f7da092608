import { costOf, type AgeHistogram, type LaneReport } from '@telewire/lab';
import type { TransportName } from '@telewire/client';
import type { LabTally } from '@telewire/protocol';
import { groupDigits } from '../widget/format.js';
import { bytesFigure, delayFigure, inWords, kiloFigure, rateFigure, shareFigure, type Figure } from './figures.js';
import type { LabPlan } from './lab-plan.js';
import type { Pace } from './tally-window.js';

/** What is known of a lane at a moment. */
export interface LaneFacts {
  readonly lane: TransportName;
  readonly report: LaneReport | undefined;
  readonly tally: LabTally | undefined;
  readonly pace: Pace | undefined;
  /** True when the race is over and the figures are kept: how the line stood then is not how it stands. */
  readonly over?: boolean;
}

/** A lane as its row shows it. */
export interface LaneView {
  readonly lane: TransportName;
  readonly doing: string;
  /** How often it was cut and how it came back; `undefined` while it was not. */
  readonly recovery: string | undefined;
  readonly kilobytes: Figure;
  readonly overhead: Figure;
  readonly asks: Figure;
  readonly ages: AgeHistogram;
  readonly medianMs: number | undefined;
  readonly median: Figure;
  readonly worst: Figure;
  /** Everything else, name and value. */
  readonly further: readonly (readonly [name: string, value: string])[];
}

const NO_AGES: AgeHistogram = { fromMs: 1, factor: 2, counts: [] };

/** Puts a lane's figures into words; `plan` says how poll and long-poll ask. */
export function lookAtLane(facts: LaneFacts, plan: LabPlan): LaneView {
  const { lane, report, tally, pace } = facts;
  return {
    lane,
    doing: doingOf(facts, plan),
    recovery: report === undefined ? undefined : recoveryOf(report),
    kilobytes: kiloFigure(pace?.bytesPerSecond),
    overhead: shareFigure(tally && costOf(0, tally).overhead),
    asks: rateFigure(pace?.asksPerMinute),
    ages: report?.ages ?? NO_AGES,
    medianMs: report?.p50,
    median: delayFigure(report?.p50),
    worst: delayFigure(report?.p99),
    further: furtherOf(facts),
  };
}

function doingOf({ lane, report, tally, over }: LaneFacts, plan: LabPlan): string {
  if (report === undefined) return 'not running';
  if (over === true) return 'stopped';
  if (report.phase !== 'live') return report.doing;
  const way =
    lane === 'long-poll'
      ? plan.unpaced
        ? 'naive'
        : 'paced'
      : lane === 'poll'
        ? plan.pollEveryMs === undefined
          ? 'as nextAt says'
          : `every ${plan.pollEveryMs / 1000} s`
        : undefined;
  if (way === undefined) {
    const open = tally?.open ?? 0;
    return open === 0 ? report.doing : `${report.doing}, ${open === 1 ? '1 connection' : `${open} connections`}`;
  }
  // A question that is answered in no time is not followed one by one.
  const often = (report.askedHz ?? 0) > 1;
  if (lane === 'long-poll' && often) return `held ${inWords(delayFigure(report.heldMs))}, ${way}`;
  return lane === 'poll' && often ? way : `${report.doing}, ${way}`;
}

function recoveryOf({ interruptions, longestRecoveryMs, notBackMs }: LaneReport): string | undefined {
  // A line that was lost before it was counted anew is still to come back.
  if (interruptions === 0 && notBackMs === undefined) return undefined;
  const cuts = interruptions === 1 ? '1 cut' : `${interruptions} cuts`;
  if (notBackMs !== undefined) return `${cuts}, not back for ${inWords(delayFigure(notBackMs))}`;
  if (longestRecoveryMs === undefined) return cuts;
  return `${cuts}, back ${interruptions === 1 ? 'in' : 'within'} ${inWords(delayFigure(longestRecoveryMs))}`;
}

function furtherOf({ report, tally }: LaneFacts): LaneView['further'] {
  const bytes = (count: number | undefined) => inWords(bytesFigure(count));
  const delay = (ms: number | undefined) => inWords(delayFigure(ms));
  const count = (value: number | undefined) => (value === undefined ? '---' : groupDigits(value));
  const perReading = tally && report ? costOf(report.readings, tally).bytesPerReading : undefined;
  const figures: (readonly [string, string])[] = [
    ['readings', count(report?.readings)],
    ['lost', count(report?.lost)],
    ['repeated', count(report?.repeats)],
    ['requests', count(tally?.requests)],
    ['connections', tally ? `${count(tally.connections)}, ${count(tally.open)} open` : '---'],
    ['up, header', bytes(tally?.up.header)],
    ['up, content', bytes(tally?.up.body)],
    ['down, header', bytes(tally?.down.header)],
    ['down, content', bytes(tally?.down.body)],
    ['bytes a reading', bytes(perReading)],
    ['age, 95 %', delay(report?.p95)],
    ['shown age, mean', delay(report?.shownAgeMs)],
    ['shown age, now', delay(report?.shownNowMs)],
    ['cuts', count(report?.interruptions)],
    ['longest recovery', delay(report?.longestRecoveryMs)],
    ['not back for', delay(report?.notBackMs)],
    ['longest silence', delay(report?.longestSilenceMs)],
  ];
  if (report?.heldMs !== undefined) figures.push(['held, mean', delay(report.heldMs)]);
  if (report?.restMs !== undefined) figures.push(['rest until asked again', delay(report.restMs)]);
  return figures;
}

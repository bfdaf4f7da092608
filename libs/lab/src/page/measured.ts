import { TRANSPORTS, type TransportName } from '@telewire/client';
import type { LabTally } from '@telewire/protocol';
import type { DuplexReport } from '../duplex.js';
import { costOf, type LabRun, type LaneCost } from '../lab-run.js';
import type { LaneReport } from '../lane-report.js';
import { CALM_RATES_HZ, type Measuring } from './scenarios.js';

/** A scenario that was measured, and what opening its lines had cost before. */
export interface MeasuredRun extends LabRun {
  readonly opening: LabRun['tallies'];
}

/** Echoes that were sent, and what their lane has cost. */
export interface MeasuredEcho extends DuplexReport {
  readonly tally: LabTally;
}

/** All figures of one run of the report, by the names of the scenarios. */
export interface LabFigures extends Measuring {
  /** How long all of it took, seconds. */
  readonly tookS: number;
  readonly runs: Readonly<Record<string, MeasuredRun>>;
  readonly duplex: Readonly<Record<string, readonly MeasuredEcho[]>>;
}

/** A lane in a scenario: what its client experienced and what it cost, for each second and each reading. */
export interface LaneFigures extends LaneReport, LaneCost, LabTally {
  readonly seconds: number;
  /** Header and body, both ways. */
  readonly bytes: number;
  readonly requestsHz: number;
}

/** The figures, as sentences and tables ask for them. */
export class Measured {
  constructor(readonly figures: LabFigures) {}

  /** The scenario of this name. @throws Error where it was not measured */
  run(name: string): MeasuredRun {
    const run = this.figures.runs[name];
    if (!run) throw new Error(`${name} was not measured`);
    return run;
  }

  /** A lane in a scenario. @throws Error where it was not measured */
  of(name: string, lane: TransportName): LaneFigures {
    const { lanes, tallies, seconds } = this.run(name);
    const [report, tally] = [lanes.find((each) => each.lane === lane), tallies[lane]];
    if (!report || !tally) throw new Error(`${lane} was not measured in ${name}`);
    const cost = costOf(report.readings, tally);
    const bytes = cost.headerBytes + cost.bodyBytes;
    return { ...report, ...tally, ...cost, seconds, bytes, requestsHz: tally.requests / seconds };
  }

  /** A lane at each of the calm rates. */
  calm(lane: TransportName): readonly LaneFigures[] {
    return CALM_RATES_HZ.map((rateHz) => this.of(`calm-${rateHz}`, lane));
  }

  /** What opening a lane's line has cost. */
  opening(lane: TransportName): { readonly requests: number; readonly connections: number; readonly bytes: number } {
    const tally = this.run('idle').opening[lane];
    if (!tally) throw new Error(`the opening of ${lane} was not measured`);
    const { headerBytes, bodyBytes } = costOf(0, tally);
    return { requests: tally.requests, connections: tally.connections, bytes: headerBytes + bodyBytes };
  }

  /** How many readings a scenario has made, by its rate. */
  made(name: string): number {
    const { rateHz = 0, seconds } = this.run(name);
    return rateHz * seconds;
  }

  /** Both ways of echoes in a weather, the WebSocket first. */
  echoes(name: string): readonly [MeasuredEcho, MeasuredEcho] {
    const [socket, posts] = this.figures.duplex[name] ?? [];
    if (!socket || !posts) throw new Error(`${name} was not measured`);
    return [socket, posts];
  }

  /** All reports of all scenarios. */
  get reports(): readonly LaneReport[] {
    return Object.values(this.figures.runs).flatMap(({ lanes }) => lanes);
  }
}

/** A figure that is needed to say something. @throws Error where there is none */
export function known(value: number | undefined): number {
  if (value === undefined) throw new Error('there is no such figure');
  return value;
}

/** What an echo has cost, bytes both ways. */
export function bytesOfEcho({ tally, sent }: MeasuredEcho): number {
  const { headerBytes, bodyBytes } = costOf(sent, tally);
  return (headerBytes + bodyBytes) / sent;
}

/** A row for each transport. */
export const rowsOf = (cells: (lane: TransportName) => readonly string[]): readonly (readonly string[])[] =>
  TRANSPORTS.map((lane) => [lane, ...cells(lane)]);

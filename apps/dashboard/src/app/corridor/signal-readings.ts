import type { Level, Newest } from '@telewire/client';
import type { DeliveredReading } from '@telewire/protocol';
import { BROKER_SERIES, STATUS_METRIC, metricOf } from '../series-names.js';
import { Arrivals } from '../telemetry/arrivals.js';
import { DeviceClock } from '../telemetry/device-clock.js';

const PHASE = /\/phase-(\d+)\/indication$/;
const KEPT_CHANGES = 8;
const ROUNDING_MS = 300;

/** What a signal head shows. */
export type Indication = 'green' | 'yellow' | 'red';

/** One time that a phase had its turn, in seconds of the cycle. */
export interface Turn {
  readonly from: number;
  /** Where green ended, and where red began: as observed, `undefined` while it lasts. */
  readonly greenTo: number | undefined;
  readonly to: number | undefined;
  /** How many seconds the turn before lasted, where it was seen whole. */
  readonly beforeS: number | undefined;
}

/** One phase as it stands. */
export interface PhaseView {
  readonly phase: number;
  readonly shows: Indication | undefined;
  /** Since when, epoch milliseconds. */
  readonly since: number;
  /** Its newest turn that has been seen; `undefined` when none has. */
  readonly turn: Turn | undefined;
}

interface Change {
  readonly at: number;
  readonly shows: Indication;
}

/** What one signal controller has told: the indications of its phases as they changed, and the second of its cycle. */
export class SignalReadings {
  private readonly changes = new Map<number, Change[]>();
  private cycleStartAt: number | undefined;
  private cycleLengthMs: number | undefined;
  readonly clock = new DeviceClock();
  private readonly arrivals = new Arrivals();
  heard: Newest | undefined;
  broker: Level | undefined;
  status: Level | undefined;
  revision = 0;

  take(readings: readonly DeliveredReading[]): void {
    for (const reading of readings) {
      const { series, at, value } = reading;
      const phase = PHASE.exec(series)?.[1];
      if (phase !== undefined) this.takeIndication(Number(phase), this.place(reading), value);
      else if (series.endsWith('/cycle') && typeof value === 'number') this.takeCycle(reading, value);
      else if (series === BROKER_SERIES && typeof value === 'string') this.broker = { value, at };
      else if (metricOf(series) === STATUS_METRIC && typeof value === 'string') this.status = { value, at };
      else continue;
      this.revision++;
    }
  }

  /** Seconds since the cycle began; `undefined` until it is known. */
  second(now: number): number | undefined {
    return this.cycleStartAt === undefined ? undefined : this.inCycle(now);
  }

  /** Length of the cycle in seconds, once one has ended. */
  get lengthS(): number | undefined {
    return this.cycleLengthMs === undefined ? undefined : this.cycleLengthMs / 1000;
  }

  get phases(): PhaseView[] {
    return [...this.changes]
      .sort(([a], [b]) => a - b)
      .map(([phase, changes]) => {
        const last = changes.at(-1);
        return { phase, shows: last?.shows, since: last?.at ?? 0, turn: this.turnOf(changes) };
      });
  }

  private takeIndication(phase: number, at: number, value: unknown): void {
    if (value !== 'green' && value !== 'yellow' && value !== 'red') return;
    const changes = this.changes.get(phase) ?? [];
    this.changes.set(phase, changes);
    const last = changes.at(-1);
    if (last !== undefined && (at < last.at || last.shows === value)) return;
    changes.push({ at, shows: value });
    if (changes.length > KEPT_CHANGES) changes.shift();
  }

  private takeCycle(reading: DeliveredReading, second: number): void {
    const at = this.place(reading);
    const heard = { until: at, receivedAt: reading.receivedAt };
    if (this.arrivals.isHistory(reading, heard, this.heard)) return;
    const startAt = at - second * 1000;
    // The second jumps back when a cycle begins; a start that moves by less is rounding.
    if (this.cycleStartAt !== undefined && startAt - this.cycleStartAt > 5_000)
      this.cycleLengthMs = Math.round((startAt - this.cycleStartAt) / 1000) * 1000;
    if (this.cycleStartAt === undefined || Math.abs(startAt - this.cycleStartAt) > 1_000) this.cycleStartAt = startAt;
    this.heard = heard;
  }

  private place(reading: DeliveredReading): number {
    const before = this.clock.skewMs;
    const at = this.clock.place(reading);
    // A start that moves with the clock is not the start of another cycle.
    if (this.clock.skewMs !== before) this.cycleStartAt = undefined;
    return at;
  }

  private inCycle(at: number): number {
    const seconds = (at - (this.cycleStartAt ?? 0)) / 1000;
    const length = this.lengthS;
    return length === undefined ? seconds : ((seconds % length) + length) % length;
  }

  // The newest green, and how it ended if it has; while it lasts, the turn before tells how long it may be.
  private turnOf(changes: readonly Change[]): Turn | undefined {
    if (this.cycleStartAt === undefined) return undefined;
    const green = changes.findLastIndex(({ shows }) => shows === 'green');
    const begun = changes[green];
    if (begun === undefined) return undefined;
    // The cycle's second is rounded: a green that opens the cycle may seem to come just before it.
    const from = Math.max(0, Math.round(10 * (this.inCycle(begun.at + ROUNDING_MS) - ROUNDING_MS / 1000)) / 10);
    const end = (shows: Indication) => {
      const change = changes.slice(green + 1).find((each) => each.shows === shows);
      return change === undefined ? undefined : from + (change.at - begun.at) / 1000;
    };
    return { from, greenTo: end('yellow') ?? end('red'), to: end('red'), beforeS: lengthBefore(changes, green) };
  }
}

function lengthBefore(changes: readonly Change[], green: number): number | undefined {
  const earlier = changes.slice(0, green);
  const begun = earlier.findLast(({ shows }) => shows === 'green');
  const ended = earlier.findLast(({ shows }) => shows === 'red');
  return begun === undefined || ended === undefined || ended.at < begun.at ? undefined : (ended.at - begun.at) / 1000;
}

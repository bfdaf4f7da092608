import type { DeliveredReading } from '@telewire/protocol';
import { Lateness } from '@telewire/telemetry';
import { isHistory, type Heard } from './device-clock.js';

// Readings that come late after such a pause are another matter.
const PAUSE_MS = 60_000;

/** Readings that came late, one soon after another. */
export interface LateReadings {
  readonly count: number;
  /** When the gateway received the last of them. */
  readonly receivedAt: number;
}

/** Tells the present of each series from its history, as readings come. */
export class Arrivals {
  private readonly series = new Map<string, Lateness>();
  private lateOnes: LateReadings | undefined;

  /** What came late last, if anything. */
  get late(): LateReadings | undefined {
    return this.lateOnes;
  }

  /** Takes the next reading of a series, which lies at `heard`; true when it does not take the place of `newest`. */
  isHistory(reading: DeliveredReading, heard: Heard, newest: Heard | undefined): boolean {
    const { series, receivedAt } = reading;
    // Out of turn: it was read from the journal behind what was known already.
    if (newest !== undefined && receivedAt < newest.receivedAt) return true;
    let lateness = this.series.get(series);
    if (lateness === undefined) this.series.set(series, (lateness = new Lateness()));
    if (!lateness.judge(reading)) return isHistory(heard, newest);
    const before = this.lateOnes;
    const goesOn = before !== undefined && receivedAt - before.receivedAt < PAUSE_MS;
    this.lateOnes = { count: goesOn ? before.count + 1 : 1, receivedAt };
    return true;
  }
}

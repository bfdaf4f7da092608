import type { Newest } from '@telewire/client';
import type { DeliveredReading } from '@telewire/protocol';
import { Lateness } from '@telewire/telemetry';
import { isHistory } from './device-clock.js';

// Readings that come late after such a pause are another matter.
const PAUSE_MS = 60_000;

/** Readings that came late, one soon after another. */
export interface LateReadings {
  readonly count: number;
  /** When the gateway received the last of them. */
  readonly receivedAt: number;
}

/** What is known of a series: the ordinal of its newest reading, and when the newest was received that was not late. */
interface Known {
  readonly lateness: Lateness;
  n: number;
  receivedAt: number;
}

/** Tells the present of each series from its history, as readings come. */
export class Arrivals {
  private readonly series = new Map<string, Known>();
  private lateOnes: LateReadings | undefined;

  /** What came late last, if anything. */
  get late(): LateReadings | undefined {
    return this.lateOnes;
  }

  /** Takes the next reading of a series, which lies at `heard`; true when it does not take the place of `newest`. */
  isHistory(reading: DeliveredReading, heard: Newest, newest: Newest | undefined): boolean {
    const { series, n, receivedAt } = reading;
    let known = this.series.get(series);
    // Out of turn: it was read from the journal behind what was known already. A lower ordinal that was received later is of
    // a journal that has begun anew.
    if (known !== undefined && n <= known.n && receivedAt <= known.receivedAt) return true;
    if (known === undefined) this.series.set(series, (known = { lateness: new Lateness(), n, receivedAt }));
    known.n = n;
    if (!known.lateness.judge(reading)) {
      // In turn and received before: the gateway's clock was set back, and times do not say what is newer.
      const isSetBack = receivedAt < known.receivedAt;
      known.receivedAt = receivedAt;
      return !isSetBack && isHistory(heard, newest);
    }
    const before = this.lateOnes;
    const goesOn = before !== undefined && receivedAt - before.receivedAt < PAUSE_MS;
    this.lateOnes = { count: goesOn ? before.count + 1 : 1, receivedAt };
    return true;
  }
}

import type { Newest } from '@telewire/client';
import type { DeliveredReading } from '@telewire/protocol';
import { columnOf, durationMs, isEnvelope, isSamples } from '@telewire/telemetry';

// What is less may be the way from the device to the gateway; what is more, and lasts, is a clock that is wrong.
const SKEW_MS = 2_000;
const STEADY_MS = 1_500;
const LASTING_MS = 2_000;

/** Device time of the oldest thing that a reading says something of: its own, or where the first column of an envelope begins. */
export const oldestIn = ({ at, value }: DeliveredReading): number =>
  isEnvelope(value) ? columnOf(at, value.columnMs) * value.columnMs : at;

/** Device time of the newest thing a reading holds: its own, or that of the last sample of a block. */
export function newestIn({ at, value, receivedAt }: DeliveredReading): number {
  if (isSamples(value)) return at + durationMs(value);
  if (!isEnvelope(value)) return at;
  // Somewhere in the last column; a device whose clock is right measured it just before it was received.
  const lastColumn = (columnOf(at, value.columnMs) + value.min.length - 1) * value.columnMs;
  return Math.min(Math.max(receivedAt, at, lastColumn), lastColumn + value.columnMs);
}

/**
 * True for a reading that is older than what has come. A device whose clock was set back goes on all the same: what it
 * sends is history only as long as something newer was received just before.
 */
export const isHistory = ({ until, receivedAt }: Newest, newest: Newest | undefined): boolean =>
  newest !== undefined &&
  (receivedAt < newest.receivedAt || (until < newest.until && receivedAt < newest.receivedAt + LASTING_MS));

/** How far a device's clock is from the gateway's, learnt from when its readings are received. */
export class DeviceClock {
  private skew = 0;
  /** Readings that agree: first and last receipt, and between what their device times led it. */
  private run = { from: Infinity, to: -Infinity, low: Infinity, high: -Infinity };

  /** Device clock less gateway clock; 0 while it is not further off than readings may take to come. */
  get skewMs(): number {
    return this.skew;
  }

  /** Learns from a reading, and tells the gateway time of its `at`. */
  place(reading: DeliveredReading): number {
    const lead = newestIn(reading) - reading.receivedAt;
    this.learn(lead, reading.receivedAt);
    const ahead = lead - this.skew;
    // Nothing is received before it is measured; what is old may have waited, and only time tells.
    return reading.at - this.skew - (ahead > SKEW_MS ? ahead : 0);
  }

  // Readings that waited in the device come at once, with leads far apart: only a lead that lasts is a skew.
  private learn(lead: number, receivedAt: number): void {
    const { from, to, low, high } = this.run;
    // The gateway's clock may be set back too.
    if (receivedAt < to || Math.max(high, lead) - Math.min(low, lead) > STEADY_MS) {
      this.run = { from: receivedAt, to: receivedAt, low: lead, high: lead };
      return;
    }
    const run = {
      from: Math.min(from, receivedAt),
      to: receivedAt,
      low: Math.min(low, lead),
      high: Math.max(high, lead),
    };
    this.run = run;
    if (run.to - run.from < LASTING_MS) return;
    const seen = (run.low + run.high) / 2;
    if (this.skew !== 0 && Math.abs(seen - this.skew) <= STEADY_MS) return;
    this.skew = Math.abs(seen) > SKEW_MS ? seen : 0;
  }
}

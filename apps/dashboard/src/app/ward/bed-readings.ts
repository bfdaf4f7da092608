import type { Level, Newest } from '@telewire/client';
import type { DeliveredReading } from '@telewire/protocol';
import { BROKER_SERIES, STATUS_METRIC, metricOf } from '../series-names.js';
import { Playhead } from '../sweep/playhead.js';
import { SampleRing } from '../sweep/sample-ring.js';
import { isWave } from '../sweep/wave-value.js';
import { Arrivals } from '../telemetry/arrivals.js';
import { DeviceClock, newestIn, oldestIn } from '../telemetry/device-clock.js';

/** A number as it came last. */
export interface LatestNumber {
  /** Device time. */
  readonly at: number;
  /** The same in gateway time. */
  readonly placedAt: number;
  /** `null` when nothing could be measured or the value must not be used. */
  readonly value: number | null;
}

/** Everything that has come from one bed. It is written as readings come and read at the pace of the screen. */
export class BedReadings {
  readonly playhead = new Playhead();
  private readonly numbers = new Map<string, LatestNumber>();
  private readonly rings = new Map<string, SampleRing>();
  private readonly newest = new Map<string, Newest>();
  readonly clock = new DeviceClock();
  readonly arrivals = new Arrivals();
  status: Level | undefined;
  broker: Level | undefined;

  /** Takes readings in the order they came; `now` is gateway time. */
  take(readings: readonly DeliveredReading[], now: number): void {
    for (const reading of readings) {
      if (reading.series === BROKER_SERIES) this.broker = level(reading) ?? this.broker;
      else if (metricOf(reading.series) === STATUS_METRIC) this.status = level(reading) ?? this.status;
      else this.takeMeasurement(reading, now);
    }
  }

  /** The ring of a wave; it is there before the wave is. */
  ring(metric: string): SampleRing {
    let ring = this.rings.get(metric);
    if (ring === undefined) this.rings.set(metric, (ring = new SampleRing()));
    return ring;
  }

  number(metric: string): LatestNumber | undefined {
    return this.numbers.get(metric);
  }

  /** The newest measurement of a metric. */
  heard(metric: string): Newest | undefined {
    return this.newest.get(metric);
  }

  private takeMeasurement(reading: DeliveredReading, now: number): void {
    const metric = metricOf(reading.series);
    const { at, value, receivedAt } = reading;
    const placedAt = this.clock.place(reading);
    const heard = { until: placedAt + newestIn(reading) - at, receivedAt };
    const before = this.newest.get(metric);
    if (this.arrivals.isHistory(reading, heard, before)) {
      // A block that comes late still has its place on the sweep; a number that comes late is history.
      if (isWave(value)) this.ring(metric).take(reading, placedAt);
      return;
    }
    this.newest.set(metric, heard);
    if (isWave(value)) {
      // The gateway's clock was set back: what was drawn lies ahead of it, where the present has to go.
      if (before !== undefined && receivedAt < before.receivedAt) this.ring(metric).forgetFrom(placedAt);
      this.playhead.arrived(now, placedAt + oldestIn(reading) - at);
      this.ring(metric).take(reading, placedAt);
    } else {
      const usable = typeof value === 'number' && reading.quality !== 'bad';
      this.numbers.set(metric, { at, placedAt, value: usable ? value : null });
    }
  }
}

const level = ({ value, at }: DeliveredReading): Level | undefined =>
  typeof value === 'string' ? { value, at } : undefined;

import { isSamples } from '@telewire/telemetry';
import type { StoredReading } from '@telewire/protocol';
import { BROKER_SERIES, STATUS_METRIC, metricOf } from '../series-names.js';
import { Playhead } from '../sweep/playhead.js';
import { SampleRing } from '../sweep/sample-ring.js';
import { newestIn } from '../telemetry/widget-feed.js';
import type { Level } from '../widget/verdict.js';

/** A number as it came last. */
export interface LatestNumber {
  readonly at: number;
  /** `null` when nothing could be measured or the value must not be used. */
  readonly value: number | null;
}

/** Everything that has come from one bed. It is written as readings come and read at the pace of the screen. */
export class BedReadings {
  readonly playhead = new Playhead();
  private readonly numbers = new Map<string, LatestNumber>();
  private readonly rings = new Map<string, SampleRing>();
  private readonly newest = new Map<string, number>();
  status: Level | undefined;
  broker: Level | undefined;

  /** Takes readings in the order they came; `now` is gateway time. */
  take(readings: readonly StoredReading[], now: number): void {
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

  /** Device time of the newest measurement of a metric. */
  newestAt(metric: string): number | undefined {
    return this.newest.get(metric);
  }

  private takeMeasurement(reading: StoredReading, now: number): void {
    const metric = metricOf(reading.series);
    const { at, value } = reading;
    const newest = newestIn(reading);
    if (newest < (this.newest.get(metric) ?? -Infinity)) {
      // A block that comes late still has its place on the sweep; a number that comes late is history.
      if (isSamples(value)) this.ring(metric).push(at, value);
      return;
    }
    this.newest.set(metric, newest);
    if (isSamples(value)) {
      this.playhead.arrived(now, at);
      this.ring(metric).push(
        at,
        reading.quality === 'bad' ? { ...value, values: value.values.map(() => null) } : value,
      );
    } else {
      this.numbers.set(metric, { at, value: typeof value === 'number' && reading.quality !== 'bad' ? value : null });
    }
  }
}

const level = ({ value, at }: StoredReading): Level | undefined =>
  typeof value === 'string' ? { value, at } : undefined;

import type { Level, Newest } from '@telewire/client';
import type { DeliveredReading, RowValue } from '@telewire/protocol';
import { matches, type Quality } from '@telewire/telemetry';
import { BROKER_SERIES, STATUS_METRIC, metricOf } from '../series-names.js';
import { Playhead } from '../sweep/playhead.js';
import { SampleRing } from '../sweep/sample-ring.js';
import { isWave } from '../sweep/wave-value.js';
import { Arrivals } from '../telemetry/arrivals.js';
import { DeviceClock, newestIn, oldestIn } from '../telemetry/device-clock.js';
import type { WidgetKind } from './board-layout.js';
import { TextLog } from './text-log.js';
import { TrendRing } from './trend-ring.js';

/** The newest reading of a series. */
export interface NewestReading extends Newest {
  readonly value: RowValue;
  readonly quality: Quality;
}

/** Everything that has come for one widget. It is written as readings come and read at the pace of the screen. */
export class WidgetReadings {
  readonly newest = new Map<string, NewestReading>();
  readonly trend: TrendRing | undefined;
  readonly ring: SampleRing | undefined;
  readonly playhead = new Playhead();
  readonly log = new TextLog();
  readonly arrivals = new Arrivals();
  private readonly clocks = new Map<string, DeviceClock>();
  /** The interval of which the contract keeps the readings that come; 0 where every one comes. */
  paceMs = 0;
  /** Goes up with everything that comes. */
  revision = 0;
  private startedWith: DeliveredReading | undefined;
  status: Level | undefined;
  broker: Level | undefined;

  constructor(
    private readonly kind: WidgetKind,
    private readonly shows: string,
  ) {
    if (kind === 'number' || kind === 'trend') this.trend = new TrendRing();
    if (kind === 'wave') this.ring = new SampleRing();
  }

  /** Takes the latest reading that the gateway knows, before any has come: the journal may not hold it any more. */
  startWith(latest: DeliveredReading, now: number): void {
    if (this.newest.size > 0 || latest.series !== this.shows) return;
    this.take([latest], now);
    this.startedWith = latest;
  }

  /** Takes readings in the order they came; `now` is gateway time. */
  take(readings: readonly DeliveredReading[], now: number): void {
    const lines = [];
    for (const reading of readings) {
      const { series, value } = reading;
      if (series === BROKER_SERIES) this.broker = level(reading) ?? this.broker;
      else if (metricOf(series) === STATUS_METRIC) this.status = level(reading) ?? this.status;
      if (!matches(this.shows, series)) continue;
      const at = this.clockOf(series).place(reading);
      this.measured(reading, at, now);
      if (this.kind === 'log' && !isWave(value) && !this.isStart(reading))
        lines.push({ at, series, text: String(value ?? '---') });
    }
    this.log.take(lines);
    this.revision++;
  }

  private isStart({ n, receivedAt }: DeliveredReading): boolean {
    return n === this.startedWith?.n && receivedAt === this.startedWith.receivedAt;
  }

  /** How far the clock of the device is off whose series is shown. */
  get skewMs(): number {
    return this.clocks.get(this.shows)?.skewMs ?? 0;
  }

  private clockOf(series: string): DeviceClock {
    let clock = this.clocks.get(series);
    if (clock === undefined) this.clocks.set(series, (clock = new DeviceClock()));
    return clock;
  }

  // `at` is gateway time.
  private measured(reading: DeliveredReading, at: number, now: number): void {
    const { series, value, quality, receivedAt } = reading;
    const newest = { until: at + newestIn(reading) - reading.at, receivedAt, value, quality };
    const before = this.newest.get(series);
    const isPast = this.arrivals.isHistory(reading, newest, before);
    if (!isPast) this.newest.set(series, newest);
    if (!isPast && before !== undefined && receivedAt < before.receivedAt) {
      // The gateway's clock was set back: what was drawn lies ahead of it, where the present has to go.
      this.trend?.forgetFrom(at);
      this.ring?.forgetFrom(at);
    }
    if (isWave(value)) {
      this.playhead.arrived(now, at + oldestIn(reading) - reading.at);
      this.ring?.take(reading, at);
    } else this.trend?.push(at, typeof value === 'number' && quality !== 'bad' ? value : null, this.paceMs);
  }
}

const level = ({ value, at }: DeliveredReading): Level | undefined =>
  typeof value === 'string' ? { value, at } : undefined;

/** Where the status of the device may be that a series belongs to: any of its levels above the metric may be the device. */
export function statusFilters(shows: string): string[] {
  if (/[+#]/.test(shows)) return [];
  const levels = shows.split('/');
  return levels.slice(1).map((_, i) => [...levels.slice(0, i + 1), STATUS_METRIC].join('/'));
}

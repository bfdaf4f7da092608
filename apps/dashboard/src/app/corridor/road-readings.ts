import type { Level, Newest } from '@telewire/client';
import type { DeviceEntry, DeliveredReading } from '@telewire/protocol';
import type { SeriesInfo } from '@telewire/telemetry';
import { BROKER_SERIES, STATUS_METRIC, metricOf } from '../series-names.js';
import { Arrivals } from '../telemetry/arrivals.js';
import { DeviceClock } from '../telemetry/device-clock.js';
import { MEASURES, StationHistory, type Measure } from './station-history.js';

/** How far back the contour looks. */
export const WINDOW_MS = 30 * 60_000;
const DEFAULT_INTERVAL_MS = 30_000;
const LANE = /\/lane-(\d+)\/([a-z]+)$/;

/** A detector station on the road. */
export interface Station {
  readonly device: string;
  readonly label: string;
  readonly detail: string;
  readonly km: number;
  readonly lanes: number;
  readonly intervalMs: number;
}

/** Finds the stations among the devices, in the order of the road. */
export function stationsOf(devices: readonly DeviceEntry[], series: ReadonlyMap<string, SeriesInfo>): Station[] {
  return devices
    .filter((device) => device.type === 'detector-station' && device.km !== undefined)
    .map((device) => {
      const own = [...series.values()].filter((info) => info.series.startsWith(`${device.device}/`));
      const lanes = own.map((info) => Number(LANE.exec(info.series)?.[1] ?? 0));
      return {
        device: device.device,
        label: device.label,
        detail: device.detail ?? '',
        km: device.km ?? 0,
        lanes: Math.max(1, ...lanes),
        intervalMs: own.find((info) => info.intervalMs !== null)?.intervalMs ?? DEFAULT_INTERVAL_MS,
      };
    })
    .sort((a, b) => a.km - b.km);
}

/** Everything that has come from the road. It is written as readings come and read at the pace of the screen. */
export class RoadReadings {
  private readonly histories = new Map<string, StationHistory>();
  private readonly newest = new Map<string, Newest>();
  private readonly statuses = new Map<string, Level>();
  private readonly arrivals = new Arrivals();
  private readonly clocks = new Map<string, DeviceClock>();
  private readonly early: DeliveredReading[] = [];
  private stations = new Map<string, Station>();
  broker: Level | undefined;
  /** Goes up with every reading that changes a picture. */
  revision = 0;

  /** Learns which stations there are; readings that came before are taken then. */
  know(stations: readonly Station[]): void {
    this.stations = new Map(stations.map((station) => [station.device, station]));
    this.revision++;
    this.take(this.early.splice(0));
  }

  take(readings: readonly DeliveredReading[]): void {
    for (const reading of readings) {
      if (reading.series === BROKER_SERIES) {
        if (typeof reading.value === 'string') this.broker = { value: reading.value, at: reading.at };
        continue;
      }
      if (metricOf(reading.series) === STATUS_METRIC) {
        this.takeStatus(reading);
        continue;
      }
      const lane = LANE.exec(reading.series);
      const measure = MEASURES.find((each) => each === lane?.[2]);
      if (lane !== null && measure !== undefined) this.put(reading, Number(lane[1]) - 1, measure);
    }
  }

  history(device: string): StationHistory | undefined {
    return this.histories.get(device);
  }

  /** The newest reading of a station. */
  heard(device: string): Newest | undefined {
    return this.newest.get(device);
  }

  /** Since when a station is offline, epoch milliseconds; `undefined` while it is not. */
  offlineSince(device: string): number | undefined {
    const status = this.statuses.get(device);
    return status?.value === 'offline' ? status.at : undefined;
  }

  /** How far the clock of a station is off. */
  skewMs(device: string): number {
    return this.clocks.get(device)?.skewMs ?? 0;
  }

  private takeStatus({ series, value, at }: DeliveredReading): void {
    if (typeof value !== 'string') return;
    this.statuses.set(series.slice(0, -STATUS_METRIC.length - 1), { value, at });
    this.revision++;
  }

  private put(reading: DeliveredReading, lane: number, measure: Measure): void {
    const device = reading.series.slice(0, reading.series.indexOf('/lane-'));
    const station = this.stations.get(device);
    if (station === undefined) {
      if (this.stations.size === 0) this.early.push(reading);
      return;
    }
    let history = this.histories.get(device);
    if (history === undefined) {
      history = new StationHistory(station.lanes, station.intervalMs, WINDOW_MS);
      this.histories.set(device, history);
    }
    let clock = this.clocks.get(device);
    if (clock === undefined) this.clocks.set(device, (clock = new DeviceClock()));
    const { value, quality, receivedAt } = reading;
    const heard = { until: clock.place(reading), receivedAt };
    history.put(heard.until, lane, measure, typeof value === 'number' && quality !== 'bad' ? value : null);
    if (!this.arrivals.isHistory(reading, heard, this.newest.get(device))) this.newest.set(device, heard);
    this.revision++;
  }
}

import { isSamples, matches, type DeviceInfo, type SeriesInfo, ucumOf, type Value } from '@telewire/telemetry';
import {
  BROKER_SERIES,
  type DeviceEntry,
  formatCursor,
  type Inventory,
  STATUS_METRIC,
  SYSTEM_DEVICE,
} from '@telewire/protocol';
import type { Journal } from '../journal/journal.js';
import { type Device, type OwnedSeries, RegistryNotes } from './registry-notes.js';

const statusInfo = (device: string): SeriesInfo => ({
  series: `${device}/${STATUS_METRIC}`,
  label: 'Status',
  kind: 'state',
  unit: '1',
  intervalMs: null,
  states: ['online', 'offline'],
});

const BROKER_INFO: SeriesInfo = {
  series: BROKER_SERIES,
  label: 'Broker',
  kind: 'state',
  unit: '1',
  intervalMs: null,
  states: ['connected', 'lost'],
};

/** Series that the gateway knows at most; each costs memory for as long as it runs. */
export const MAX_SERIES = 100_000;
/** Series that one device has at most. */
export const MAX_SERIES_OF_DEVICE = 2_000;

/**
 * Devices and their series: what they announced, and what could be told from their readings alone. It is kept with the journal,
 * and a start begins with what was known before.
 */
export class Registry {
  readonly #notes: RegistryNotes;
  readonly #devices = new Map<string, Device>();
  /** How many series each device has. */
  readonly #counts = new Map<string, number>();
  readonly #online = new Map<string, boolean>();
  // For each series its info and the device it belongs to.
  readonly #series = new Map<string, OwnedSeries>();

  constructor(private readonly journal: Journal) {
    this.#notes = new RegistryNotes(journal);
    this.#devices.set(SYSTEM_DEVICE, { device: SYSTEM_DEVICE, label: 'Gateway', type: 'gateway', simulated: false });
    this.#put({ ...BROKER_INFO, device: SYSTEM_DEVICE });
    this.#recall();
  }

  /** The device that a name belongs to: the longest known one that it lies below. */
  ownerOf(name: string): string | undefined {
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const device = name.slice(0, end);
      if (this.#devices.has(device)) return device;
    }
    return undefined;
  }

  /** How many series a device has. */
  countOf(device: string): number {
    return this.#counts.get(device) ?? 0;
  }

  /** True when so many more series of a device can be taken. */
  hasRoom(device: string, more = 1): boolean {
    return this.#series.size + more <= MAX_SERIES && this.countOf(device) + more <= MAX_SERIES_OF_DEVICE;
  }

  /** What is known of a series. */
  infoOf(series: string): SeriesInfo | undefined {
    return this.#series.get(series);
  }

  /** Takes what a device says of itself; series that it no longer names are forgotten. */
  announce(info: DeviceInfo): void {
    const { series, ...device } = info;
    this.#putDevice(device);
    for (const [name, known] of this.#series) if (known.device === info.device) this.#drop(name);
    for (const each of series) this.#put({ ...each, device: info.device });
    this.#put({ ...statusInfo(info.device), device: info.device });
  }

  /** Forgets a device whose retained announcement was deleted; its readings stay in the journal. */
  forget(device: string): void {
    this.#devices.delete(device);
    this.#notes.dropDevice(device);
    this.#online.delete(device);
    for (const [name, known] of this.#series) if (known.device === device) this.#drop(name);
  }

  /** Notes that a device is online or not. Returns true when that is news. */
  setOnline(device: string, online: boolean): boolean {
    if (this.#online.get(device) === online) return false;
    this.#online.set(device, online);
    this.#know(device);
    return true;
  }

  /** What was noted of a device has not come into the journal: hearing it again is news. */
  unsetOnline(device: string): void {
    this.#online.delete(device);
  }

  /** Devices that are noted as online. */
  get online(): readonly string[] {
    return [...this.#online].flatMap(([device, online]) => (online ? [device] : []));
  }

  /** Makes a SeriesInfo from a reading of a series that was never announced. */
  discover(device: string, series: string, value: Value, senmlUnit: string | undefined): void {
    this.describe(device, {
      series,
      label: series.slice(series.lastIndexOf('/') + 1),
      // Only a number can be missing: SenML says `"v": null`.
      kind: isSamples(value) ? 'samples' : typeof value === 'number' || value === null ? 'number' : 'text',
      unit: (senmlUnit === undefined ? undefined : ucumOf(senmlUnit)?.unit) ?? senmlUnit ?? '1',
      intervalMs: null,
    });
  }

  /** Takes what somebody else than its device knows of a series; what a device announces goes before it. */
  describe(device: string, info: SeriesInfo): void {
    if (this.#series.has(info.series)) return;
    this.#know(device);
    this.#put({ ...info, device });
  }

  /** A waveform that one of these filters selects, of all that are known. */
  waveformAmong(filters: readonly string[]): string | undefined {
    for (const { kind, series } of this.#series.values()) {
      if (kind === 'samples' && filters.some((filter) => matches(filter, series))) return series;
    }
    return undefined;
  }

  /**
   * When the next reading of one of these series is due, by their announced intervals; `undefined` where none is known. A series
   * that is overdue is looked for again after half its interval.
   */
  dueAt(numbers: Iterable<number>, now: number): number | undefined {
    let soonest: number | undefined;
    for (const number of numbers) {
      const intervalMs = this.#series.get(this.journal.nameOf(number))?.intervalMs;
      const latest = this.journal.latest(number, 'head');
      if (!intervalMs || !latest) continue;
      const due = latest.receivedAt + intervalMs;
      const at = due > now ? Math.min(due, now + intervalMs) : now + intervalMs / 2;
      if (soonest === undefined || at < soonest) soonest = at;
    }
    return soonest;
  }

  /** Everything known, with the latest readings, as of the journal's head. */
  inventory(now: number): Inventory {
    const { journal } = this;
    return {
      at: now,
      asOf: formatCursor({ epoch: journal.epoch, seq: journal.head }),
      devices: [...this.#devices.values()].map((device): DeviceEntry => ({
        ...device,
        online: device.device === SYSTEM_DEVICE ? true : (this.#online.get(device.device) ?? null),
      })),
      series: [...this.#series.values()].map((info) => {
        const number = journal.numberOf(info.series);
        const latest = number === undefined ? undefined : journal.latest(number, 'head');
        return {
          ...info,
          latest: latest
            ? {
                at: latest.at,
                value: latest.value,
                quality: latest.quality,
                n: latest.n,
                receivedAt: latest.receivedAt,
              }
            : null,
        };
      }),
    };
  }

  /** What was known before the start, with the last state of each device. */
  #recall(): void {
    const { devices, series } = this.#notes.read();
    for (const device of devices) {
      this.#putDevice(device);
      const number = this.journal.numberOf(`${device.device}/${STATUS_METRIC}`);
      const status = number === undefined ? undefined : this.journal.latest(number, 'head');
      if (status) this.#online.set(device.device, status.value === 'online');
    }
    for (const each of series) if (this.#devices.has(each.device)) this.#put(each);
  }

  #putDevice(device: Device): void {
    this.#devices.set(device.device, device);
    this.#notes.keepDevice(device);
  }

  #put(info: OwnedSeries): void {
    this.#drop(info.series);
    this.#series.set(info.series, info);
    this.#notes.keepSeries(info);
    this.#counts.set(info.device, (this.#counts.get(info.device) ?? 0) + 1);
  }

  #drop(name: string): void {
    const known = this.#series.get(name);
    if (!known) return;
    this.#series.delete(name);
    this.#notes.dropSeries(known);
    const left = this.#counts.get(known.device)! - 1;
    if (left === 0) this.#counts.delete(known.device);
    else this.#counts.set(known.device, left);
  }

  #know(device: string): void {
    if (!this.#devices.has(device)) {
      const label = device.slice(device.lastIndexOf('/') + 1);
      this.#putDevice({ device, label, type: 'device', simulated: false });
    }
    const status = `${device}/${STATUS_METRIC}`;
    if (!this.#series.has(status)) this.#put({ ...statusInfo(device), device });
  }
}

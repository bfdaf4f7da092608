import { type DeviceInfo, parseDeviceInfo, type SeriesInfo, SeriesInfoSchema } from '@telewire/telemetry';
import { SYSTEM_DEVICE } from '@telewire/protocol';
import * as v from 'valibot';
import type { Journal } from '../journal/journal.js';

/** A device without its series. */
export type Device = Omit<DeviceInfo, 'series'>;
/** A series, and the device that it belongs to. */
export type OwnedSeries = SeriesInfo & { readonly device: string };

const DEVICE = 'device ';
const SERIES = 'series ';
const OwnedSeriesSchema = v.object({ ...SeriesInfoSchema.entries, device: v.string() });

/** Devices and series as notes of the journal, by which the next start knows them before any device has spoken. */
export class RegistryNotes {
  constructor(private readonly journal: Pick<Journal, 'notes' | 'note'>) {}

  keepDevice(device: Device): void {
    this.#note(device.device, DEVICE, device.device, device);
  }

  dropDevice(name: string): void {
    this.#note(name, DEVICE, name, undefined);
  }

  keepSeries(series: OwnedSeries): void {
    this.#note(series.device, SERIES, series.series, series);
  }

  dropSeries({ device, series }: OwnedSeries): void {
    this.#note(device, SERIES, series, undefined);
  }

  /** All that was kept; a note that makes no sense is left out. */
  read(): { devices: Device[]; series: OwnedSeries[] } {
    const devices: Device[] = [];
    const series: OwnedSeries[] = [];
    for (const [name, text] of this.journal.notes) {
      try {
        const said: unknown = JSON.parse(text);
        if (name.startsWith(DEVICE)) {
          const { series: _none, ...device } = parseDeviceInfo({ ...(said as object), series: [] });
          devices.push(device);
        } else if (name.startsWith(SERIES)) series.push(v.parse(OwnedSeriesSchema, said));
      } catch {
        // Of an earlier version, or of somebody else's making: the device will say it again.
      }
    }
    return { devices, series };
  }

  // What the gateway itself is, and its lab's, it knows without.
  #note(device: string, kind: string, name: string, said: object | undefined): void {
    if (device === SYSTEM_DEVICE || device.startsWith(`${SYSTEM_DEVICE}/`)) return;
    this.journal.note(`${kind}${name}`, said && JSON.stringify(said));
  }
}

import * as v from 'valibot';
import { DeviceInfoSchema, SeriesInfoSchema, QUALITIES } from '@telewire/telemetry';

const LatestSchema = v.object({
  at: v.number(),
  value: v.unknown(),
  quality: v.picklist(QUALITIES),
  n: v.number(),
  receivedAt: v.number(),
});

/** A series in `GET /api/v1/series`: what it is, whose it is, and its latest reading where there is one. */
export const SeriesEntrySchema = v.object({
  ...SeriesInfoSchema.entries,
  device: v.string(),
  latest: v.nullable(LatestSchema),
});
/** A series with its latest reading. */
export type SeriesEntry = v.InferOutput<typeof SeriesEntrySchema>;

/** A device in `GET /api/v1/series`. `online` is `null` until its status is known. */
export const DeviceEntrySchema = v.object({
  ...v.omit(DeviceInfoSchema.pipe[0], ['series']).entries,
  online: v.nullable(v.boolean()),
});
/** A device without its series. */
export type DeviceEntry = v.InferOutput<typeof DeviceEntrySchema>;

/** The answer of `GET /api/v1/series`: everything known as of the cursor `asOf`. */
export const InventorySchema = v.object({
  at: v.number(),
  asOf: v.string(),
  devices: v.array(DeviceEntrySchema),
  series: v.array(SeriesEntrySchema),
});
/** Everything the gateway knows of devices and series. */
export type Inventory = v.InferOutput<typeof InventorySchema>;

/** State series of the gateway's link to its broker: `connected` or `lost` (PROTOCOL, "What a device sends"). */
export const BROKER_SERIES = 'telewire/broker';

/** Last level of the state series that every device has: `online` or `offline`. */
export const STATUS_METRIC = 'status';

/** Last level of a series' name: `hr` of `icu/bed-04/hr`. */
export const metricOf = (series: string): string => series.slice(series.lastIndexOf('/') + 1);

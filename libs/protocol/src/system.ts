/** The device that the gateway itself is: its series tell how the gateway stands. No other device may take this name. */
export const SYSTEM_DEVICE = 'telewire';

/** State series of the gateway's link to its broker: `connected` or `lost`. */
export const BROKER_SERIES = `${SYSTEM_DEVICE}/broker`;

/** Last level of the state series that every device has: `icu/bed-04/status`, `online` or `offline`. */
export const STATUS_METRIC = 'status';

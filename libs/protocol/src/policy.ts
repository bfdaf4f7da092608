/**
 * How readings are thinned: `every` one; of each series per interval the `latest`; or the `extremes`: first, smallest, largest
 * and last, and of a waveform its envelope by columns of 1/`maxHz`.
 */
export const POLICIES = ['every', 'latest', 'extremes'] as const;
/** How readings are thinned. */
export type Policy = (typeof POLICIES)[number];

/**
 * What becomes of a client that cannot keep up: `degrade` serves it less until it can (PROTOCOL R32), `lag` lets it fall behind
 * until the journal no longer holds what it is owed.
 */
export const ON_SLOW = ['degrade', 'lag'] as const;
/** What becomes of a client that cannot keep up. */
export type OnSlow = (typeof ON_SLOW)[number];

/** At most one frame per display refresh, unless asked otherwise. */
export const DEFAULT_MAX_HZ = 60;
/** Filters that one subscription may name. */
export const MAX_FILTERS = 64;
/** What is said of a filter that is none. */
export const NO_FILTER = 'is not a topic filter: + stands alone in a level, # only at the end';
/** What is said of a `maxHz` that is none. */
export const NO_MAX_HZ = 'is frames per second, 0.001 to 1000';
/** True for frames a second that can be asked for. */
export const isMaxHz = (hz: number): boolean => hz >= 0.001 && hz <= 1000;

import type { FeedState } from './telewire.js';

/** What a state series has said last, and when, in gateway time. */
export interface Level {
  readonly value: string;
  readonly at: number;
}

/** What is known of the way from a device to this program. */
export interface Chain {
  /** The state of the feed that carries the series. */
  readonly link: FeedState;
  /** What the series `telewire/broker` says: `connected` or `lost`; `undefined` while that is not known. */
  readonly broker: Level | undefined;
  /** What the series `<device>/status` says: `online` or `offline`; `undefined` while that is not known. */
  readonly status: Level | undefined;
  /** True when readings of other devices arrive. */
  readonly othersArrive: boolean;
  /** Local clock: when this program came back from sleep last, as {@link Wakefulness} says. */
  readonly wokeAt?: number | undefined;
}

/**
 * Why nothing comes of a series, the nearest to this program first.
 * @example
 * ```ts
 * import { CAUSES } from '@telewire/client';
 *
 * console.log(CAUSES.join(' ')); // tab-asleep link-lost broker-lost device-offline withheld device-silent
 * ```
 */
export const CAUSES = [
  'tab-asleep',
  'link-lost',
  'broker-lost',
  'device-offline',
  'withheld',
  'device-silent',
] as const;
/**
 * Why nothing comes of a series. `tab-asleep`: this program has not read for a while, and has just begun again; `withheld`: the
 * line is too slow, so that readings come late or not at all; `device-offline`: the device has left, or its connection broke;
 * `device-silent`: all is well but that nothing comes.
 */
export type Cause = (typeof CAUSES)[number];

/** A part of the way that is known to work. `others`: readings of other devices arrive. */
export type FinePart = 'link' | 'broker' | 'others';

/** Why nothing comes, and what is fine all the same. */
export interface Verdict {
  readonly cause: Cause;
  readonly fine: readonly FinePart[];
}

/** So long after its sleep a program may still be reading what came meanwhile, or finding out that its line is dead. */
export const WAKING_MS = 5_000;

/**
 * Finds the first broken part of the way, seen from here: what lies behind it cannot be known. To be asked where a series is
 * stale (see {@link judgeAge}); `localNow` is the local clock.
 * @example
 * ```ts
 * import { verdictOf } from '@telewire/client';
 *
 * const link = { phase: 'live', choice: 'auto', transport: 'websocket', since: 0 } as const;
 * const broker = { value: 'lost', at: 0 };
 * const { cause, fine } = verdictOf({ link, broker, status: undefined, othersArrive: false }, Date.now());
 * console.log(cause, fine.join()); // broker-lost link
 * ```
 */
export function verdictOf({ link, broker, status, othersArrive, wokeAt }: Chain, localNow: number): Verdict {
  if (wokeAt !== undefined && localNow - wokeAt < WAKING_MS) return { cause: 'tab-asleep', fine: [] };
  if (link.phase !== 'live') return { cause: 'link-lost', fine: [] };
  if (broker?.value === 'lost') return { cause: 'broker-lost', fine: ['link'] };
  const fine: FinePart[] = ['link', 'broker', ...(othersArrive ? (['others'] as const) : [])];
  if (status?.value === 'offline') return { cause: 'device-offline', fine };
  if (link.degraded !== undefined) return { cause: 'withheld', fine: ['broker'] };
  return { cause: 'device-silent', fine };
}

/** Root of the topics that Telewire's own format uses; what follows the second level is the device's name. */
const ROOT = 'telewire';

/**
 * The three topics of a device. `data`: SenML packs, QoS 1, not retained. `info`: one DeviceInfo as JSON, retained.
 * `status`: `online` or `offline`, retained; the Last Will is `offline`.
 */
export type TopicKind = 'data' | 'info' | 'status';
const KINDS: readonly string[] = ['data', 'info', 'status'] satisfies TopicKind[];

/**
 * The topic of a device: `telewire/data/icu/bed-04`.
 * @example
 * ```ts
 * import { topicOf } from '@telewire/telemetry';
 *
 * console.log(topicOf('data', 'icu/bed-04')); // telewire/data/icu/bed-04
 * ```
 */
export const topicOf = (kind: TopicKind, device: string): string => `${ROOT}/${kind}/${device}`;

/**
 * The MQTT filter that catches every topic of every device: `telewire/#`.
 * @example
 * ```ts
 * import { ALL_TOPICS } from '@telewire/telemetry';
 *
 * console.log(ALL_TOPICS); // telewire/#
 * ```
 */
export const ALL_TOPICS = `${ROOT}/#`;

/**
 * Reads `telewire/<kind>/<device>`; `undefined` for any other topic or a device name that is not valid.
 * @example
 * ```ts
 * import { parseTopic } from '@telewire/telemetry';
 *
 * console.log(parseTopic('telewire/data/icu/bed-04')?.device, parseTopic('elsewhere')); // icu/bed-04 undefined
 * ```
 */
export function parseTopic(topic: string): { kind: TopicKind; device: string } | undefined {
  const [root, kind, ...rest] = topic.split('/');
  const device = rest.join('/');
  if (root !== ROOT || kind === undefined || !KINDS.includes(kind) || !isName(device)) return undefined;
  return { kind: kind as TopicKind, device };
}

// A SenML name (RFC 8428 §4.5.1) that is also a clean path: no empty level, at most 200 characters.
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:._]*(\/[A-Za-z0-9\-:._]+)*$/;

/**
 * True for a name of a device or a series: levels of letters, digits and `- : . _`, parted by `/` (RFC 8428 §4.5.1).
 * @example
 * ```ts
 * import { isName } from '@telewire/telemetry';
 *
 * console.log(isName('icu/bed-04/hr'), isName('icu//hr')); // true false
 * ```
 */
export const isName = (name: string): boolean => name.length <= 200 && NAME.test(name);

/**
 * True for an MQTT topic filter: `+` stands alone in a level, `#` only as the last level.
 * Source: OASIS MQTT 5.0 §4.7.1. Filters here are at most 200 characters long.
 * @example
 * ```ts
 * import { isFilter } from '@telewire/telemetry';
 *
 * console.log(isFilter('icu/+/hr'), isFilter('icu/#/hr')); // true false
 * ```
 */
export function isFilter(filter: string): boolean {
  if (filter.length === 0 || filter.length > 200 || filter.includes('\0')) return false;
  const levels = filter.split('/');
  return levels.every(
    (level, i) =>
      level === '+' || (level === '#' && i === levels.length - 1) || (!level.includes('+') && !level.includes('#')),
  );
}

/**
 * True when `filter` (see {@link isFilter}) matches `name`. `a/#` matches `a` too (OASIS MQTT 5.0 §4.7.1.2).
 * @example
 * ```ts
 * import { matches } from '@telewire/telemetry';
 *
 * console.log(matches('icu/+/hr', 'icu/bed-04/hr'), matches('a9/#', 'icu/bed-04/hr')); // true false
 * ```
 */
export function matches(filter: string, name: string): boolean {
  const wanted = filter.split('/');
  const levels = name.split('/');
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true;
    if (i >= levels.length) return false;
    if (wanted[i] !== '+' && wanted[i] !== levels[i]) return false;
  }
  return wanted.length === levels.length;
}

/**
 * What is wrong with a value: where, and in words, such as `.series.3.unit: is not a text`; `undefined` where nothing is. The
 * schemas say more, and weigh more: these are for a client, which is downloaded.
 */
export type Check = (value: unknown) => string | undefined;

/** A value for which `test` is true. */
export const that =
  (test: (value: unknown) => boolean, otherwise: string): Check =>
  (value) =>
    test(value) ? undefined : `: ${otherwise}`;

export const isText = that((value) => typeof value === 'string', 'is not a text');
export const isNumber = that((value) => typeof value === 'number' && !Number.isNaN(value), 'is not a number');
export const isBoolean = that((value) => typeof value === 'boolean', 'is neither true nor false');

/** One of `words`. */
export const oneOf = (words: readonly string[]): Check =>
  that((value) => words.includes(value as string), `is none of ${words.join(', ')}`);

/** Left out, or as `check` says. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

/** `null`, or as `check` says. */
export const nullable =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value);

/** A list, each item of which is as `check` says. */
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? firstFault(value.entries(), () => check) : ': is not a list';

/** An object, each entry of which is as `check` says, whatever its name. */
export const recordOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) ? firstFault(Object.entries(value), () => check) : NO_OBJECT;

/** An object with these fields; there may be others. */
export const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value)
      ? firstFault(
          Object.keys(fields).map((name) => [name, value[name]]),
          (name) => fields[name]!,
        )
      : NO_OBJECT;

const NO_OBJECT = ': is not an object';
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function firstFault<K extends string | number>(
  entries: Iterable<readonly [K, unknown]>,
  checkOf: (key: K) => Check,
): string | undefined {
  for (const [key, value] of entries) {
    const fault = checkOf(key)(value);
    if (fault !== undefined) return `.${key}${fault}`;
  }
  return undefined;
}

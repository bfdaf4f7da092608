// As long as a URL that names an event may be, and not as long as a payload.
const MAX_LENGTH = 200;

/** What a publisher calls a reading: a text of 1 to 200 characters, or a whole number; `undefined` for what is neither. */
export function readingIdOf(found: unknown): string | undefined {
  if (typeof found === 'number') return Number.isSafeInteger(found) ? String(found) : undefined;
  return typeof found === 'string' && found.length > 0 && found.length <= MAX_LENGTH ? found : undefined;
}

// A digest of 256 bits. They are kept in memory, with each reading and with what is known of it.
const MAX_LENGTH = 64;

/** What a publisher calls a reading: a text of 1 to 64 characters, or a whole number; `undefined` for what is neither. */
export function readingIdOf(found: unknown): string | undefined {
  if (typeof found === 'number') return Number.isSafeInteger(found) ? String(found) : undefined;
  if (typeof found !== 'string' || found.length === 0 || found.length > MAX_LENGTH) return undefined;
  // Half a surrogate pair would not come back from the disk as it was.
  return found.isWellFormed() ? found : undefined;
}

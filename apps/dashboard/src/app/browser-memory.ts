/** What the browser remembers under `key`. */
export function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage is off in some private windows; then nothing is remembered.
  }
}

/** Makes the browser remember `value` under `key`, if it is willing to. */
export function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is off or full: the choice holds until the page is left.
  }
}

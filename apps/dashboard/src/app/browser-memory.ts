/** What the browser remembers under `key`. */
export function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage is off in some private windows; then nothing is remembered.
  }
}

/** Makes the browser remember `value` under `key`, if it is willing to; false when it is not. */
export function write(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false; // Storage is off or full: the choice holds until the page is left.
  }
}

/** Makes the browser forget what is under `key`. */
export function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Storage is off: there is nothing to forget.
  }
}

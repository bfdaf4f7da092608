import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

// Only a page that never gets there waits this long.
const PATIENCE_MS = 20_000;

/** Reads again until the matcher holds; a page paints in its own time. */
export function poll<T>(page: Page, read: () => T | Promise<T>) {
  const until = async (holds: (value: T) => void) => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = await read();
      try {
        return holds(value);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await page.waitForTimeout(50);
      }
    }
  };
  return {
    toBe: (wanted: T) => until((value) => expect(value).toBe(wanted)),
    toMatch: (wanted: RegExp) => until((value) => expect(value).toMatch(wanted)),
    not: { toBe: (unwanted: T) => until((value) => expect(value).not.toBe(unwanted)) },
  };
}

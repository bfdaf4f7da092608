import { expect } from '@jest/globals';
import type { Watcher } from './watcher.js';

const counted = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * Of a device that counts, every number from the first that came up to `last` has come once and in order, no gap was told, and
 * the ledger says the same.
 */
export function expectWhole({ transport, values, ordinals, gaps, inSnapshots, ledger }: Watcher, last: number): void {
  const delivered = values.length - inSnapshots;
  expect({ transport, values, ordinals, gaps, ledger }).toEqual({
    transport,
    values: counted(values[0]!, last),
    ordinals: counted(ordinals[0]!, ordinals.at(-1)!),
    gaps: [],
    ledger: { matched: delivered, delivered, withheld: 0, lost: 0 },
  });
}

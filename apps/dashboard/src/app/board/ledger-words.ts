import type { LedgerEntry } from '@telewire/client';
import { matches } from '@telewire/telemetry';
import { groupDigits } from '../widget/format.js';

/** What became of the readings that a widget shows: `1 204 matched, 1 180 delivered, 24 withheld, 0 lost`. */
export function ledgerWords(ledger: ReadonlyMap<string, LedgerEntry>, shows: string): string {
  const sum = { matched: 0, delivered: 0, withheld: 0, lost: 0 };
  for (const [series, entry] of ledger) {
    // The feed also carries the states of device and broker.
    if (!matches(shows, series)) continue;
    sum.matched += entry.matched;
    sum.delivered += entry.delivered;
    sum.withheld += entry.withheld;
    sum.lost += entry.lost;
  }
  return Object.entries(sum)
    .map(([what, count]) => `${groupDigits(count)} ${what}`)
    .join(', ');
}

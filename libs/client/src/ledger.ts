import type { DeliveredReading, GapReason, Policy, Service } from '@telewire/protocol';
import { matches } from '@telewire/telemetry';
import type { LedgerEntry } from './telewire.js';
import { isSameList } from './terms.js';
import type { Terms } from './wants.js';

interface Account {
  /** The last ordinal taken; `undefined` where ordinals have started again. */
  last: number | undefined;
  /** A gap lies between `last` and what comes next: the jump is lost, whatever the contract. */
  gapped: boolean;
  /** The series has not been asked for in between: the jump to what comes next is nobody's. */
  away: boolean;
  /** Less than everything was served since `last`: the jump to what comes next was withheld. */
  thinned: boolean;
  delivered: number;
  withheld: number;
  lost: number;
}

/**
 * Books what became of every reading of a feed, from ordinals alone (PROTOCOL R2): what comes is taken once, and what a jump
 * leaves out was withheld (`latest`, `extremes`, a slow line), or lost.
 */
export class Ledger {
  readonly #accounts = new Map<string, Account>();
  /** A snapshot has named every series there was: one that appears later must begin with its first reading (R10). */
  #complete = false;

  #filters: Terms['filters'] | undefined;
  #thins: boolean;
  /** Less than everything has been served since all series were named: of one that is new, the first may have been withheld. */
  #hasThinned = false;

  constructor(policy: Policy = 'every') {
    this.#thins = policy !== 'every';
  }

  /** What comes from here on is under `terms`, and served as `service` says where that is something else. */
  under({ policy, filters }: Pick<Terms, 'policy' | 'filters'>, service: Service = policy): void {
    const thins = service !== 'every';
    if (this.#thins && !thins) {
      this.#hasThinned = true;
      for (const account of this.#accounts.values()) account.thinned = true;
    }
    this.#thins = thins;
    const before = this.#filters;
    if (before === filters) return;
    this.#filters = filters;
    if (!before || isSameList(before, filters)) return;
    // No snapshot comes with other filters: of a series that is new by them nobody knows where it stands.
    this.#complete = false;
    for (const [series, account] of this.#accounts)
      if (!before.some((filter) => matches(filter, series))) account.away = true;
  }

  /** Books a reading of a `readings` frame; false when it has been taken before. */
  take(reading: DeliveredReading): boolean {
    const account = this.#account(reading.series);
    const last = account.last ?? (this.#complete ? 0 : reading.n - 1);
    if (reading.n <= last) return false;
    this.#skip(account, reading.n - last - 1);
    account.delivered += 1;
    account.last = reading.n;
    return true;
  }

  /** Books the present of a snapshot; gives what of it was not known. */
  takeSnapshot(readings: readonly DeliveredReading[]): DeliveredReading[] {
    const begun = new Set<string>();
    const news = readings.filter((reading) => this.#show(reading, begun));
    this.#complete = true;
    this.#hasThinned = false;
    return news;
  }

  /** Books that readings are missing between what came and what will come (PROTOCOL R8). */
  gap(reason: GapReason): void {
    const anew = reason === 'restarted' || reason === 'ahead';
    if (anew) this.#complete = false;
    for (const account of this.#accounts.values()) {
      account.gapped = !anew;
      if (anew) account.last = undefined;
    }
  }

  /** The books as they stand now. */
  entries(): ReadonlyMap<string, LedgerEntry> {
    const entries = new Map<string, LedgerEntry>();
    for (const [series, { delivered, withheld, lost }] of this.#accounts)
      entries.set(series, { matched: delivered + withheld + lost, delivered, withheld, lost });
    return entries;
  }

  /** A snapshot shows but never counts as delivered: what lies up to it was left out of the flow of readings. */
  #show(reading: DeliveredReading, begun: Set<string>): boolean {
    const account = this.#account(reading.series);
    if (account.away || (account.last === undefined && !this.#complete)) begun.add(reading.series);
    // A series that begins here begins behind all that is shown of it: a late reading too (PROTOCOL R31).
    const last = begun.has(reading.series) ? reading.n : (account.last ?? 0);
    if (account.last !== undefined && reading.n <= account.last) return false;
    this.#skip(account, reading.n - last);
    account.last = reading.n;
    return true;
  }

  #skip(account: Account, count: number): void {
    if (account.away) account.away = false;
    else if ((this.#thins || account.thinned) && !account.gapped) account.withheld += count;
    else account.lost += count;
    account.gapped = account.thinned = false;
  }

  #account(series: string): Account {
    let account = this.#accounts.get(series);
    if (!account) {
      account = {
        last: undefined,
        gapped: false,
        away: false,
        thinned: this.#hasThinned,
        delivered: 0,
        withheld: 0,
        lost: 0,
      };
      this.#accounts.set(series, account);
    }
    return account;
  }
}

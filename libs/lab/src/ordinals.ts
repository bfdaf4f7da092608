import type { GapReason, Policy, DeliveredReading } from '@telewire/protocol';

interface Account {
  /** The last ordinal that came; `undefined` where ordinals may have started again. */
  last: number | undefined;
  /** A gap lies behind `last`: the jump is lost, whatever the contract. */
  gapped: boolean;
  /** Nobody asked for a while: the jump to what comes next is nobody's. */
  away: boolean;
}

/** What came twice and what never came, from ordinals alone (PROTOCOL R2), with no trust in what the SDK books. */
export class Ordinals {
  readonly #accounts = new Map<string, Account>();
  repeats = 0;
  lost = 0;
  withheld = 0;

  constructor(public policy: Policy = 'every') {}

  /** Books a reading; false when it has come before. */
  take({ series, n }: Pick<DeliveredReading, 'series' | 'n'>): boolean {
    const account = this.#account(series);
    if (account.last !== undefined && n <= account.last) {
      this.repeats += 1;
      return false;
    }
    this.#skip(account, account.last === undefined ? 0 : n - account.last - 1);
    account.last = n;
    return true;
  }

  /** Books a reading of a snapshot, which shows and does not count. */
  show({ series, n }: Pick<DeliveredReading, 'series' | 'n'>): void {
    const account = this.#account(series);
    if (account.last !== undefined && n <= account.last) return;
    this.#skip(account, account.last === undefined ? 0 : n - account.last);
    account.last = n;
  }

  /** Readings are missing between what came and what will come (PROTOCOL R8). */
  gap(reason: GapReason): void {
    for (const account of this.#accounts.values()) {
      if (reason === 'restarted' || reason === 'ahead') account.last = undefined;
      else account.gapped = true;
    }
  }

  /** Nobody asks from here on, until something comes again. */
  leave(): void {
    for (const account of this.#accounts.values()) account.away = true;
  }

  /** Counts from zero; where each series stands stays known. */
  restart(): void {
    this.repeats = this.lost = this.withheld = 0;
  }

  #skip(account: Account, count: number): void {
    if (!account.away) {
      if (this.policy !== 'every' && !account.gapped) this.withheld += count;
      else this.lost += count;
    }
    account.gapped = account.away = false;
  }

  #account(series: string): Account {
    let account = this.#accounts.get(series);
    if (!account) this.#accounts.set(series, (account = { last: undefined, gapped: false, away: false }));
    return account;
  }
}

import { formatCursor, type GapReason, type Subscription } from '@telewire/protocol';
import { matches, type Value } from '@telewire/telemetry';

/** One reading in the journal. */
export interface Entry {
  readonly seq: number;
  readonly series: string;
  readonly n: number;
  readonly at: number;
  readonly value: Value;
}

/** The journal of a gateway in memory: what came in, how far it is evicted, and the cursors that name places in it. */
export class Journal {
  epoch = 'scripted';
  /** The last reading that came in. */
  seq = 0;
  /** The last reading that was dropped; the latest of each series stay known. */
  evicted = 0;
  #entries: Entry[] = [];
  readonly #ordinals = new Map<string, number>();
  readonly #numbers = new Map<string, number>();

  append(series: string, at: number, value: Value): void {
    const n = (this.#ordinals.get(series) ?? 0) + 1;
    this.#ordinals.set(series, n);
    if (!this.#numbers.has(series)) this.#numbers.set(series, this.#numbers.size + 1);
    this.#entries.push({ seq: ++this.seq, series, n, at, value });
  }

  /** Readings that nobody is sent. */
  skip(series: string, count: number): void {
    this.#ordinals.set(series, (this.#ordinals.get(series) ?? 0) + count);
  }

  /** It begins anew. */
  restart(): void {
    this.epoch = `${this.epoch.slice(0, 8)}2`;
    this.#entries = [];
    this.#ordinals.clear();
    this.seq = this.evicted = 0;
  }

  numberOf(series: string): number {
    return this.#numbers.get(series)!;
  }

  /** What of `want` lies after `after`. */
  matching(want: Subscription, after: number): Entry[] {
    return this.#entries.filter(
      ({ seq, series }) => seq > after && want.filters.some((filter) => matches(filter, series)),
    );
  }

  /** The newest reading of each series that `want` asks for. */
  latest(want: Subscription): Entry[] {
    return [...new Map(this.matching(want, 0).map((entry) => [entry.series, entry])).values()];
  }

  /** Why it cannot go on from there, if it cannot. */
  gapReason({ epoch, seq }: { epoch: string; seq: number }): GapReason | undefined {
    if (epoch !== this.epoch) return 'restarted';
    if (seq > this.seq) return 'ahead';
    return seq < this.evicted ? 'evicted' : undefined;
  }

  cursor(seq = this.seq): string {
    return formatCursor({ epoch: this.epoch, seq });
  }
}

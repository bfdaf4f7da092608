import { type Batch, connect, type Feed, type LedgerEntry } from '@telewire/client';
import type { Telewire, TransportChoice, TransportName } from '@telewire/client';

/** A client that follows one series of numbers, and everything that it was given. */
export class Watcher {
  readonly values: number[] = [];
  readonly ordinals: number[] = [];
  readonly gaps: Extract<Batch, { kind: 'gap' }>[] = [];
  /** How many values had come when the last gap was told. */
  beforeGap = 0;
  /** Of the values those of snapshots, which no ledger counts: they are the present, and not what was matched since. */
  inSnapshots = 0;
  /** How its line stands, in words. */
  stands = '';
  /** How often the line was lost. */
  interruptions = 0;
  /** How long it took until the first value came, in milliseconds. */
  firstAfterMs: number | undefined;
  /** The transport that delivered last. */
  delivering: TransportName | undefined;
  /** The transports that brought readings, in the order in which each first did. */
  readonly used = new Set<TransportName>();
  readonly #startedAt = performance.now();
  readonly #telewire: Telewire;
  readonly #feed: Feed;

  constructor(
    url: string,
    readonly transport: TransportChoice,
    private readonly series: string,
    /** Does something else with each value than to keep it. */
    private readonly keep = (value: number, ordinal: number): void => {
      this.values.push(value);
      this.ordinals.push(ordinal);
    },
  ) {
    this.#telewire = connect({ url });
    this.#feed = this.#telewire.feed({ filters: [series], transport, onSlow: 'lag' });
    this.#feed.state.subscribe(({ phase, reason, delivering }) => {
      this.delivering = delivering;
      this.stands = reason === undefined ? phase : `${phase}: ${reason}`;
      if (phase === 'resuming') this.interruptions += 1;
    });
    this.#feed.batches.subscribe((batch) => this.#take(batch));
  }

  get ledger(): LedgerEntry | undefined {
    return this.#feed.ledger().get(this.series);
  }

  close(): void {
    this.#telewire.close();
  }

  #take(batch: Batch): void {
    if (batch.kind === 'gap') {
      this.gaps.push(batch);
      this.beforeGap = this.values.length;
      return;
    }
    this.firstAfterMs ??= performance.now() - this.#startedAt;
    this.used.add(batch.transport);
    if (batch.kind === 'snapshot') this.inSnapshots += batch.readings.length;
    for (const { value, n } of batch.readings) this.keep(Number(value), n);
  }
}

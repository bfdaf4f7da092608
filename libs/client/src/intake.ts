import type { DeliveredReading, FrameOf, GapReason, Service } from '@telewire/protocol';
import type { DataNews } from './channel.js';
import { Ledger } from './ledger.js';
import type { Batch, LedgerEntry, TransportName } from './telewire.js';

/** Takes in what comes for one feed, whichever way it comes: the cursor, and what is new to the listener. */
export class Intake {
  readonly #ledger = new Ledger();
  #cursor: string | undefined;
  /** The present is still owed: a cursor that skips the snapshot would lose it. */
  #snapshotDue: boolean;
  /** The reason of the gap that was told last, while nothing has followed it yet. */
  #openGap: GapReason | undefined;

  /** @param after where to begin; without it, with the present */
  constructor(after: string | undefined) {
    this.#cursor = after;
    this.#snapshotDue = after === undefined;
  }

  /** Where to go on from; `undefined` for the present. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** What became of the readings so far. */
  get entries(): ReadonlyMap<string, LedgerEntry> {
    return this.#ledger.entries();
  }

  /**
   * Books what came, and moves the cursor with it.
   * @param degraded what is served where that is less than was asked for
   */
  take(news: DataNews, transport: TransportName, degraded?: Service): readonly Batch[] {
    this.#ledger.under(news.terms, degraded);
    switch (news.type) {
      case 'snapshot':
        this.#advance(news.to);
        return batch('snapshot', this.#ledger.takeSnapshot(news.readings), transport);
      case 'readings': {
        this.#advance(news.to);
        const fresh = news.readings.filter((reading) => this.#ledger.take(reading));
        return batch('readings', fresh, transport);
      }
      case 'gap':
        return this.#gap(news, transport);
      case 'heartbeat':
        // The word `subscribed` moves no cursor either: a gap or a snapshot may still be owed for what lies before it.
        if (!this.#snapshotDue) this.#cursor = news.cursor;
        return [];
      case 'subscribed':
      case 'degraded':
        return [];
    }
  }

  #advance(to: string): void {
    this.#cursor = to;
    this.#snapshotDue = false;
    this.#openGap = undefined;
  }

  #gap({ reason, lost }: FrameOf<'gap'>, transport: TransportName): readonly Batch[] {
    // PROTOCOL R8: a snapshot follows, whatever the reason. The cursor stays until it has come.
    this.#snapshotDue = true;
    // Cut off between the two we come back with the old cursor, and are told of the same gap again.
    const told = this.#openGap;
    if (told !== undefined && (told === reason || !beginsAnew(reason))) return [];
    this.#openGap = reason;
    this.#ledger.gap(reason);
    return [{ kind: 'gap', reason, ...(lost === undefined ? {} : { lost }), transport }];
  }
}

/** True where ordinals may start again. */
const beginsAnew = (reason: GapReason): boolean => reason === 'restarted' || reason === 'ahead';

const batch = (
  kind: 'snapshot' | 'readings',
  readings: readonly DeliveredReading[],
  transport: TransportName,
): Batch[] => (readings.length === 0 ? [] : [{ kind, readings, transport }]);

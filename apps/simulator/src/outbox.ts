/** How many packs a device keeps while they cannot be sent: eight minutes of a bed. */
export const OUTBOX_LIMIT = 2_400;

/** A pack that waits to be acknowledged by the broker. */
export interface OutboxItem {
  readonly pack: string;
  acknowledged: boolean;
}

/**
 * Packs of one device from when they are said to when the broker has acknowledged them, in order and bounded: when it
 * is full the oldest goes. After a lost connection everything unacknowledged is sent again, so a receiver may see a
 * pack twice but never out of order (at least once, as QoS 1 promises).
 */
export class Outbox {
  readonly #limit: number;
  #items: OutboxItem[] = [];
  /** Items from the front that are on the wire. */
  #sent = 0;

  constructor(limit = OUTBOX_LIMIT) {
    this.#limit = limit;
  }

  /** Packs that are not yet acknowledged. */
  get size(): number {
    return this.#items.length;
  }

  /** Packs on the wire that the broker has not yet acknowledged. */
  get inFlight(): number {
    return this.#items.slice(0, this.#sent).filter((item) => !item.acknowledged).length;
  }

  push(pack: string): void {
    this.#items.push({ pack, acknowledged: false });
    // What is on the wire is out of our hands; the oldest behind it goes.
    if (this.#items.length > this.#limit) this.#items.splice(Math.min(this.#sent, this.#items.length - 1), 1);
  }

  /** The next one to send, counted as in flight from now on; `undefined` when all are. */
  take(): OutboxItem | undefined {
    const item = this.#items[this.#sent];
    if (item !== undefined) this.#sent += 1;
    return item;
  }

  /** The broker has it. */
  acknowledge(item: OutboxItem): void {
    item.acknowledged = true;
    const waiting = this.#items.findIndex((each) => !each.acknowledged);
    const done = waiting === -1 ? this.#items.length : waiting;
    this.#items.splice(0, done);
    this.#sent -= done;
  }

  /** The connection is gone: what was in flight has to be sent again. */
  rewind(): void {
    this.#items = this.#items.filter((item) => !item.acknowledged);
    this.#sent = 0;
  }
}

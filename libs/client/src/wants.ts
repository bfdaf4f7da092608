import { Subject, type Observable } from 'rxjs';
import type { Subscription } from '@telewire/protocol';

/** One subscription of a feed: what it asks for, and where it stands now. */
export interface Ask extends Pick<Subscription, 'filters' | 'policy' | 'maxHz'> {
  /** The cursor to go on from; `undefined` for the present. It moves while the subscription lives. */
  readonly after: () => string | undefined;
}

/** The changing set of subscriptions that one connection carries. */
export class Wants {
  readonly #asks = new Map<string, Ask>();
  readonly #changed = new Subject<void>();
  #serial = 0;

  /** Something was added or removed; a cursor that moves is no change. */
  readonly changed: Observable<void> = this.#changed.asObservable();

  /** Takes `ask` in, and gives the id that its frames will carry. */
  add(ask: Ask): string {
    // PROTOCOL R14: an id is not used twice on one connection, so a feed that comes back gets a new one.
    const id = String(++this.#serial);
    this.#asks.set(id, ask);
    this.#changed.next();
    return id;
  }

  /** Takes the subscription out. */
  remove(id: string): void {
    if (this.#asks.delete(id)) this.#changed.next();
  }

  /** The subscriptions as they would be asked for now, cursors included. */
  now(): Subscription[] {
    return [...this.#asks].map(([id, { filters, policy, maxHz, after }]) => ({
      id,
      filters,
      policy,
      maxHz,
      after: after(),
    }));
  }

  /** True when the ids in `asked` are no longer the ones that are wanted. */
  differsFrom(asked: ReadonlySet<string>): boolean {
    return asked.size !== this.#asks.size || [...asked].some((id) => !this.#asks.has(id));
  }
}

import type { Subscription } from '@telewire/protocol';
import { Fact, type Changing } from './fact.js';

/** What is asked for: which series, thinned how, at most how often. A new object where any of it is new. */
export type Terms = Readonly<Pick<Subscription, 'filters' | 'policy' | 'maxHz' | 'onSlow'>> & {
  /** It is less than the feed asks for, as the line is too slow. */
  readonly isReduced?: true;
};

/** One subscription of a feed: what it asks for, and where it stands now. */
export interface Ask {
  /** What is asked for now, and whenever it changes. */
  readonly terms: Changing<Terms>;
  /** The cursor to go on from; `undefined` for the present. It moves while the subscription lives. */
  readonly after: () => string | undefined;
}

interface Want {
  readonly terms: Terms;
  readonly after: Ask['after'];
  readonly line: string;
}

/** The changing set of subscriptions that one connection carries. */
export class Wants {
  readonly #wants = new Map<string, Want>();
  #serial = 0;

  /** Something was added, changed or removed; a cursor that moves is no change. */
  readonly changed = new Fact();

  /** Takes a subscription in, and gives the id that its frames will carry. */
  add({ terms, after }: Pick<Want, 'terms' | 'after'>): string {
    // PROTOCOL R14: an id is not used twice on one connection, so a feed that comes back gets a new one.
    const id = String(++this.#serial);
    this.#wants.set(id, { terms, after, line: id });
    this.changed.tell();
    return id;
  }

  /** Other terms in place of those of `id`. They get an id of their own, so that it is plain what each frame was made under. */
  change(id: string, terms: Terms): string {
    const want = this.#wants.get(id);
    if (!want) return id;
    const next = String(++this.#serial);
    this.#wants.delete(id);
    this.#wants.set(next, { ...want, terms });
    this.changed.tell();
    return next;
  }

  /** Takes the subscription out. */
  remove(id: string): void {
    if (this.#wants.delete(id)) this.changed.tell();
  }

  /** The subscriptions as they would be asked for now, cursors included. */
  now(): Subscription[] {
    return [...this.#wants].map(
      ([
        id,
        {
          terms: { filters, policy, maxHz, onSlow },
          after,
        },
      ]) => ({
        id,
        filters,
        policy,
        maxHz,
        ...(onSlow && { onSlow }),
        after: after(),
      }),
    );
  }

  /** The id that the subscription had first, before any change of its terms. */
  lineOf(id: string): string {
    return this.#wants.get(id)?.line ?? id;
  }

  /** True when the ids in `asked` are no longer the ones that are wanted. */
  differsFrom(asked: ReadonlySet<string>): boolean {
    return asked.size !== this.#wants.size || [...asked].some((id) => !this.#wants.has(id));
  }
}

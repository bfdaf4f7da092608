import type { ClientMessage, Subscription } from '@telewire/protocol';
import type { Arrival } from './arrival.js';
import type { Wants } from './wants.js';

/** A subscription on the line, under the id that it had first. */
interface Held {
  /** The want whose terms hold; `undefined` until the first are taken. */
  holds?: string;
  /** The want that the gateway has been told of and has not answered yet. */
  told?: string;
}

/**
 * Keeps one line's subscriptions as they are wanted by messages in band, and finds for each frame the want that it was made
 * under. A gateway answers only the last of several changes, so each waits until the one before is answered.
 */
export class InBand {
  readonly #lines = new Map<string, Held>();

  constructor(
    private readonly wants: Wants,
    private readonly say: (message: ClientMessage) => void,
  ) {}

  /** Says what has to be said for the line to be as it is wanted. */
  follow(): void {
    const wanted = new Map(this.wants.now().map((want) => [this.wants.lineOf(want.id), want]));
    for (const [line, want] of wanted) this.#ask(line, want);
    for (const line of this.#lines.keys()) {
      if (wanted.has(line)) continue;
      this.#lines.delete(line);
      this.say({ type: 'unsubscribe', id: line });
    }
  }

  /** The same arrival under the ids of the wants. */
  translate(arrival: Arrival): Arrival {
    switch (arrival.type) {
      case 'heartbeat': {
        const entries = Object.entries(arrival.cursors ?? {});
        return { ...arrival, cursors: Object.fromEntries(entries.map(([line, at]) => [this.#want(line), at])) };
      }
      case 'subscribed':
        this.#taken(arrival.id);
        return { ...arrival, id: this.#want(arrival.id) };
      case 'error':
        return { ...arrival, id: this.#refused(arrival.id) };
      case 'snapshot':
      case 'readings':
      case 'gap':
      case 'degraded':
        return { ...arrival, id: this.#want(arrival.id) };
      default:
        return arrival;
    }
  }

  #ask(line: string, { id, ...terms }: Subscription): void {
    const held = this.#lines.get(line);
    if (!held) {
      this.#lines.set(line, { told: id });
      this.say({ type: 'subscribe', id: line, ...terms });
    } else if (held.told === undefined && held.holds !== id) {
      held.told = id;
      const { filters, policy, maxHz, onSlow } = terms;
      this.say({ type: 'change', id: line, filters, policy, maxHz, onSlow });
    }
  }

  // PROTOCOL R25: what comes after this word is under the new terms.
  #taken(line = ''): void {
    const held = this.#lines.get(line);
    if (held?.told === undefined) return;
    this.#lines.set(line, { holds: held.told });
    this.follow();
  }

  #refused(line: string | undefined): string | undefined {
    const held = this.#lines.get(line ?? '');
    if (line === undefined || !held) return line;
    this.#lines.delete(line);
    // What is refused at the start is gone; after a change that is refused the old terms still hold.
    if (held.holds !== undefined) this.say({ type: 'unsubscribe', id: line });
    return held.told ?? held.holds;
  }

  #want(line = ''): string {
    const held = this.#lines.get(line);
    return held?.holds ?? held?.told ?? line;
  }
}

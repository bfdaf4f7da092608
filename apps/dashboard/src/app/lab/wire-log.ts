import type { LabMessage } from '@telewire/protocol';
import { labelOf } from './wire-words.js';

/** Messages of one name on one connection that are worth an arrow with words; those that follow are more of the same. */
const FIRST_OF_A_NAME = 2;
const PLAIN_SHOWN = 10;
const PLAIN_KEPT = 40;
const FIRST_WORTH_SAYING = 16;
const LAST_WORTH_SAYING = 32;

/** A message that was seen, and its place. */
export interface WireEntry {
  /** Among all that passed. */
  readonly order: number;
  /** Among what passed on its connection. */
  readonly number: number;
  readonly message: LabMessage;
  readonly label: string;
  /** True for what is more than the same again. */
  readonly notable: boolean;
}

/** What the timeline shows: a message, or how many are left out between two. */
export type WireItem = WireEntry | { readonly left: number };

export const isEntry = (item: WireItem): item is WireEntry => 'message' in item;

const GOES: ReadonlySet<LabMessage['kind']> = new Set(['end', 'reset']);
const ALWAYS: ReadonlySet<LabMessage['kind']> = new Set(['open', 'end', 'reset', 'broken']);

/**
 * What passed on the lane that is watched. However much that is, it keeps what tells a story (handshakes, first frames, pings,
 * closes) and of the rest the newest; the picture stays readable at 500 readings a second and the memory flat.
 */
export class WireLog {
  private notable: WireEntry[] = [];
  private plain: WireEntry[] = [];
  private readonly seen = new Map<string, number>();
  private readonly numbers = new Map<number, number>();
  private readonly gone = new Set<number>();
  private last = 0;
  /** Messages that passed and were not told one by one. */
  missed = 0;

  take(messages: readonly LabMessage[], missed = 0): void {
    this.missed += missed;
    for (const message of messages) this.add(message);
    this.plain = this.keep(this.plain);
    if (this.notable.length > FIRST_WORTH_SAYING + 2 * LAST_WORTH_SAYING)
      this.notable.splice(FIRST_WORTH_SAYING, this.notable.length - FIRST_WORTH_SAYING - LAST_WORTH_SAYING);
  }

  /** Everything that is kept of one connection, or of all, in order. */
  entries(connection?: number): WireEntry[] {
    return [...this.notable, ...this.plain]
      .filter(({ message }) => connection === undefined || message.connection === connection)
      .sort((a, b) => a.order - b.order);
  }

  /** The same, with what is left out counted. */
  items(connection?: number): WireItem[] {
    const entries = this.entries(connection);
    const shown = new Set(entries.filter(({ notable }) => !notable).slice(-PLAIN_SHOWN));
    const items: WireItem[] = [];
    const told = new Map<number, number>();
    for (const entry of entries) {
      if (!entry.notable && !shown.has(entry)) continue;
      const { connection: of } = entry.message;
      const left = entry.number - (told.get(of) ?? 0) - 1;
      told.set(of, entry.number);
      const last = items.at(-1);
      if (left > 0 && last !== undefined && !isEntry(last)) items[items.length - 1] = { left: last.left + left };
      else if (left > 0) items.push({ left });
      items.push(entry);
    }
    return items;
  }

  /** The connections that something is kept of, the newest last. */
  connections(): number[] {
    return [...new Set(this.entries().map(({ message }) => message.connection))].sort((a, b) => a - b);
  }

  /** Those of them that have neither ended nor been reset. */
  open(): number[] {
    return this.connections().filter((connection) => !this.gone.has(connection));
  }

  clear(): void {
    this.notable = [];
    this.plain = [];
    this.seen.clear();
    this.numbers.clear();
    this.gone.clear();
    this.missed = 0;
  }

  // Numbers are counted by connection, so that what is left out between two of one is their difference.
  private add(message: LabMessage): void {
    const { connection, direction } = message;
    const number = (this.numbers.get(connection) ?? 0) + 1;
    this.numbers.set(connection, number);
    if (GOES.has(message.kind)) this.gone.add(connection);
    const label = labelOf(message);
    const name = `${connection} ${direction} ${label}`;
    const times = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, times);
    const notable =
      times <= FIRST_OF_A_NAME ||
      ALWAYS.has(message.kind) ||
      message.fault !== undefined ||
      /^(ping|pong|close)/.test(label);
    (notable ? this.notable : this.plain).push({ order: ++this.last, number, message, label, notable });
  }

  // Each connection keeps its newest, so that a busy one does not push out what a quiet one has said.
  private keep(plain: readonly WireEntry[]): WireEntry[] {
    const kept = new Map<number, number>();
    return plain
      .toReversed()
      .filter(({ message: { connection } }) => {
        const count = (kept.get(connection) ?? 0) + 1;
        kept.set(connection, count);
        return count <= PLAIN_KEPT;
      })
      .slice(0, 8 * PLAIN_KEPT)
      .reverse();
  }
}

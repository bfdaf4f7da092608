import { TRANSPORTS, type MemoryStorage, type TransportName } from './telewire.js';

/** How long it is remembered what worked: a network that was bad may be another one by then. */
export const REMEMBERED_MS = 30 * 60_000;

interface Note {
  readonly transport: TransportName;
  /** Local clock, epoch milliseconds. */
  readonly at: number;
}

/** What `auto` has found to work with one gateway, for feeds and pages that come later. */
export class Memory {
  readonly #key: string;
  #note: Note | undefined;

  /**
   * @param origin of the gateway
   * @param storage outlives the page; without it the client alone remembers
   */
  constructor(
    origin: string,
    private readonly storage: MemoryStorage | undefined,
    private readonly now: () => number,
  ) {
    this.#key = `telewire:${origin}`;
    this.#note = this.#read();
  }

  /** What worked last and is not forgotten yet; `undefined` where that is the best anyway. */
  get transport(): TransportName | undefined {
    if (!this.#note) return undefined;
    const age = this.now() - this.#note.at;
    // A clock that was set back makes no note last longer.
    return age >= 0 && age < REMEMBERED_MS ? this.#note.transport : undefined;
  }

  /** Notes that `transport` works. */
  works(transport: TransportName): void {
    // The best is tried first without being remembered.
    this.#note = transport === TRANSPORTS[0] ? undefined : { transport, at: this.now() };
    try {
      if (this.#note) this.storage?.setItem(this.#key, JSON.stringify(this.#note));
      else this.storage?.removeItem(this.#key);
    } catch {
      // It is full, or off: the client itself remembers all the same.
    }
  }

  #read(): Note | undefined {
    try {
      const { transport, at } = JSON.parse(this.storage?.getItem(this.#key) ?? '{}') as Partial<Note>;
      return transport && TRANSPORTS.includes(transport) && typeof at === 'number' ? { transport, at } : undefined;
    } catch {
      return undefined; // off, or what lies there is not ours
    }
  }
}

import type { Writable } from 'node:stream';
import type { LabEvent } from '@telewire/protocol';

/** What a page that does not read may leave unread: from there on it is told less, and not later. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/** A page that has left so much unread for so long is not there any more, whatever its connection says. */
export const MAX_DEAF_MS = 30 * 60_000;

/** The line on which a session says what it has to say, one event a line. */
export class EventLine {
  #deafSince: number | undefined;

  constructor(
    private readonly out: Writable,
    private readonly now: () => number,
  ) {}

  /** Says an event, or leaves it out where nobody reads; in the end cuts the line. */
  tell(event: LabEvent): void {
    if (this.out.writableLength < MAX_UNREAD_BYTES) {
      this.#deafSince = undefined;
      this.out.write(`${JSON.stringify(event)}\n`);
      return;
    }
    this.#deafSince ??= this.now();
    if (this.now() - this.#deafSince >= MAX_DEAF_MS) this.out.destroy();
  }

  /** Nothing more is said. */
  end(): void {
    this.out.end();
  }
}

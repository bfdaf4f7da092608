import { finished, type Writable } from 'node:stream';
import type { SchedulerLike } from 'rxjs';
import type { LabEvent } from '@telewire/protocol';

/** What a page that does not read may leave unread: from there on it is told less, and not later. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/** A page that has left so much unread for so long is not there any more, whatever its connection says. */
export const MAX_DEAF_MS = 30 * 60_000;

/** The line on which a session says what it has to say, one event a line. */
export class EventLine {
  #deafSince: number | undefined;

  /** `deaf`: nobody has read for {@link MAX_DEAF_MS}; said again with each event until the line ends. */
  constructor(
    private readonly out: Writable,
    private readonly scheduler: SchedulerLike,
    private readonly deaf: () => void,
  ) {}

  /** Says an event, or leaves it out where nobody reads; the reason of an end is always said. */
  tell(event: LabEvent): void {
    const unread = this.out.writableLength >= MAX_UNREAD_BYTES;
    if (!unread) this.#deafSince = undefined;
    if (!unread || event.type === 'end') {
      this.out.write(`${JSON.stringify(event)}\n`);
      return;
    }
    this.#deafSince ??= this.scheduler.now();
    if (this.scheduler.now() - this.#deafSince >= MAX_DEAF_MS) this.deaf();
  }

  /** Nothing more is said. What is unread stays to be read for {@link MAX_DEAF_MS}, then the line is cut. */
  end(): void {
    const cut = this.scheduler.schedule(() => this.out.destroy(), MAX_DEAF_MS);
    finished(this.out, () => cut.unsubscribe());
    this.out.end();
  }
}

import type { Readable } from 'node:stream';
import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';

/**
 * Lets a stream rest for a moment after each read: what comes meanwhile waits in the kernel, is read at once, and goes into one
 * commit. To be woken for each message costs more than the message. What comes after a rest is read at once.
 */
export class ReadPace {
  #resting: Subscription | undefined;
  /** The rest is over, and there was no room. */
  #owed = false;

  /**
   * @param stream must flow, or be piped
   * @param isFull true while there is no room for more: the stream rests until {@link readOn}
   */
  constructor(
    private readonly stream: Readable,
    private readonly paceMs: number,
    private readonly isFull: () => boolean,
    private readonly scheduler: SchedulerLike = asyncScheduler,
  ) {
    stream.on('data', () => this.#rest());
    stream.once('close', () => this.#resting?.unsubscribe());
  }

  /** There is room again. */
  readOn(): void {
    if (!this.#owed) return;
    this.#owed = false;
    this.stream.resume();
  }

  #rest(): void {
    if (this.#resting) return;
    this.stream.pause();
    this.#resting = this.scheduler.schedule(() => {
      this.#resting = undefined;
      // Reading on would fill the memory with what nobody takes.
      if (this.isFull()) this.#owed = true;
      else this.stream.resume();
    }, this.paceMs);
  }
}

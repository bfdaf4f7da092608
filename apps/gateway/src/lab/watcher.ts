import type { LabLane, LabMessage } from '@telewire/protocol';
import type { WireMessage } from './wire/draft.js';

/** Messages told in a second at most. */
export const MAX_MESSAGES_PER_SECOND = 200;

/** Collects the messages of the lane that is watched, as many as can be read. */
export class Watcher {
  lane: LabLane | null = null;
  #messages: LabMessage[] = [];
  #missed = 0;
  #secondFrom = 0;
  #told = 0;

  /** Takes a message. Returns true when it is the first that waits to be told. */
  take(connection: number, message: WireMessage): boolean {
    if (message.lane !== this.lane) return false;
    const { at } = message;
    if (at >= this.#secondFrom + 1000 || at < this.#secondFrom) {
      this.#secondFrom = at;
      this.#told = 0;
    }
    const first = this.#messages.length + this.#missed === 0;
    if (this.#told >= MAX_MESSAGES_PER_SECOND) this.#missed++;
    else {
      this.#told++;
      const { bytes, ...rest } = message;
      this.#messages.push({ ...rest, connection, bytes: bytes.toString('base64') });
    }
    return first;
  }

  /** What waits to be told, and how many were left out. */
  flush(): { messages: LabMessage[]; missed: number } {
    const waiting = { messages: this.#messages, missed: this.#missed };
    this.#messages = [];
    this.#missed = 0;
    return waiting;
  }
}

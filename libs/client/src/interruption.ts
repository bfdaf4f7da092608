import { isTerminal } from '@telewire/protocol';
import type { EndOfAttempt } from './connection-state.js';

/** Why an attempt to deliver ended: thrown by transports and channels, never seen by a page. */
export class Interruption extends Error {
  override readonly name = 'Interruption';

  /**
   * @param event what it means for the feeds
   * @param message a short sentence for people
   * @param retryAfterMs how long the gateway asked to be left alone
   * @param code the protocol's, where the gateway gave one
   */
  constructor(
    readonly event: EndOfAttempt,
    message: string,
    readonly retryAfterMs?: number,
    readonly code?: number,
  ) {
    super(message);
  }

  /** The interruption that a protocol code means: PROTOCOL R22, the range decides. */
  static byCode(code: number, message: string, retryAfterMs?: number): Interruption {
    return new Interruption(isTerminal(code) ? 'refused' : 'lost', message, retryAfterMs, code);
  }

  /** Anything thrown, as an interruption: what is not one already is a loss. */
  static from(cause: unknown): Interruption {
    if (cause instanceof Interruption) return cause;
    return new Interruption('lost', cause instanceof Error ? cause.message : String(cause));
  }
}

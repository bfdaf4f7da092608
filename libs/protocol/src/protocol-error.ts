import { CODES, isTerminal } from './codes.js';

/** Every error that Telewire tells a client: a code whose range decides the retry, a fixed word, and a sentence. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  /**
   * @param code one of {@link CODES}
   * @param reason a fixed word for programs: `bad-filter`
   * @param message a sentence for people; never holds a stack trace or a value of the gateway's inside
   */
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }

  /** True when repeating the same request cannot succeed. */
  get terminal(): boolean {
    return isTerminal(this.code);
  }

  /** The `error` frame that says this to a client. */
  toFrame(): { type: 'error'; code: number; reason: string; message: string } {
    return { type: 'error', code: this.code, reason: this.reason, message: this.message };
  }
}

/** A {@link ProtocolError} for a request that does not parse. */
export const badRequest = (reason: string, message: string): ProtocolError =>
  new ProtocolError(CODES.badRequest, reason, message);

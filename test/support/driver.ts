import type { Format, SubscriptionInput } from '@telewire/protocol';
import type { Inbox } from './inbox.js';

/** An open stream of frames (for a long-poll: a loop that asks again with the cursor of each answer). */
export interface Line {
  readonly inbox: Inbox;
  close(): Promise<void>;
}

/** A line of a stream, whose client can stop reading for a while. */
export interface StallingLine extends Line {
  stall(): void;
  goOn(): void;
}

/** What came of a request that the gateway turned down. */
export interface Refusal {
  /** HTTP status, or the close code of a WebSocket. */
  readonly status: number;
  readonly body: unknown;
}

/** One transport as a client without the SDK uses it. */
export interface Driver {
  readonly name: string;
  /** How it asks for frames to be written. */
  readonly format: Format;
  /** One subscription by a plain GET. */
  get(url: string, query: string): Line;
  /** Several subscriptions: a POST, or in band. */
  post(url: string, subscriptions: readonly SubscriptionInput[]): Line;
  /** Makes a GET that should be refused. */
  refused(url: string, query: string, headers?: Record<string, string>): Promise<Refusal>;
}

/** A transport that streams. */
export interface StreamingDriver extends Driver {
  get(url: string, query: string): StallingLine;
}

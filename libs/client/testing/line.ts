import type { Frame, Subscription } from '@telewire/protocol';
import type { TransportName } from '../src/index.js';

/** A subscription as the gateway serves it on one line. */
export interface Served {
  readonly want: Subscription;
  seq: number;
  readonly ordinals: Map<string, number>;
}

/** One open stream, socket or held poll of the gateway, as a spec sees it. */
export interface Line {
  readonly transport: TransportName;
  readonly served: Map<string, Served>;
  readonly send: (frame: Frame) => void;
  /** Breaks it without a word. */
  readonly cut: () => void;
  /** Frames of the journal stay away, as from a peer that hangs. */
  muted: boolean;
  readonly announced: Set<string>;
}

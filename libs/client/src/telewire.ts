import type { DeliveredReading, FrameDecoder, GapReason, Inventory, OnSlow, Policy, Service } from '@telewire/protocol';
import type { Scheduler } from './scheduler.js';
import type { Stream } from './source.js';

/**
 * The ways readings can come, the best first; the same names as the gateway's delivery.
 * @example
 * ```ts
 * import { TRANSPORTS } from '@telewire/client';
 *
 * console.log(TRANSPORTS.join(' ')); // websocket http-stream sse long-poll poll
 * ```
 */
export const TRANSPORTS = ['websocket', 'http-stream', 'sse', 'long-poll', 'poll'] as const;
/** A way readings can come. */
export type TransportName = (typeof TRANSPORTS)[number];
/** What can be asked for: one transport, or the best that works here (`auto`). */
export type TransportChoice = TransportName | 'auto';

/** Where a memory lies beyond the page: `localStorage`, or what has its three methods. */
export type MemoryStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Tells when the program comes back from where it could not read. An Observable is such. */
export interface Wakes {
  subscribe(woke: () => void): { unsubscribe(): void };
}

/** What a {@link Telewire} is made with. Everything but `url` has the platform's own as default. */
export interface ConnectOptions {
  /** Origin of the gateway: `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly WebSocket?: typeof globalThis.WebSocket;
  /**
   * What to ask the gateway to write frames in: `cbor` of `@telewire/cbor`. Left out, JSON. What comes in JSON all the same
   * (events always do) is read too.
   */
  readonly format?: FrameDecoder | undefined;
  /**
   * Where `auto` remembers for half an hour which transport worked with this gateway, `localStorage` where there is one; `null`
   * for nowhere.
   */
  readonly memory?: MemoryStorage | null;
  /**
   * Tells when the program comes back from where it could not read: awake, online again. A page knows by itself
   * (`visibilitychange`, `resume`, `pageshow`, `online`).
   */
  readonly wakes?: Wakes;
  /** 0 to 1, for the jitter of reconnects. */
  readonly random?: () => number;
  /** Clock and timers. */
  readonly scheduler?: Scheduler;
}

/** What a widget asks for. */
export interface FeedOptions {
  /** MQTT topic filters over series names: `icu/bed-04/#`. */
  readonly filters: readonly string[];
  /**
   * Default `every`. `latest`: of each series the newest, one in each interval of 1/`maxHz`; not of waveforms. `extremes`: of each
   * interval the first, the smallest, the largest and the last; a waveform comes as an `Envelope`, whose columns are as long as
   * the interval, and parts of a column that come one after the other are to be joined.
   */
  readonly policy?: Policy;
  /** Frames a second at most; default 60. Under `extremes` it is also how many columns of a waveform there are in a second. */
  readonly maxHz?: number;
  /**
   * What becomes of a feed whose line is too slow for it. `degrade` (the default): on a stream it is served less (`extremes`; by
   * the gateway also `latest`, then nothing) until the line can carry it again, and says so. `lag`: it falls behind, and gets every reading, or a gap where
   * the gateway no longer holds what it is owed.
   */
  readonly onSlow?: OnSlow;
  /** A cursor, or `earliest`; without it: the present, then live. */
  readonly after?: string;
  /**
   * Default `websocket`. A named transport never falls back: it says why it does not work and goes on trying. `auto` takes
   * the best that works, and goes back to a better one when that works again.
   */
  readonly transport?: TransportChoice;
}

/** What of a feed can be changed while it runs. */
export type Contract = Partial<Pick<FeedOptions, 'filters' | 'policy' | 'maxHz' | 'onSlow'>>;

/** What comes out of a feed, a frame at a time. Readings that the feed has already delivered are left out. */
export type Batch =
  | {
      readonly kind: 'snapshot' | 'readings';
      readonly readings: readonly DeliveredReading[];
      readonly transport: TransportName;
    }
  | { readonly kind: 'gap'; readonly reason: GapReason; readonly lost?: number; readonly transport: TransportName };

/**
 * How a feed's connection stands. `connecting`: nothing has come yet; `live`: data is coming; `resuming`: it was live, the
 * link is lost and it will go on from its cursor; `refused`: the gateway said no for good; `closed`: nobody listens.
 */
export type Phase = 'connecting' | 'live' | 'resuming' | 'refused' | 'closed';

/** A feed's state as a widget shows it. */
export interface FeedState {
  readonly phase: Phase;
  /** What was asked for. */
  readonly choice: TransportChoice;
  /** The transport in use or being tried; while a switch is under way the old one still delivers. Of a named choice that one. */
  readonly transport: TransportName;
  /** The transport that delivered last, if any has. */
  readonly delivering?: TransportName;
  /** Local clock, epoch milliseconds: when this phase began. */
  readonly since: number;
  /** What is served while the line is too slow for what was asked. */
  readonly degraded?: Service;
  /** Why it is not live, in a short sentence for people. */
  readonly reason?: string;
  /** Local clock: when the next attempt is made. */
  readonly retryAt?: number;
}

/** What became of the readings of one series in one feed: `matched = delivered + withheld + lost`. */
export interface LedgerEntry {
  readonly matched: number;
  readonly delivered: number;
  /** Left out because the contract says so (`latest`, `extremes`), or because the line was too slow. */
  readonly withheld: number;
  readonly lost: number;
}

/** Readings for filters and a contract, over a transport that can be changed while it runs. */
export interface Feed {
  /** Subscribing opens the feed, unsubscribing closes it; subscribing again goes on from the cursor. */
  readonly batches: Stream<Batch>;
  /** The present state on subscription, then each change. */
  readonly state: Stream<FeedState>;
  /** Changes the transport: the new one is opened from the cursor, and the old one is left once data has come on the new. */
  use(choice: TransportChoice): void;
  /** Changes what is asked for, from where the feed stands: nothing is lost or repeated. What is left out stays as it is. */
  change(contract: Contract): void;
  /** Per series, since the feed was first opened. */
  ledger(): ReadonlyMap<string, LedgerEntry>;
}

/** The gateway's clock against ours: gateway time = local time + offset, give or take `boundMs`. */
export interface ClockEstimate {
  readonly offsetMs: number;
  /** Half of the shortest round trip. */
  readonly boundMs: number;
}

/** A client of one gateway; feeds that use the same transport share one connection. */
export interface Telewire {
  feed(options: FeedOptions): Feed;
  /** Devices and series with their latest readings. @throws ProtocolError, or TypeError when there is no answer */
  inventory(): Promise<Inventory>;
  /** The latest estimate on subscription (once there is one), then each change; measured while somebody listens. */
  readonly clock: Stream<ClockEstimate>;
  /** Ends every feed and connection. */
  close(): void;
}

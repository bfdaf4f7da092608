export { connect } from './rxjs.js';
export type { ConnectOptions, Feed, Telewire } from './rxjs.js';
export { TRANSPORTS } from './telewire.js';
export type {
  Batch,
  ClockEstimate,
  Contract,
  FeedOptions,
  FeedState,
  LedgerEntry,
  MemoryStorage,
  Phase,
  TransportChoice,
  TransportName,
} from './telewire.js';
export { pollPauseMs } from './transports/poll.js';

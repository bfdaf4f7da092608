export { connect } from './connect.js';
export { TRANSPORTS } from './telewire.js';
export type {
  Batch,
  ClockEstimate,
  ConnectOptions,
  Contract,
  Feed,
  FeedOptions,
  FeedState,
  LedgerEntry,
  MemoryStorage,
  Phase,
  Telewire,
  TransportChoice,
  TransportName,
} from './telewire.js';
export { pollPauseMs } from './transports/poll.js';

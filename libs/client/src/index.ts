export { connect } from './connect.js';
export { TRANSPORTS } from './telewire.js';
export type {
  Batch,
  ClockEstimate,
  ConnectOptions,
  Feed,
  FeedOptions,
  FeedState,
  LedgerEntry,
  Phase,
  Telewire,
  TransportName,
} from './telewire.js';

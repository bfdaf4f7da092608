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
  Wakes,
} from './telewire.js';
export type { Scheduler, Timer } from './scheduler.js';
export type { Stream } from './source.js';
export { pollPauseMs } from './transports/poll.js';

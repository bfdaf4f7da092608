export { contractMs, judgeAge, NO_AGE, worstAge } from './age.js';
export type { Age, Freshness, Newest } from './age.js';
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
export { CAUSES, verdictOf } from './verdict.js';
export type { Cause, Chain, FinePart, Level, Verdict } from './verdict.js';
export { Wakefulness } from './wakefulness.js';

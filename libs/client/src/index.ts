export { contractMs, judgeAge, NO_AGE, worstAge } from './age.js';
export type { Age, Freshness, Newest } from './age.js';
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
export { CAUSES, verdictOf } from './verdict.js';
export type { Cause, Chain, FinePart, Level, Verdict } from './verdict.js';
export { Wakefulness } from './wakefulness.js';

import type { FeedState, TransportName } from '../src/index.js';

/** The state of a feed that is live on a transport. */
export const live = (transport: TransportName = 'websocket'): FeedState => ({
  phase: 'live',
  choice: transport,
  transport,
  delivering: transport,
  since: 0,
});

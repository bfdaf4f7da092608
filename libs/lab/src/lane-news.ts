import type { Batch, FeedState } from '@telewire/client';

/** How a lane's line stands; the part of a feed's state that a report needs. */
export type LineState = Pick<FeedState, 'phase' | 'reason' | 'retryAt'>;

/** What a lane hears, from the SDK's feed or from a loop of the lab's own. */
export type LaneNews =
  | { readonly type: 'batch'; readonly batch: Batch }
  | { readonly type: 'state'; readonly state: LineState }
  /** Who asked no longer does; somebody else may, from another place. */
  | { readonly type: 'left' };

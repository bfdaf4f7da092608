import type { FeedState, TransportName } from '@telewire/client';
import { wholeSeconds } from './format.js';

/** What a transport is called in sentences and menus, and its code on a button. */
export const TRANSPORT_WORDS: Readonly<Record<TransportName, { readonly name: string; readonly code: string }>> = {
  websocket: { name: 'WebSocket', code: 'WS' },
  'http-stream': { name: 'HTTP stream', code: 'HS' },
  sse: { name: 'SSE', code: 'SSE' },
  'long-poll': { name: 'Long-poll', code: 'LP' },
  poll: { name: 'Poll', code: 'P' },
};

/** The state of `transport` in a feed, in words; `now` is the local clock. */
export function transportState(transport: TransportName, state: FeedState, now: number): string {
  if (transport !== state.transport)
    return transport === state.delivering && state.phase !== 'closed' ? 'delivers until then' : 'not in use';
  const since = wholeSeconds(now - state.since);
  switch (state.phase) {
    case 'live':
      return state.delivering === transport || state.delivering === undefined ? 'delivers' : 'opening';
    case 'connecting':
      return state.retryAt !== undefined && state.retryAt > now
        ? `no answer, again in ${wholeSeconds(state.retryAt - now)}`
        : `opening since ${since}`;
    case 'resuming':
      return state.retryAt !== undefined && state.retryAt > now
        ? `lost ${since} ago, again in ${wholeSeconds(state.retryAt - now)}`
        : `lost ${since} ago, opening`;
    case 'refused':
      return state.reason ?? 'refused';
    case 'closed':
      return 'closed';
  }
}

import type { FeedState, TransportChoice, TransportName } from '@telewire/client';
import { wholeSeconds } from './format.js';

/** What a transport is called in sentences and menus, and its code on a button. */
export const TRANSPORT_WORDS: Readonly<Record<TransportChoice, { readonly name: string; readonly code: string }>> = {
  auto: { name: 'Auto', code: 'AUTO' },
  websocket: { name: 'WebSocket', code: 'WS' },
  'http-stream': { name: 'HTTP stream', code: 'HS' },
  sse: { name: 'SSE', code: 'SSE' },
  'long-poll': { name: 'Long-poll', code: 'LP' },
  poll: { name: 'Poll', code: 'POLL' },
};

/** What stands on a widget's button: `WS`, and `AUTO:SSE` when the transport was not named. */
export function transportCode({ choice, transport }: FeedState): string {
  const { code } = TRANSPORT_WORDS[transport];
  return choice === 'auto' ? `AUTO:${code}` : code;
}

/** The same in words: `SSE`, and `SSE, chosen automatically`. */
export function transportPhrase({ choice, transport }: FeedState): string {
  const { name } = TRANSPORT_WORDS[transport];
  return choice === 'auto' ? `${name}, chosen automatically` : name;
}

/** The state of the automatic choice in a feed, in words. */
export function autoState({ choice, transport, delivering }: FeedState): string {
  if (choice !== 'auto') return 'the best that works';
  const { name } = TRANSPORT_WORDS[transport];
  return delivering === transport ? `uses ${name} now` : `tries ${name} now`;
}

/** The state of `transport` in a feed, in words; `now` is the local clock, `sharedBy` how many widgets it carries. */
export function transportState(transport: TransportName, state: FeedState, now: number, sharedBy = 0): string {
  if (transport !== state.transport) {
    if (transport === state.delivering && state.phase !== 'closed') return 'delivers until then';
    return sharedBy === 0 ? 'not in use' : `open, carries ${widgets(sharedBy)}`;
  }
  const since = wholeSeconds(now - state.since);
  switch (state.phase) {
    case 'live':
      if (state.delivering !== transport && state.delivering !== undefined) return 'opening';
      return sharedBy > 1 ? `delivers, ${widgets(sharedBy)} share it` : 'delivers';
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

const widgets = (count: number): string => (count === 1 ? '1 widget' : `${count} widgets`);

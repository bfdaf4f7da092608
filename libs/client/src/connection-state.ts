import type { Phase } from './telewire.js';

/**
 * What can befall a feed on a transport, as facts. `opened`: the line stands, nothing has come for the feed yet; `data`: a frame
 * for the feed has parsed; `lost`: the line broke, or what came was not from this protocol; `silent`: the line stands but
 * nothing comes; `bye`: the gateway left on purpose; `refused`: it said no for good; `closed`: nobody listens any more;
 * `reopened`: somebody listens again.
 */
export const CONNECTION_EVENTS = ['opened', 'data', 'lost', 'silent', 'bye', 'refused', 'closed', 'reopened'] as const;
/** What can befall a feed on a transport. */
export type ConnectionEvent = (typeof CONNECTION_EVENTS)[number];

/** The events that end an attempt; all but `refused` are followed by another one, after a pause. */
export type EndOfAttempt = Extract<ConnectionEvent, 'lost' | 'silent' | 'bye' | 'refused'>;

// Only `data` makes a feed live: a proxy that accepts the connection and then delivers nothing has achieved nothing.
// A refused feed hears nothing more until somebody asks anew.
const TRANSITIONS: Readonly<Record<Phase, Readonly<Record<ConnectionEvent, Phase>>>> = {
  connecting: {
    opened: 'connecting',
    data: 'live',
    lost: 'connecting',
    silent: 'connecting',
    bye: 'connecting',
    refused: 'refused',
    closed: 'closed',
    reopened: 'connecting',
  },
  live: {
    // SSE and long-poll ask anew when the set of subscriptions changes; that is no loss.
    opened: 'live',
    data: 'live',
    lost: 'resuming',
    silent: 'resuming',
    bye: 'resuming',
    refused: 'refused',
    closed: 'closed',
    reopened: 'live',
  },
  resuming: {
    opened: 'resuming',
    data: 'live',
    lost: 'resuming',
    silent: 'resuming',
    bye: 'resuming',
    refused: 'refused',
    closed: 'closed',
    reopened: 'resuming',
  },
  refused: {
    opened: 'refused',
    data: 'refused',
    lost: 'refused',
    silent: 'refused',
    bye: 'refused',
    refused: 'refused',
    closed: 'closed',
    reopened: 'connecting',
  },
  closed: {
    opened: 'closed',
    data: 'closed',
    lost: 'closed',
    silent: 'closed',
    bye: 'closed',
    refused: 'closed',
    closed: 'closed',
    reopened: 'connecting',
  },
};

/** The phase that `event` leads to. Total: every phase has an answer to every event. */
export const nextPhase = (phase: Phase, event: ConnectionEvent): Phase => TRANSITIONS[phase][event];

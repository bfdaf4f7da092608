import type { FeedState } from '@telewire/client';
import { clockTime, wholeSeconds } from './format.js';
import { TRANSPORT_WORDS } from './transport-words.js';

/** A state series' level and when it was sent. */
export interface Level {
  readonly value: string;
  readonly at: number;
}

/** What is known of the way from a device to this screen. */
export interface Chain {
  readonly link: FeedState;
  readonly broker: Level | undefined;
  readonly status: Level | undefined;
  /** True when readings of other devices arrive. */
  readonly othersArrive: boolean;
  /** What the others are called: `beds`. */
  readonly others: string;
}

/** Why nothing comes: `link-lost`, `broker-lost`, `device-offline`, `line-slow` or `device-silent`, and what is fine. */
export interface Verdict {
  readonly kind: 'link-lost' | 'broker-lost' | 'device-offline' | 'line-slow' | 'device-silent';
  readonly sentence: string;
}

/**
 * Finds the first broken part of the way, seen from the screen: what lies behind it cannot be known. `localNow` is the
 * local clock.
 */
export function verdictOf(chain: Chain, localNow: number): Verdict {
  const { link, broker, status } = chain;
  const fine = `Broker and link are fine${chain.othersArrive ? `, other ${chain.others} arrive` : ''}.`;
  if (link.phase !== 'live') return { kind: 'link-lost', sentence: linkSentence(link, localNow) };
  if (broker?.value === 'lost')
    return {
      kind: 'broker-lost',
      sentence: `The gateway has lost its broker at ${clockTime(broker.at)} and goes on trying. The link is fine.`,
    };
  if (status?.value === 'offline')
    return { kind: 'device-offline', sentence: `The device is offline since ${clockTime(status.at)}. ${fine}` };
  if (link.degraded !== undefined)
    return {
      kind: 'line-slow',
      sentence:
        'The line is too slow: readings come late or are withheld. Whether the device is silent cannot be seen from here.',
    };
  return { kind: 'device-silent', sentence: `The device is silent. ${fine}` };
}

function linkSentence(link: FeedState, localNow: number): string {
  const { name } = TRANSPORT_WORDS[link.transport];
  if (link.phase === 'refused') return `The gateway refuses ${name}: ${link.reason ?? 'no reason given'}.`;
  const again =
    link.retryAt !== undefined && link.retryAt > localNow
      ? ` It is tried again in ${wholeSeconds(link.retryAt - localNow)}.`
      : ' It is being opened.';
  const lost = link.phase === 'resuming' ? `${name} is lost.` : `${name} has not opened yet.`;
  return `${lost}${again} How the device and the broker are cannot be seen from here.`;
}

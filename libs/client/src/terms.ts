import { DEFAULT_MAX_HZ, parseSubscriptionList, ProtocolError } from '@telewire/protocol';
import type { FeedOptions } from './telewire.js';
import type { Terms } from './wants.js';

/** What `options` ask of a gateway, or what is wrong with that, in words, when no gateway could take it. */
export function termsOf(options: Pick<FeedOptions, 'filters' | 'policy' | 'maxHz' | 'onSlow'>): Terms | string {
  const { filters, policy = 'every', maxHz = DEFAULT_MAX_HZ, onSlow } = options;
  try {
    const [valid] = parseSubscriptionList({
      subscriptions: [{ id: '1', filters: [...filters], policy, maxHz, onSlow }],
    });
    return { filters: valid!.filters, policy: valid!.policy, maxHz: valid!.maxHz, ...(onSlow && { onSlow }) };
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    // The list is our own way of asking; the page wrote one subscription.
    return cause.message.replace('subscriptions.0.', '');
  }
}

/** True when both ask for the same. */
export const isSameTerms = (a: Terms, b: Terms): boolean =>
  a.policy === b.policy && a.maxHz === b.maxHz && a.onSlow === b.onSlow && isSameList(a.filters, b.filters);

/** True when both lists hold the same, in the same order. */
export const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, i) => each === b[i]);

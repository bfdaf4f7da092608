import { DEFAULT_MAX_HZ, faultOfTerms } from '@telewire/protocol';
import type { FeedOptions } from './telewire.js';
import type { Terms } from './wants.js';

/** What `options` ask of a gateway, or what is wrong with that, in words, when no gateway could take it. */
export function termsOf(options: Pick<FeedOptions, 'filters' | 'policy' | 'maxHz' | 'onSlow'>): Terms | string {
  const { filters, policy = 'every', maxHz = DEFAULT_MAX_HZ, onSlow } = options;
  const terms = { filters: [...filters], policy, maxHz, ...(onSlow && { onSlow }) };
  return faultOfTerms(terms) ?? terms;
}

/** True when both ask for the same. */
export const isSameTerms = (a: Terms, b: Terms): boolean =>
  a.policy === b.policy && a.maxHz === b.maxHz && a.onSlow === b.onSlow && isSameList(a.filters, b.filters);

/** True when both lists hold the same, in the same order. */
export const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, i) => each === b[i]);

import { inCount } from '../figures.js';
import type { Measured } from './measured.js';

/** A sentence that says more than a figure: it is printed only where the figures bear it out. */
export interface Claim {
  readonly holds: (measured: Measured) => boolean;
  readonly says: (measured: Measured) => string;
}

/** The sentence where it is true of what was measured, and nothing where it is not. */
export const claimed = (claim: Claim, measured: Measured): string =>
  claim.holds(measured) ? claim.says(measured) : '';

/** Sentences that follow each other; those that are not said leave no gap. */
export const prose = (...sentences: readonly string[]): string => sentences.filter((each) => each !== '').join(' ');

/** Paragraphs, tables, headings, one after the other. */
export const blocks = (...parts: readonly string[]): string => parts.filter((each) => each !== '').join('\n\n');

/** A list; a point that has nothing to say is left out. */
export const points = (...items: readonly string[]): string =>
  items
    .filter((each) => each !== '')
    .map((each) => `- ${each}`)
    .join('\n');

/** What speaks for something, or against it, as a point of a list. */
export const verdict = (word: 'For' | 'Against', ...sentences: readonly string[]): string => {
  const said = prose(...sentences);
  // Names in capitals stay as they are.
  return said === '' ? '' : `${word}: ${said.replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase())}`;
};

/** True where `a` and `b` are there and `a` is less by more than `share` of `b`: no verdict hangs on a rounding. */
export const isLess = (a: number | undefined, b: number | undefined, share = 0.02): boolean =>
  a !== undefined && b !== undefined && a < b * (1 - share);

/** `once`, `twice`, `7 times`. */
export const times = (count: number): string =>
  count === 1 ? 'once' : count === 2 ? 'twice' : `${inCount(count)} times`;

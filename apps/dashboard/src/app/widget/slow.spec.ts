import { expect, it } from '@jest/globals';
import { slowWords } from './slow.js';

it('says what still comes over a line that is too slow, and nothing of others', () => {
  expect(slowWords({ degraded: 'extremes' })).toBe('slow line: extremes kept, the rest withheld');
  expect(slowWords({ degraded: 'latest' })).toBe('slow line: only the latest come');
  expect(slowWords({ degraded: 'paused' })).toBe('slow line: paused until it can carry more');
  expect(slowWords({})).toBeUndefined();
});

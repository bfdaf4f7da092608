import { expect, it } from '@jest/globals';
import { ledgerWords } from './ledger-words.js';

it('sums up what a widget shows and leaves out what came along', () => {
  const entry = { matched: 1200, delivered: 1100, withheld: 90, lost: 10 };
  const ledger = new Map([
    ['icu/bed-01/hr', entry],
    ['icu/bed-02/hr', entry],
    ['telewire/broker', entry],
  ]);
  expect(ledgerWords(ledger, 'icu/+/hr')).toBe('2\u202f400 matched, 2\u202f200 delivered, 180 withheld, 20 lost');
});

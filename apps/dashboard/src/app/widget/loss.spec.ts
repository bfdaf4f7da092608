import { describe, expect, it } from '@jest/globals';
import { lateWords, lossWords } from './loss.js';

describe('loss', () => {
  it('says how many readings are lost and why', () => {
    expect(lossWords({ count: 12, reason: 'evicted', toldAt: 0 }, 0)).toBe('12 readings lost while the link was down');
    expect(lossWords({ count: 1, reason: 'slow', toldAt: 0 }, 0)).toBe('1 reading lost, this page was too slow');
    expect(lossWords({ count: undefined, reason: 'restarted', toldAt: 0 }, 0)).toBe('The gateway was restarted');
  });

  it('says it for a minute', () => {
    const loss = { count: 1, reason: 'evicted', toldAt: 0 } as const;
    expect(lossWords(loss, 60_000)).toBeDefined();
    expect(lossWords(loss, 60_001)).toBeUndefined();
    expect(lossWords(undefined, 0)).toBeUndefined();
  });
});

describe('lateness', () => {
  it('is said for a minute after the last that came late', () => {
    expect(lateWords({ count: 600, receivedAt: 0 }, 60_000)).toBe('600 readings came late');
    expect(lateWords({ count: 1, receivedAt: 0 }, 0)).toBe('1 reading came late');
    expect(lateWords({ count: 1, receivedAt: 0 }, 60_001)).toBeUndefined();
    expect(lateWords(undefined, 0)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { live } from '../../../../../libs/client/testing/live.js';
import type { Chain, FeedState } from '@telewire/client';
import { verdictInWords } from './verdict-words.js';

const words = (part: Partial<Chain>, localNow = 0) => {
  const broker = { value: 'connected', at: 0 };
  const status = { value: 'online', at: 0 };
  const chain = { link: live(), broker, status, othersArrive: true, ...part };
  return verdictInWords(chain, 'beds', localNow).sentence;
};

describe('a verdict in words', () => {
  it('says what is fine, and does not claim that others arrive when none does', () => {
    expect(words({})).toBe('The device is silent. Broker and link are fine, other beds arrive.');
    expect(words({ othersArrive: false })).toBe('The device is silent. Broker and link are fine.');
  });

  it('says since when a device is gone, and since when the broker', () => {
    expect(words({ status: { value: 'offline', at: 0 } })).toMatch(
      /^The device is offline since \d\d:\d\d:00\. Broker/,
    );
    expect(words({ broker: { value: 'lost', at: 0 } })).toMatch(
      /lost its broker at \d\d:\d\d:00 .* The link is fine\.$/,
    );
  });

  it('says which line is lost, and when it is tried again', () => {
    const link: FeedState = { phase: 'resuming', choice: 'sse', transport: 'sse', since: 0, retryAt: 4000 };
    expect(words({ link })).toContain('SSE is lost. It is tried again in 4 s.');
  });

  it('says why the gateway refuses', () => {
    expect(words({ link: { ...live(), phase: 'refused', reason: 'not allowed' } })).toBe(
      'The gateway refuses WebSocket: not allowed.',
    );
  });

  it('says that the line is too slow, or that the page was asleep, and blames nobody', () => {
    expect(words({ link: { ...live(), degraded: 'extremes' } })).toContain('The line is too slow');
    expect(words({ wokeAt: 0 })).toMatch(/^This page was asleep until \d\d:\d\d:00\./);
  });
});

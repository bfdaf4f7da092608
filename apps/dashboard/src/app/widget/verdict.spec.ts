import { describe, expect, it } from '@jest/globals';
import type { FeedState } from '@telewire/client';
import { verdictOf, type Chain } from './verdict.js';

const live: FeedState = {
  phase: 'live',
  choice: 'websocket',
  transport: 'websocket',
  delivering: 'websocket',
  since: 0,
};
const chain = (part: Partial<Chain>): Chain => ({
  link: live,
  broker: { value: 'connected', at: 0 },
  status: { value: 'online', at: 0 },
  othersArrive: true,
  others: 'beds',
  ...part,
});

describe('verdict', () => {
  it('blames the device when the whole way is fine, and says what is fine', () => {
    expect(verdictOf(chain({}), 0)).toEqual({
      kind: 'device-silent',
      sentence: 'The device is silent. Broker and link are fine, other beds arrive.',
    });
  });

  it('does not claim that others arrive when none does', () => {
    expect(verdictOf(chain({ othersArrive: false }), 0).sentence).not.toContain('beds');
  });

  it('knows a device that went offline from a silent one', () => {
    expect(verdictOf(chain({ status: { value: 'offline', at: 0 } }), 0).kind).toBe('device-offline');
  });

  it('blames the broker before the device, and the link before both', () => {
    const broken = { broker: { value: 'lost', at: 0 }, status: { value: 'offline', at: 0 } };
    expect(verdictOf(chain(broken), 0).kind).toBe('broker-lost');
    const link: FeedState = { phase: 'resuming', choice: 'sse', transport: 'sse', since: 0, retryAt: 4000 };
    const verdict = verdictOf(chain({ ...broken, link }), 0);
    expect(verdict.kind).toBe('link-lost');
    expect(verdict.sentence).toContain('SSE is lost. It is tried again in 4 s.');
  });

  it('does not blame the device while the line is too slow, but for what it has said', () => {
    const link: FeedState = { ...live, degraded: 'extremes' };
    const verdict = verdictOf(chain({ link }), 0);
    expect(verdict.kind).toBe('line-slow');
    expect(verdict.sentence).toContain('The line is too slow');
    expect(verdictOf(chain({ link, status: { value: 'offline', at: 0 } }), 0).kind).toBe('device-offline');
    expect(verdictOf(chain({ link, broker: { value: 'lost', at: 0 } }), 0).kind).toBe('broker-lost');
  });

  it('says why the gateway refuses', () => {
    const link: FeedState = {
      phase: 'refused',
      choice: 'websocket',
      transport: 'websocket',
      since: 0,
      reason: 'not allowed',
    };
    expect(verdictOf(chain({ link }), 0).sentence).toBe('The gateway refuses WebSocket: not allowed.');
  });
});

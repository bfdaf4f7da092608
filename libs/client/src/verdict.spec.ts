import { describe, expect, it } from '@jest/globals';
import { live } from '../testing/live.js';
import type { FeedState } from './telewire.js';
import { verdictOf, WAKING_MS, type Chain } from './verdict.js';
import { ASLEEP_MS, Wakefulness } from './wakefulness.js';

const resuming: FeedState = { ...live(), phase: 'resuming' };
const lost = { value: 'lost', at: 0 };
const offline = { value: 'offline', at: 0 };
const judge = (part: Partial<Chain>, localNow = 0) =>
  verdictOf(
    {
      link: live(),
      broker: { value: 'connected', at: 0 },
      status: { value: 'online', at: 0 },
      othersArrive: true,
      ...part,
    },
    localNow,
  );

describe('the verdict on a series that is stale', () => {
  it('is that the device is silent where the whole way is fine, and says what is fine', () => {
    expect(judge({})).toEqual({ cause: 'device-silent', fine: ['link', 'broker', 'others'] });
    expect(judge({ othersArrive: false }).fine).toEqual(['link', 'broker']);
    expect(judge({ broker: undefined, status: undefined }).cause).toBe('device-silent');
  });

  it('knows a device that has left from a silent one', () => {
    expect(judge({ status: offline })).toEqual({ cause: 'device-offline', fine: ['link', 'broker', 'others'] });
  });

  it('blames the broker before the device, the link before both, and claims nothing of what lies behind', () => {
    expect(judge({ broker: lost, status: offline })).toEqual({ cause: 'broker-lost', fine: ['link'] });
    expect(judge({ broker: lost, status: offline, link: resuming })).toEqual({ cause: 'link-lost', fine: [] });
    for (const phase of ['connecting', 'refused', 'closed'] as const)
      expect(judge({ link: { ...live(), phase } }).cause).toBe('link-lost');
  });

  it('does not blame the device while readings are withheld, but for what it has said', () => {
    const link: FeedState = { ...live(), degraded: 'extremes' };
    expect(judge({ link })).toEqual({ cause: 'withheld', fine: ['broker'] });
    expect(judge({ link, status: offline }).cause).toBe('device-offline');
    expect(judge({ link, broker: lost }).cause).toBe('broker-lost');
  });

  it('blames nobody but its own sleep while it reads what came meanwhile, and then looks anew', () => {
    const slept = { wokeAt: 1_000, link: resuming, broker: lost };
    expect(judge(slept, 1_000)).toEqual({ cause: 'tab-asleep', fine: [] });
    expect(judge(slept, 1_000 + WAKING_MS - 1).cause).toBe('tab-asleep');
    expect(judge(slept, 1_000 + WAKING_MS).cause).toBe('link-lost');
  });
});

describe('wakefulness', () => {
  it('finds that the clock was not looked at for too long, and when that ended', () => {
    const awake = new Wakefulness();
    for (const now of [0, 1_000, 1_000 + ASLEEP_MS]) awake.look(now);
    expect(awake.wokeAt).toBeUndefined();
    awake.look(3_600_000);
    awake.look(3_600_250);
    expect(awake.wokeAt).toBe(3_600_000);
  });

  it('takes no clock that was set back for a sleep', () => {
    const awake = new Wakefulness();
    for (const now of [3_600_000, 0, 250]) awake.look(now);
    expect(awake.wokeAt).toBeUndefined();
  });
});

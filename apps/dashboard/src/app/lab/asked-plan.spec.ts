import { beforeEach, describe, expect, it } from '@jest/globals';
import { CALM } from '@telewire/lab';
import { AskedPlan, settingsOf } from './asked-plan.js';
import { FIRST_PLAN } from './lab-plan.js';

const far = { ...CALM, delayMs: 300 };

describe('a plan that is asked for', () => {
  let plans: AskedPlan;
  beforeEach(() => void (plans = new AskedPlan()));

  it('is on the page at once, and holds when it is taken', () => {
    const asked = plans.ask({ rateHz: 200 });
    expect([plans.plan().rateHz, plans.held().rateHz]).toEqual([200, 20]);
    plans.take(asked);
    expect([plans.plan().rateHz, plans.held().rateHz]).toEqual([200, 200]);
  });

  it('that is refused leaves what holds, and whatever else was asked for', () => {
    const fast = plans.ask({ rateHz: 200 });
    const slow = plans.ask({ rateHz: 5 });
    const distant = plans.ask({ weather: far });
    plans.drop(fast);
    expect(plans.plan()).toEqual({ ...FIRST_PLAN, rateHz: 5, weather: far });
    plans.take(slow);
    plans.drop(distant);
    expect(plans.plan()).toEqual({ ...FIRST_PLAN, rateHz: 5 });
    expect(plans.held()).toEqual(plans.plan());
  });

  it('is for the next race where nobody answers any more', () => {
    plans.ask({ rateHz: 200 });
    plans.ask({ unpaced: true });
    plans.settle();
    expect(plans.held()).toEqual({ ...FIRST_PLAN, rateHz: 200, unpaced: true });
  });

  it('says to the gateway what it has to do for it, and nothing where that is none', () => {
    expect(settingsOf(plans.ask({ weather: far }))).toEqual({ weather: far });
    expect(settingsOf(plans.ask({ unpaced: true, format: 'cbor', pollEveryMs: 500 }))).toEqual({});
    expect(settingsOf(plans.ask({ rateHz: 50 }))).toEqual({ rateHz: 50 });
    expect(settingsOf(plans.ask({ stream: 'icu/#' }))).toEqual({ rateHz: 0 });
    expect(settingsOf(plans.ask({ stream: undefined }))).toEqual({ rateHz: 50 });
    expect(settingsOf(FIRST_PLAN)).toEqual({ weather: CALM, rateHz: 20 });
  });

  it('that goes back to the lab’s own series holds with its rate, or not at all', () => {
    plans.take(plans.ask({ stream: 'icu/#' }));
    const own = plans.ask({ stream: undefined });
    const slow = plans.ask({ rateHz: 5 });
    plans.drop(own);
    plans.take(slow);
    expect(plans.held()).toEqual({ ...FIRST_PLAN, rateHz: 5 });
  });
});

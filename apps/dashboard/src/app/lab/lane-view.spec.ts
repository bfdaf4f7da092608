import { describe, expect, it } from '@jest/globals';
import { FIRST_PLAN } from './lab-plan.js';
import { lookAtLane } from './lane-view.js';
import { report, tally } from './testing/reports.js';

describe('a lane', () => {
  it('says how it stands and how many connections it has open', () => {
    const view = lookAtLane({ lane: 'sse', report: report(), tally: tally(), pace: undefined }, FIRST_PLAN);
    expect(view.doing).toBe('open, 1 connection');
    expect(view.recovery).toBeUndefined();
    expect([view.overhead, view.median, view.worst]).toEqual([
      { value: '20.0', unit: '%' },
      { value: '41', unit: 'ms' },
      { value: '88', unit: 'ms' },
    ]);
  });

  it('says how a long-poll is held, paced or naive', () => {
    const held = report({ lane: 'long-poll', doing: 'held 4.2 s', askedHz: 0.1 });
    const facts = { lane: 'long-poll', report: held, tally: tally(), pace: undefined } as const;
    expect(lookAtLane(facts, FIRST_PLAN).doing).toBe('held 4.2 s, paced');
    const busy = { ...facts, report: report({ ...held, askedHz: 19, heldMs: 48 }) };
    expect(lookAtLane(busy, { ...FIRST_PLAN, unpaced: true }).doing).toBe('held 48 ms, naive');
  });

  it('says when a poll asks', () => {
    const facts = {
      lane: 'poll',
      report: report({ lane: 'poll', doing: 'asks again in 1.2 s', askedHz: 0.5 }),
      tally: tally(),
      pace: undefined,
    } as const;
    expect(lookAtLane(facts, { ...FIRST_PLAN, pollEveryMs: 2_000 }).doing).toBe('asks again in 1.2 s, every 2 s');
  });

  it('says who was cut and how long it took to come back', () => {
    const of = (said: Parameters<typeof report>[0]) =>
      lookAtLane({ lane: 'sse', report: report(said), tally: tally(), pace: undefined }, FIRST_PLAN).recovery;
    expect(of({ interruptions: 1, longestRecoveryMs: 310 })).toBe('1 cut, back in 310 ms');
    expect(of({ interruptions: 4, longestRecoveryMs: 1_310 })).toBe('4 cuts, back within 1.31 s');
    expect(of({ interruptions: 1, phase: 'resuming', notBackMs: 640 })).toBe('1 cut, not back for 640 ms');
    expect(of({ interruptions: 4, longestRecoveryMs: 1_310, notBackMs: 2_000 })).toBe('4 cuts, not back for 2.00 s');
    expect(of({ interruptions: 0, notBackMs: 9_000 })).toBe('0 cuts, not back for 9.00 s');
    expect(of({ interruptions: 0 })).toBeUndefined();
  });

  it('says that it is stopped, and not how it stood last', () => {
    const facts = { lane: 'sse', report: report(), tally: tally(), pace: undefined, over: true } as const;
    expect(lookAtLane(facts, FIRST_PLAN)).toMatchObject({ doing: 'stopped', median: { value: '41' } });
  });

  it('has codes instead of numbers before it runs', () => {
    const view = lookAtLane({ lane: 'poll', report: undefined, tally: undefined, pace: undefined }, FIRST_PLAN);
    expect(view.doing).toBe('not running');
    expect(new Set(view.further.map(([, value]) => value))).toEqual(new Set(['---']));
  });

  it('keeps further figures for who wants them', () => {
    const view = lookAtLane({ lane: 'sse', report: report(), tally: tally(), pace: undefined }, FIRST_PLAN);
    expect(Object.fromEntries(view.further)).toMatchObject({ 'bytes a reading': '10 B', lost: '0', requests: '1' });
  });
});

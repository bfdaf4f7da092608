import { describe, expect, it } from '@jest/globals';
import type { LaneReport } from '@telewire/lab';
import type { Measured } from './lab-notes.js';
import { FIRST_PLAN } from './lab-plan.js';
import { noteOf } from './lane-notes.js';
import { report, tally } from './testing/reports.js';

const of = (lane: Partial<LaneReport>, more: Partial<Measured> = {}): Measured => ({
  lanes: [report(lane)],
  tallies: {},
  plan: FIRST_PLAN,
  ...more,
});

describe('the note on a lane', () => {
  it('says how it asks', () => {
    expect(noteOf('long-poll', of({ lane: 'long-poll', heldMs: 48 }))).toContain('Held 48 ms');
    const asked = tally({ requests: 10, up: { header: 4_120, body: 0 } });
    const naive = { tallies: { 'long-poll': asked }, plan: { ...FIRST_PLAN, unpaced: true } };
    expect(noteOf('long-poll', of({}, naive))).toContain('10 requests, 412 B');
    expect(noteOf('poll', of({}))).toContain('nextAt');
  });

  it('counts the upgrades of the WebSocket', () => {
    const upgrades = (requests: number) => noteOf('websocket', of({}, { tallies: { websocket: tally({ requests }) } }));
    expect(upgrades(1)).toMatch(/^One upgrade, then/);
    expect(upgrades(4)).toMatch(/^4 upgrades, then/);
    expect(upgrades(0)).toMatch(/^What went up/);
  });

  it('says what frames are written in', () => {
    const cbor = { plan: { ...FIRST_PLAN, format: 'cbor' as const } };
    expect(noteOf('http-stream', of({}))).toContain('a JSON frame on each line');
    expect(noteOf('http-stream', of({}, cbor))).toContain('a sequence of CBOR items');
    expect(noteOf('sse', of({}))).toMatch(/^One response of events/);
    expect(noteOf('sse', of({}, cbor))).toMatch(/^Events are text: here frames stay JSON/);
  });

  it('says that the pace is kept where it is', () => {
    const paced = (askedHz: number) => noteOf('long-poll', of({ lane: 'long-poll', askedHz }));
    expect(paced(19)).toContain('Never more than 20 answers a second.');
    expect(paced(45)).not.toContain('Never');
  });

  it('says that half an interval was waited where it was', () => {
    const fixed = (p50: number) =>
      noteOf('poll', of({ lane: 'poll', p50 }, { plan: { ...FIRST_PLAN, pollEveryMs: 2_000 } }));
    expect(fixed(1_010)).toBe('A fixed interval of 2 s. What comes has waited half of it, in the middle.');
    expect(fixed(1_900)).toBe('A fixed interval of 2 s.');
  });
});

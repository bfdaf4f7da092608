import { describe, expect, it } from '@jest/globals';
import { notesOf, noteOf, type Measured } from './lab-notes.js';
import { FIRST_PLAN } from './lab-plan.js';
import { report, tally } from './testing/reports.js';

const measured: Measured = {
  lanes: [
    report({ lane: 'websocket' }),
    report({ lane: 'sse', shownNowMs: 42 }),
    report({ lane: 'long-poll', askedHz: 19.6, heldMs: 48, restMs: 2, longestRecoveryMs: 1_300 }),
  ],
  tallies: {
    websocket: tally({ up: { header: 5, body: 95 }, down: { header: 5, body: 895 } }),
    'long-poll': tally({ requests: 10, up: { header: 4_120, body: 0 }, down: { header: 2_860, body: 21_100 } }),
    sse: tally(),
  },
  plan: FIRST_PLAN,
};
const figureOf = (about: string, of = measured) => notesOf(of).find((note) => note.about === about)?.figure;

describe('the notes', () => {
  it('carry what was just measured', () => {
    expect(figureOf('HTTP keeps nothing')).toBe('412 B');
    expect(figureOf('What headers cost')).toBe('1.0 %');
    expect(figureOf('The loop of long-poll')).toBe('20 /s');
    expect(figureOf('A proxy that buffers')).toBe('42 ms');
    expect(figureOf('Six connections')).toBe('2 of 6');
    expect(figureOf('Socket.IO, SockJS and the SDK')).toBe('0');
  });

  it('have a code where nothing was measured', () => {
    const nothing = { lanes: [], tallies: {}, plan: FIRST_PLAN };
    expect(new Set(notesOf(nothing).map(({ figure }) => figure))).toEqual(new Set(['---']));
  });

  it('say another thing of the naive loop, and of a proxy that buffers', () => {
    const naive = notesOf({ ...measured, plan: { ...FIRST_PLAN, unpaced: true } });
    expect(naive[2]?.text).toContain('Put it back to paced');
    const buffered = { ...FIRST_PLAN, weather: { ...FIRST_PLAN.weather, buffers: true } };
    expect(notesOf({ ...measured, plan: buffered })[3]?.text).toContain('never handed on');
  });

  it('say of a lane how it asks', () => {
    expect(noteOf('long-poll', measured)).toContain('Held 48 ms');
    expect(noteOf('poll', { ...measured, plan: { ...FIRST_PLAN, pollEveryMs: 2_000 } })).toContain('2 s');
    expect(noteOf('long-poll', { ...measured, plan: { ...FIRST_PLAN, unpaced: true } })).toContain('412 B');
  });
});

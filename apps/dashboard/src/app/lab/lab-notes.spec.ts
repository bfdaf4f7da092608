import { describe, expect, it } from '@jest/globals';
import { CALM, type LaneReport } from '@telewire/lab';
import { notesOf, type Measured } from './lab-notes.js';
import { FIRST_PLAN } from './lab-plan.js';
import { report, tally } from './testing/reports.js';

const of = (...lanes: readonly Partial<LaneReport>[]): Measured => ({
  lanes: lanes.map(report),
  tallies: {},
  plan: FIRST_PLAN,
});
const measured: Measured = {
  ...of(
    { lane: 'websocket' },
    { lane: 'sse', shownNowMs: 42 },
    { lane: 'long-poll', askedHz: 19.6, heldMs: 48, restMs: 2, longestRecoveryMs: 1_300 },
  ),
  tallies: {
    websocket: tally({ up: { header: 5, body: 95 }, down: { header: 5, body: 895 } }),
    'long-poll': tally({ requests: 10, up: { header: 4_120, body: 0 }, down: { header: 2_860, body: 21_100 } }),
    sse: tally(),
  },
  http: 2,
};
const naive = { ...FIRST_PLAN, unpaced: true };
const buffers = { ...FIRST_PLAN, weather: { ...CALM, buffers: true } };
const note = (about: string, from: Measured) => notesOf(from).find((each) => each.about === about)!;

describe('the notes', () => {
  it('carry what was just measured', () => {
    const figures = notesOf(measured).map(({ about, figure }) => [about, figure]);
    expect(Object.fromEntries(figures)).toEqual({
      'HTTP keeps nothing': '412 B',
      'What headers cost': '1.0 %',
      'The loop of long-poll': '20 /s',
      'A proxy that buffers': '42 ms',
      'Six connections': '2 of 6',
      'Socket.IO, SockJS and the SDK': '0',
    });
  });

  it('have a code where nothing was measured', () => {
    expect(new Set(notesOf(of()).map(({ figure }) => figure))).toEqual(new Set(['---']));
  });

  it('name the lane with the most header, where that is not the WebSocket', () => {
    expect(note('What headers cost', measured).text).toContain('and 24.9 % of those of Long-poll');
    const dear = tally({ up: { header: 900, body: 0 } });
    const text = note('What headers cost', { ...measured, tallies: { ...measured.tallies, websocket: dear } }).text;
    expect(text).toContain('bytes are not content. A frame');
  });

  it.each<[about: string, says: string, so: Measured, notSo: Measured]>([
    [
      'HTTP keeps nothing',
      'A lost line has cost nothing but time.',
      of({ interruptions: 1 }),
      of({ interruptions: 1, lost: 4 }),
    ],
    [
      'HTTP keeps nothing',
      '3 lost lines have cost nothing but time.',
      of({ interruptions: 3 }),
      of({ interruptions: 0 }),
    ],
    [
      'The loop of long-poll',
      'watch requests fall',
      { ...of({ lane: 'long-poll', askedHz: 180 }), plan: naive },
      { ...of({ lane: 'long-poll', askedHz: 12 }), plan: naive },
    ],
    [
      'The loop of long-poll',
      'never more than 20 a second',
      of({ lane: 'long-poll', askedHz: 19.6 }),
      of({ lane: 'long-poll', askedHz: 45 }),
    ],
    [
      'A proxy that buffers',
      'polls show what is 60 ms old',
      { ...of({ lane: 'sse', shownNowMs: 9_000 }, { lane: 'poll', shownNowMs: 60 }), plan: buffers },
      { ...of({ lane: 'sse', shownNowMs: 40 }, { lane: 'poll', shownNowMs: 60 }), plan: buffers },
    ],
    [
      'Socket.IO, SockJS and the SDK',
      'After a cut it took up to 1.30 s to come back.',
      of({ longestRecoveryMs: 1_300 }),
      of({ interruptions: 1, notBackMs: 400 }),
    ],
    [
      'Socket.IO, SockJS and the SDK',
      'Not back yet: SSE.',
      of({ lane: 'sse', notBackMs: 400 }),
      of({ lane: 'sse', longestRecoveryMs: 1_300 }),
    ],
  ])('%s: "%s" is said where it was measured, and only there', (about, says, so, notSo) => {
    expect(note(about, so).text).toContain(says);
    expect(note(about, notSo).text).not.toContain(says);
  });

  it('tell how many connections are open, whichever lanes share them, and to where', () => {
    const tallies = { websocket: tally({ open: 3 }), sse: tally({ open: 3 }), poll: tally({ open: 4 }) };
    const six = note('Six connections', { ...measured, tallies, http: 4, host: '127.0.0.1:4100' });
    expect(six.figure).toBe('4 of 6');
    expect(six.text).toMatch(/^are open over HTTP\/1\.1 to 127\.0\.0\.1:4100, all lanes together, each counted once\./);
    expect(note('Six connections', { ...measured, http: 0 }).figure).toBe('0 of 6');
  });
});

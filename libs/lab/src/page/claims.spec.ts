import { describe, expect, it } from '@jest/globals';
import { figures, type SaidOfAll } from '../../testing/measured.js';
import * as ages from './age-claims.js';
import * as bytes from './byte-claims.js';
import * as cbor from './cbor-claims.js';
import { claimed, type Claim } from './claim.js';
import * as lines from './line-claims.js';
import { Measured } from './measured.js';

/** A claim, figures that bear it out where the usual ones do not, and figures that do not bear it out. */
interface Case {
  readonly claim: Claim;
  readonly so?: SaidOfAll;
  readonly notSo: SaidOfAll;
}

const dear = { each: [500, 900] } as const;

const cases: Readonly<Record<string, Case>> = {
  fewestBytes: {
    claim: bytes.fewestBytes('http-stream'),
    notSo: {
      lanes: Object.fromEntries([0.2, 1, 10, 100, 500].map((rateHz) => [`calm-${rateHz}`, { 'http-stream': dear }])),
    },
  },
  HEADS_ARE_EQUAL: {
    claim: bytes.HEADS_ARE_EQUAL,
    notSo: { lanes: { 'calm-500': { 'long-poll': { each: [80, 40] } } } },
  },
  FRAMES_HAVE_LITTLE_AROUND: {
    claim: bytes.FRAMES_HAVE_LITTLE_AROUND,
    notSo: { lanes: { 'calm-10': { sse: { each: [400, 100] } } } },
  },
  SHARED_ANSWERS_ARE_CHEAPER: {
    claim: bytes.SHARED_ANSWERS_ARE_CHEAPER,
    notSo: { lanes: { 'calm-500': { poll: dear } } },
  },
  HOLD_WAS_SEEN: { claim: bytes.HOLD_WAS_SEEN, notSo: { lanes: { idle: { 'long-poll': { requests: 0 } } } } },
  HOLD_WAS_NOT_SEEN: {
    claim: bytes.HOLD_WAS_NOT_SEEN,
    so: { lanes: { idle: { 'long-poll': { requests: 0 } } } },
    notSo: {},
  },
  HEARTBEATS_WERE_SEEN: {
    claim: bytes.HEARTBEATS_WERE_SEEN,
    // The tally of a lane that nothing came over.
    notSo: { lanes: { idle: { sse: { readings: 1, each: [0, 0] } } } },
  },
  CBOR_SAVES: {
    claim: cbor.CBOR_SAVES,
    notSo: { lanes: { 'cbor-500': { poll: dear } } },
  },
  CBOR_SAVES_LESS_ON_FEW_ROWS: {
    claim: cbor.CBOR_SAVES_LESS_ON_FEW_ROWS,
    notSo: { lanes: { 'cbor-500': { websocket: dear } } },
  },
  SOCKET_HEADER_IS_SMALL: {
    claim: bytes.SOCKET_HEADER_IS_SMALL,
    notSo: { lanes: { 'calm-10': { websocket: dear } } },
  },
  SOCKET_COSTS_MORE_THAN_STREAM: {
    claim: bytes.SOCKET_COSTS_MORE_THAN_STREAM,
    notSo: { lanes: { 'calm-10': { 'http-stream': dear } } },
  },
  SSE_COSTS_MORE_THAN_STREAM: {
    claim: bytes.SSE_COSTS_MORE_THAN_STREAM,
    notSo: { lanes: { 'calm-10': { 'http-stream': dear } } },
  },
  AN_ANSWER_BRINGS_ONE: {
    claim: bytes.AN_ANSWER_BRINGS_ONE,
    notSo: { lanes: { 'calm-1': { 'long-poll': { requests: 10 } } } },
  },
  LONG_POLL_COSTS_MORE: {
    claim: bytes.LONG_POLL_COSTS_MORE,
    notSo: { lanes: { 'calm-10': { 'long-poll': { each: [5, 40] } } } },
  },
  PACE_SAVES: { claim: bytes.PACE_SAVES, notSo: { lanes: { 'unpaced-500': { 'long-poll': { requests: 100 } } } } },
  NEXT_AT_ASKS_LESS: {
    claim: bytes.NEXT_AT_ASKS_LESS,
    notSo: { lanes: { 'calm-0.2': { poll: { requests: 60 } } } },
  },
  READINGS_WAIT_FOR_FRAMES: {
    claim: ages.READINGS_WAIT_FOR_FRAMES,
    notSo: { lanes: { 'calm-500': { sse: { p50: 1 } } } },
  },
  ANSWERS_ARE_PACED: {
    claim: ages.ANSWERS_ARE_PACED,
    notSo: { lanes: { 'calm-500': { poll: { requests: 1_000 } } } },
  },
  STREAMS_ARE_ONE_WAY_LATER: {
    claim: ages.STREAMS_ARE_ONE_WAY_LATER,
    notSo: { lanes: { delay: { websocket: { p50: 301 } } } },
  },
  LONG_POLL_IS_UP_TO_THREE_WAYS_LATER: {
    claim: ages.LONG_POLL_IS_UP_TO_THREE_WAYS_LATER,
    notSo: { lanes: { delay: { 'long-poll': { p99: 900 } } } },
  },
  LONG_POLL_IS_LATE_FROM_AFAR: {
    claim: ages.LONG_POLL_IS_LATE_FROM_AFAR,
    notSo: { lanes: { delay: { 'long-poll': { p50: 152 } } } },
  },
  PACE_COSTS_AGE: { claim: ages.PACE_COSTS_AGE, notSo: { lanes: { 'unpaced-500': { 'long-poll': { p50: 38 } } } } },
  FIXED_POLL_IS_HALF_LATE: {
    claim: ages.FIXED_POLL_IS_HALF_LATE,
    notSo: { lanes: { 'fixed-10': { poll: { p50: 1_700 } } } },
  },
  NEXT_AT_MAY_MISS: { claim: ages.NEXT_AT_MAY_MISS, notSo: { lanes: { 'calm-0.2': { poll: { p99: 60 } } } } },
  NOTHING_IS_LOST_BY_CUTS: {
    claim: lines.NOTHING_IS_LOST_BY_CUTS,
    notSo: { lanes: { cut: { sse: { lost: 1 } } } },
  },
  SOME_ARE_STILL_AWAY: {
    claim: lines.SOME_ARE_STILL_AWAY,
    notSo: { lanes: { cut: { sse: { notBackMs: undefined as never } } } },
  },
  POLLS_ARE_SELDOM_CUT: {
    claim: lines.POLLS_ARE_SELDOM_CUT,
    notSo: { lanes: { cut: { poll: { interruptions: 6 } } } },
  },
  isHeldBack: { claim: lines.isHeldBack('sse'), notSo: { lanes: { buffers: { sse: { readings: 1 } } } } },
  passesBuffers: {
    claim: lines.passesBuffers('long-poll'),
    notSo: { lanes: { buffers: { 'long-poll': { readings: 200 } } } },
  },
  BUFFERS_HOLD_STREAMS_BACK: {
    claim: lines.BUFFERS_HOLD_STREAMS_BACK,
    notSo: { lanes: { buffers: { sse: { readings: 400 } } } },
  },
  SOCKET_PASSES_BUFFERS: {
    claim: lines.SOCKET_PASSES_BUFFERS,
    notSo: { lanes: { buffers: { websocket: { readings: 0 } } } },
  },
  POST_COSTS_ITS_HEADS: { claim: lines.POST_COSTS_ITS_HEADS, notSo: { posts: { bytes: 139 } } },
  SIX_BOUND_THE_WORDS_UP: { claim: lines.SIX_BOUND_THE_WORDS_UP, notSo: { posts: { p50: -250 } } },
  ONE_LINE_EACH: { claim: lines.ONE_LINE_EACH, notSo: { connections: 2 } },
};

// What of the module is a claim: the rest is how its figures are found.
const { bodyOf: _, ...claimsOfCbor } = cbor;

const said = ({ claim }: Case, of: SaidOfAll) => claimed(claim, new Measured(figures(of)));

describe('a sentence about figures', () => {
  it('has a case here, whichever it is', () => {
    expect(Object.keys(cases).sort()).toEqual(
      [ages, bytes, claimsOfCbor, lines].flatMap((each) => Object.keys(each)).sort(),
    );
  });

  it.each(Object.entries(cases))('%s is said where the figures bear it out, and only there', (_, each) => {
    const sentence = said(each, each.so ?? {});
    expect(sentence).toMatch(/^[A-Z].*\.$/s);
    expect(sentence).not.toMatch(/NaN|undefined|Infinity|–/);
    expect(said(each, each.notSo)).toBe('');
  });

  it('names the rates at which a lane took the fewest bytes, and no other', () => {
    const m = new Measured(
      figures({ lanes: { 'calm-1': { 'http-stream': dear }, 'calm-10': { 'http-stream': dear } } }),
    );
    expect(claimed(bytes.fewestBytes('http-stream'), m)).toBe(
      'The fewest bytes a reading of the five at 0.2/s, 100/s and 500/s.',
    );
    expect(claimed(bytes.fewestBytes('long-poll'), m)).toBe('');
  });
});

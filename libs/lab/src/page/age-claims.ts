import { TRANSPORTS } from '@telewire/client';
import { inMs } from '../figures.js';
import { isLess, type Claim } from './claim.js';
import type { Measured } from './measured.js';
import { DELAY_MS, FIXED_POLL_MS } from './scenarios.js';

const STREAMS = ['websocket', 'http-stream', 'sse'] as const;
const POLLS = ['long-poll', 'poll'] as const;
/** The pace of answers (PROTOCOL R18), and what the edges of the time that was measured add. */
const MOST_ANSWERS_HZ = 20.5;

/** By how much delay has made the median of a lane older, milliseconds. */
function later(m: Measured, lane: (typeof TRANSPORTS)[number], which: 'p50' | 'p99' = 'p50'): number {
  return (m.of('delay', lane)[which] ?? NaN) - (m.of('calm-10', lane)[which] ?? NaN);
}

/** A reading waits for the frame that the contract allows. */
export const READINGS_WAIT_FOR_FRAMES: Claim = {
  holds: (m) => STREAMS.every((lane) => isLess(m.of('calm-10', lane).p50, m.of('calm-500', lane).p50, 0.1)),
  says: () =>
    'At 500/s a stream sends a frame each 1/60 s at most (the contract’s pace), so a reading waits for its frame.',
};

/** Polls are answered no faster than the gateway's pace. */
export const ANSWERS_ARE_PACED: Claim = {
  holds: (m) => POLLS.every((lane) => m.of('calm-500', lane).requestsHz <= MOST_ANSWERS_HZ),
  says: () => 'A long-poll is answered each 1/20 s at most, and a poll asks no faster than that.',
};

/** A stream is on its way once. */
export const STREAMS_ARE_ONE_WAY_LATER: Claim = {
  holds: (m) => STREAMS.every((lane) => later(m, lane) > 0.9 * DELAY_MS && later(m, lane) < 1.3 * DELAY_MS),
  says: () => 'The streams are later by one way.',
};

/** A held question is on its way up to three times. */
export const LONG_POLL_IS_UP_TO_THREE_WAYS_LATER: Claim = {
  holds: (m) => later(m, 'long-poll') > 1.5 * DELAY_MS && later(m, 'long-poll', 'p99') < 3.7 * DELAY_MS,
  says: () =>
    'A long-poll is late by up to three: an answer is on its way down, the next question on its way up, and what came meanwhile waits for it.',
};

/** Over a distance a question for each answer is late. */
export const LONG_POLL_IS_LATE_FROM_AFAR: Claim = {
  holds: (m) => isLess(m.of('delay', 'http-stream').p50, m.of('delay', 'long-poll').p50, 0.15),
  says: (m) =>
    `Over a distance it is late: p50 ${inMs(m.of('delay', 'long-poll').p50)} where a stream has ${inMs(m.of('delay', 'http-stream').p50)}.`,
};

/** What holding answers back costs. */
export const PACE_COSTS_AGE: Claim = {
  holds: (m) => isLess(m.of('unpaced-500', 'long-poll').p50, m.of('calm-500', 'long-poll').p50, 0.1),
  says: (m) =>
    `It is paid for with age: p50 ${inMs(m.of('calm-500', 'long-poll').p50)} in place of ${inMs(m.of('unpaced-500', 'long-poll').p50)}.`,
};

/** A fixed interval is half of it late in the mean. */
export const FIXED_POLL_IS_HALF_LATE: Claim = {
  holds: (m) => {
    const share = (m.of('fixed-10', 'poll').p50 ?? NaN) / FIXED_POLL_MS;
    return share > 0.35 && share < 0.65;
  },
  says: (m) =>
    `Half an interval late in the mean where the interval is fixed (p50 ${inMs(m.of('fixed-10', 'poll').p50)} at ${inMs(FIXED_POLL_MS)}).`,
};

/** A question that comes a moment too early waits for the next. */
export const NEXT_AT_MAY_MISS: Claim = {
  holds: (m) => (m.of('calm-0.2', 'poll').p99 ?? 0) > 0.3 * (1_000 / 0.2),
  says: (m) =>
    `By \`nextAt\` a question that comes a moment before its reading may wait half an interval for the next (p99 ${inMs(m.of('calm-0.2', 'poll').p99)} at 0.2/s).`,
};

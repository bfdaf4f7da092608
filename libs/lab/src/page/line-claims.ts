import type { TransportName } from '@telewire/client';
import { inBytes, inCount, inMs, short } from '../figures.js';
import { isLess, times, type Claim } from './claim.js';
import { bytesOfEcho, type Measured } from './measured.js';

/** Nearly all of what was made: what is on its way at the end is not held back. */
const passes = (m: Measured, lane: TransportName): boolean => m.of('buffers', lane).readings > 0.9 * m.made('buffers');
const held = (m: Measured, lane: TransportName): boolean => m.of('buffers', lane).readings === 0;

/** Who is cut goes on from its cursor. */
export const NOTHING_IS_LOST_BY_CUTS: Claim = {
  holds: (m) => m.run('cut').lanes.every(({ lost, repeats }) => lost + repeats === 0),
  says: () => 'Who is cut goes on from its cursor: nothing was lost, and nothing came twice.',
};

/** Some have not caught up when the time is over. */
export const SOME_ARE_STILL_AWAY: Claim = {
  holds: (m) =>
    m.run('cut').lanes.some(({ notBackMs }) => notBackMs !== undefined) &&
    m.run('cut').lanes.every(({ lost }) => lost === 0),
  says: () => 'Who is in a pause when the time is over has the rest of the readings still to come; none is lost by it.',
};

/** A cut often meets no question. */
export const POLLS_ARE_SELDOM_CUT: Claim = {
  holds: (m) => m.of('cut', 'poll').interruptions < m.of('cut', 'http-stream').interruptions,
  says: (m) =>
    `Nothing has to stay open between two questions, so a cut often meets nothing: interrupted ${times(m.of('cut', 'poll').interruptions)} where an HTTP stream was ${times(m.of('cut', 'http-stream').interruptions)}.`,
};

/** Nothing of a stream comes through a proxy that buffers. */
export const isHeldBack = (lane: TransportName): Claim => ({
  holds: (m) => held(m, lane),
  says: (m) => `Nothing came through a proxy that buffers in ${short(m.of('buffers', lane).seconds)} s.`,
});

/** What is whole comes through. */
export const passesBuffers = (lane: TransportName): Claim => ({
  holds: (m) => passes(m, lane),
  says: (m) => `It passes a proxy that buffers: ${inCount(m.of('buffers', lane).readings)} readings came.`,
});

/** A proxy that buffers stops what has no end. */
export const BUFFERS_HOLD_STREAMS_BACK: Claim = {
  holds: (m) => held(m, 'http-stream') && held(m, 'sse'),
  says: () =>
    'A proxy that hands an answer on only when it is complete, or 256 KiB are together, holds back a stream, whose answer is never complete. The client hears nothing, leaves after two heartbeats and tries again; `auto` goes on to one that works.',
};

/** A WebSocket is not an answer. */
export const SOCKET_PASSES_BUFFERS: Claim = {
  holds: (m) => passes(m, 'websocket'),
  says: () => 'A WebSocket is no HTTP answer any more once it is open, and passes.',
};

/** A word up that is a request has heads. */
export const POST_COSTS_ITS_HEADS: Claim = {
  holds: (m) => {
    const [socket, posts] = m.echoes('duplex-calm');
    return isLess(bytesOfEcho(socket), bytesOfEcho(posts), 0.1) && posts.requests > posts.sent;
  },
  says: (m) => {
    const [socket, posts] = m.echoes('duplex-calm');
    return `A POST for every word costs its heads: ${inBytes(bytesOfEcho(posts))} an echo where a WebSocket takes ${inBytes(bytesOfEcho(socket))}.`;
  },
};

/** What six connections leave for words up, at the round trip that was measured. */
export const SIX_BOUND_THE_WORDS_UP: Claim = {
  holds: (m) => (m.echoes('duplex-delay')[1].p50 ?? 0) > 100,
  says: (m) => {
    const trip = m.echoes('duplex-delay')[1].p50 ?? NaN;
    return `Each that is on its way holds a connection of its own: with six to an origin, one of them the stream, and a round trip of ${inMs(trip)}, a browser gets up no more than some ${inCount(5_000 / trip)} words a second.`;
  },
};

/** All subscriptions of a transport share a line. */
export const ONE_LINE_EACH: Claim = {
  holds: (m) => (['http-stream', 'sse'] as const).every((lane) => m.run('calm-10').opening[lane]?.connections === 1),
  says: () => 'In the calm runs above each stream lane had one connection.',
};

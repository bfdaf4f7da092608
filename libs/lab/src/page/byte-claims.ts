import { TRANSPORTS, type TransportName } from '@telewire/client';
import { inBytes, inCount, inPercent, short } from '../figures.js';
import { isLess, times, type Claim } from './claim.js';
import { known, type Measured } from './measured.js';
import { CALM_RATES_HZ } from './scenarios.js';

const headsOf = (m: Measured, name: string, lane: TransportName): number => {
  const { headerBytes, requests } = m.of(name, lane);
  return headerBytes / requests;
};
const headerEach = (m: Measured, name: string): number => {
  const { headerBytes, readings } = m.of(name, 'websocket');
  return headerBytes / readings;
};
const each = (m: Measured, name: string, lane: TransportName): string => inBytes(m.of(name, lane).bytesPerReading);

/** The calm rates at which a lane takes fewer bytes for each reading than all others. */
const rates = (m: Measured, lane: TransportName): readonly number[] =>
  CALM_RATES_HZ.filter((rateHz) => {
    const mine = m.of(`calm-${rateHz}`, lane).bytesPerReading;
    return TRANSPORTS.every(
      (other) => other === lane || isLess(mine, m.of(`calm-${rateHz}`, other).bytesPerReading, 0.03),
    );
  });

/** At which rates a lane took the fewest bytes of all. */
export const fewestBytes = (lane: TransportName): Claim => ({
  holds: (m) => rates(m, lane).length > 0,
  says: (m) => {
    const all = rates(m, lane);
    const at = all.map((rateHz) => `${rateHz}/s`);
    return `The fewest bytes a reading of the five at ${all.length > 1 ? `${at.slice(0, -1).join(', ')} and ` : ''}${at.at(-1)}.`;
  },
});

/** A question costs the same whatever it brings. */
export const HEADS_ARE_EQUAL: Claim = {
  holds: (m) => Math.abs(headsOf(m, 'calm-500', 'long-poll') / headsOf(m, 'calm-10', 'long-poll') - 1) < 0.1,
  says: (m) => {
    const { readings, requests } = m.of('calm-500', 'long-poll');
    return `A question and its answer of a long-poll have ${inBytes(headsOf(m, 'calm-10', 'long-poll'))} of heads between them at 10/s and ${inBytes(headsOf(m, 'calm-500', 'long-poll'))} at 500/s, where an answer brings ${inCount(readings / requests)} readings.`;
  },
};

/** What goes around a frame is little beside the heads of a request. */
export const FRAMES_HAVE_LITTLE_AROUND: Claim = {
  holds: (m) =>
    (['websocket', 'http-stream', 'sse'] as const).every((lane) =>
      isLess(m.of('calm-10', lane).overhead, m.of('calm-10', 'long-poll').overhead, 0.5),
    ),
  says: (m) =>
    `A frame on a stream has some bytes of chunk header or event field around it (${inPercent(m.of('calm-10', 'http-stream').overhead)} and ${inPercent(m.of('calm-10', 'sse').overhead)} of all bytes at 10/s), a WebSocket frame two to eight (${inPercent(m.of('calm-10', 'websocket').overhead)}); a long-poll’s heads are ${inPercent(m.of('calm-10', 'long-poll').overhead)}.`,
};

/** Readings that share an answer share its heads. */
export const SHARED_ANSWERS_ARE_CHEAPER: Claim = {
  holds: (m) =>
    (['long-poll', 'poll'] as const).every((lane) =>
      isLess(m.of('calm-500', lane).bytesPerReading, m.of('calm-10', lane).bytesPerReading, 0.5),
    ),
  says: (m) =>
    `So the polls become cheaper for each reading the more readings share an answer: ${each(m, 'calm-10', 'long-poll')} and ${each(m, 'calm-10', 'poll')} at 10/s, ${each(m, 'calm-500', 'long-poll')} and ${each(m, 'calm-500', 'poll')} at 500/s, where the pace of the answers makes them share.`,
};

/** A long-poll was held to the end, so that a minute of it is known. */
export const HOLD_WAS_SEEN: Claim = {
  holds: (m) => m.of('idle', 'long-poll').requests > 0,
  says: (m) =>
    `A long-poll is held for 25 s by the SDK: it asked ${times(m.of('idle', 'long-poll').requests)} in them.`,
};

/** It was not, so that nothing is known of it. */
export const HOLD_WAS_NOT_SEEN: Claim = {
  holds: (m) => m.of('idle', 'long-poll').requests === 0,
  says: () =>
    'A long-poll is held for 25 s by the SDK, so that none ended in them: over a whole minute it asks two or three times.',
};

/** What comes while nothing happens. */
export const HEARTBEATS_WERE_SEEN: Claim = {
  holds: (m) => (['websocket', 'http-stream', 'sse'] as const).every((lane) => m.of('idle', lane).down.body > 0),
  says: () => 'What a stream or a WebSocket brings is a heartbeat each 5 s; it says where the journal stands.',
};

/** A WebSocket frame's header is small. */
export const SOCKET_HEADER_IS_SMALL: Claim = {
  holds: (m) => headerEach(m, 'calm-10') < 20,
  says: (m) =>
    `A header of a few bytes: ${inBytes(headerEach(m, 'calm-10'))} a reading at 10/s, ${inBytes(headerEach(m, 'calm-500'))} at 500/s, up and down together.`,
};

/** What the client acknowledges makes a WebSocket dearer than an answer that does not end. */
export const SOCKET_COSTS_MORE_THAN_STREAM: Claim = {
  holds: (m) => isLess(m.of('calm-10', 'http-stream').bytesPerReading, m.of('calm-10', 'websocket').bytesPerReading),
  says: (m) =>
    `What it acknowledges costs: ${each(m, 'calm-10', 'websocket')} a reading at 10/s where an HTTP stream has ${each(m, 'calm-10', 'http-stream')}.`,
};

/** The fields of an event make SSE dearer than lines. */
export const SSE_COSTS_MORE_THAN_STREAM: Claim = {
  holds: (m) => isLess(m.of('calm-10', 'http-stream').bytesPerReading, m.of('calm-10', 'sse').bytesPerReading),
  says: (m) =>
    `The fields around each event make ${each(m, 'calm-10', 'sse')} a reading at 10/s of the stream’s ${each(m, 'calm-10', 'http-stream')}.`,
};

/** Where readings are seldom, each has an answer of its own. */
export const AN_ANSWER_BRINGS_ONE: Claim = {
  holds: (m) => {
    const { readings, requests } = m.of('calm-1', 'long-poll');
    return requests > 0 && Math.abs(readings / requests - 1) < 0.1;
  },
  says: (m) =>
    `At 1/s an answer brings one reading: ${each(m, 'calm-1', 'long-poll')} each, ${inPercent(m.of('calm-1', 'long-poll').overhead)} of it header.`,
};

/** A request for every answer costs more than a frame. */
export const LONG_POLL_COSTS_MORE: Claim = {
  holds: (m) => isLess(m.of('calm-10', 'websocket').bytesPerReading, m.of('calm-10', 'long-poll').bytesPerReading, 0.1),
  says: (m) => {
    const mine = m.of('calm-10', 'long-poll');
    const ratio = known(mine.bytesPerReading) / known(m.of('calm-10', 'websocket').bytesPerReading);
    return `At 10/s ${short(mine.requestsHz)} requests a second and ${inBytes(mine.bytesPerReading)} a reading, ${short(ratio)} times a WebSocket’s.`;
  },
};

/** What holding answers back saves. */
export const PACE_SAVES: Claim = {
  holds: (m) => {
    const [paced, naive] = [m.of('calm-500', 'long-poll'), m.of('unpaced-500', 'long-poll')];
    return isLess(paced.requestsHz, naive.requestsHz, 0.1) && isLess(paced.bytesPerReading, naive.bytesPerReading, 0.1);
  },
  says: (m) =>
    `At 500/s the pace saves ${short(m.of('unpaced-500', 'long-poll').requestsHz - m.of('calm-500', 'long-poll').requestsHz)} requests a second, and ${inBytes(known(m.of('unpaced-500', 'long-poll').bytesPerReading) - known(m.of('calm-500', 'long-poll').bytesPerReading))} a reading.`,
};

/** Asking when there is news is asking less often. */
export const NEXT_AT_ASKS_LESS: Claim = {
  holds: (m) => isLess(m.of('calm-0.2', 'poll').requestsHz, m.of('fixed-0.2', 'poll').requestsHz, 0.1),
  says: (m) =>
    `By \`nextAt\` it asks seldom where values are seldom: ${short(m.of('calm-0.2', 'poll').requestsHz * 60)} questions a minute at 0.2/s, where the fixed interval takes ${short(m.of('fixed-0.2', 'poll').requestsHz * 60)}.`,
};

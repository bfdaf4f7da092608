import type { TransportName } from '@telewire/client';
import { inBytes, inCount, inMs, inPercent, short } from '../figures.js';
import { markdownTable } from '../report-markdown.js';
import {
  FIXED_POLL_IS_HALF_LATE,
  LONG_POLL_IS_LATE_FROM_AFAR,
  NEXT_AT_MAY_MISS,
  PACE_COSTS_AGE,
} from './age-claims.js';
import {
  AN_ANSWER_BRINGS_ONE,
  fewestBytes,
  LONG_POLL_COSTS_MORE,
  NEXT_AT_ASKS_LESS,
  PACE_SAVES,
  SOCKET_COSTS_MORE_THAN_STREAM,
  SOCKET_HEADER_IS_SMALL,
  SSE_COSTS_MORE_THAN_STREAM,
} from './byte-claims.js';
import { blocks, claimed, points, prose, verdict } from './claim.js';
import { isHeldBack, passesBuffers, POLLS_ARE_SELDOM_CUT } from './line-claims.js';
import type { Measured } from './measured.js';
import { FIXED_POLL_MS, FIXED_RATES_HZ, UNPACED_RATES_HZ } from './scenarios.js';

/** What there is for each transport and against it, as far as it was measured. */
export const lanesSection = (m: Measured): string =>
  blocks('## The five, one by one', webSocket(m), httpStream(m), sse(m), longPoll(m), poll(m));

/** What every lane is told by: bytes at two rates, and the age that is seldom exceeded. */
function measuredOf(m: Measured, lane: TransportName): string {
  const [ten, fast] = [m.of('calm-10', lane), m.of('calm-500', lane)];
  return `${inBytes(ten.bytesPerReading)} a reading at 10/s and ${inBytes(fast.bytesPerReading)} at 500/s, ${inPercent(ten.overhead)} and ${inPercent(fast.overhead)} of it header; p99 ${inMs(ten.p99)} at 10/s.`;
}

/** How much of all bytes goes up. */
function upShare(m: Measured, name: string): string {
  const { up, bytes } = m.of(name, 'websocket');
  return inPercent(bytes === 0 ? undefined : (up.header + up.body) / bytes);
}

const webSocket = (m: Measured): string =>
  blocks(
    '### WebSocket',
    `One request that becomes a connection of frames, both ways at once: ${measuredOf(m, 'websocket')}`,
    points(
      verdict(
        'For',
        claimed(SOCKET_HEADER_IS_SMALL, m),
        claimed(fewestBytes('websocket'), m),
        `Subscriptions come, change and go in band, without a new request. The client acknowledges, so a slow one is noticed and no more than 64 KiB are under way to it; that is what goes up, ${upShare(m, 'calm-10')} of all bytes at 10/s and ${upShare(m, 'calm-500')} at 500/s.`,
        claimed(passesBuffers('websocket'), m),
        'Does not count among a browser’s six connections.',
      ),
      verdict(
        'Against',
        claimed(SOCKET_COSTS_MORE_THAN_STREAM, m),
        claimed(isHeldBack('websocket'), m),
        `Not HTTP once it is open: no caching, no compression by the server in front, no \`fetch\`; a proxy that does not know it refuses it. A connection is a state at one gateway: what it asked for must be said anew after a cut (${requests(m.opening('websocket').requests)} and ${inBytes(m.opening('websocket').bytes)}).`,
      ),
    ),
  );

const httpStream = (m: Measured): string =>
  blocks(
    '### HTTP stream',
    `One POST whose answer does not end, NDJSON, a frame a line: ${measuredOf(m, 'http-stream')}`,
    points(
      verdict(
        'For',
        claimed(fewestBytes('http-stream'), m),
        'Plain HTTP, so authentication, compression and HTTP/2 are those of every other request. The request says it all: cursor and filters, so any gateway that has the journal can answer it.',
      ),
      verdict(
        'Against',
        'One way: a change of what is asked for is a new request.',
        claimed(isHeldBack('http-stream'), m),
        'Holds one of the six connections that a browser opens to an origin over HTTP/1.1, for good.',
      ),
    ),
  );

const sse = (m: Measured): string =>
  blocks(
    '### SSE',
    `The same with \`text/event-stream\` around it: ${measuredOf(m, 'sse')}`,
    points(
      verdict(
        'For',
        claimed(fewestBytes('sse'), m),
        'A browser’s own `EventSource` reads it, comes back by itself and says where it stood (`Last-Event-ID`). Known to proxies and tools.',
      ),
      verdict(
        'Against',
        claimed(SSE_COSTS_MORE_THAN_STREAM, m),
        'One way and one connection as the stream, and text only. `EventSource` can neither POST nor set a header, so the SDK reads events with `fetch`.',
        claimed(isHeldBack('sse'), m),
      ),
    ),
  );

const longPoll = (m: Measured): string =>
  blocks(
    '### Long-poll',
    prose(
      `A question that is held until there is news, and asked again: ${measuredOf(m, 'long-poll')}`,
      claimed(AN_ANSWER_BRINGS_ONE, m),
    ),
    points(
      verdict(
        'For',
        claimed(fewestBytes('long-poll'), m),
        'Every answer is a whole HTTP answer.',
        claimed(passesBuffers('long-poll'), m),
        'Nothing is kept open but a question of 25 s. Stateless: the cursor in the question is all there is, and an answer that is cut counts for nothing and is asked for again.',
      ),
      verdict(
        'Against',
        claimed(LONG_POLL_COSTS_MORE, m),
        claimed(LONG_POLL_IS_LATE_FROM_AFAR, m),
        claimed(isHeldBack('long-poll'), m),
      ),
    ),
    prose(
      'The naive loop asks again as soon as it is answered, and is answered as soon as there is one reading. The gateway holds an answer back so that one client gets no more than 20 a second (PROTOCOL R18).',
      claimed(PACE_SAVES, m),
      claimed(PACE_COSTS_AGE, m),
      'With the pace, and on `/api/v1/lab/unpaced` without (and with no pace of frames either, `maxHz=1000`):',
    ),
    markdownTable(
      ['rate', 'loop', 'requests/s', 'bytes/reading', 'bytes/s', 'mean hold', 'age p50', 'age p99'],
      UNPACED_RATES_HZ.flatMap((rateHz) =>
        (
          [
            ['paced', `calm-${rateHz}`],
            ['unpaced', `unpaced-${rateHz}`],
          ] as const
        ).map(([loop, name]) => {
          const { requestsHz, bytesPerReading, bytes, seconds, heldMs, p50, p99 } = m.of(name, 'long-poll');
          return [
            `${rateHz}/s`,
            loop,
            short(requestsHz),
            inBytes(bytesPerReading),
            inBytes(bytes / seconds),
            inMs(heldMs),
            inMs(p50),
            inMs(p99),
          ];
        }),
      ),
    ),
  );

const poll = (m: Measured): string =>
  blocks(
    '### Poll',
    `A question that is answered at once, and another when the gateway says that there will be news: \`nextAt\` is reckoned from the announced interval of the series. ${measuredOf(m, 'poll')} Against a fixed interval of ${inMs(FIXED_POLL_MS)}:`,
    markdownTable(
      ['rate', 'asks', 'questions a minute', 'bytes/reading', 'age p50', 'age p99', 'shown age'],
      FIXED_RATES_HZ.flatMap((rateHz) =>
        (
          [
            ['by `nextAt`', `calm-${rateHz}`],
            [`every ${inMs(FIXED_POLL_MS)}`, `fixed-${rateHz}`],
          ] as const
        ).map(([asks, name]) => {
          const { asked, seconds, bytesPerReading, p50, p99, shownAgeMs } = m.of(name, 'poll');
          return [
            `${rateHz}/s`,
            asks,
            short((asked / seconds) * 60),
            inBytes(bytesPerReading),
            inMs(p50),
            inMs(p99),
            inMs(shownAgeMs),
          ];
        }),
      ),
    ),
    points(
      verdict(
        'For',
        'The simplest there is, and anything can do it (`curl`, a spreadsheet).',
        claimed(fewestBytes('poll'), m),
        claimed(POLLS_ARE_SELDOM_CUT, m),
        claimed(passesBuffers('poll'), m),
        claimed(NEXT_AT_ASKS_LESS, m),
        'A plain `GET` may be kept by a cache until `nextAt`, for everyone.',
      ),
      verdict(
        'Against',
        claimed(FIXED_POLL_IS_HALF_LATE, m),
        'It asks whether or not there is news.',
        claimed(NEXT_AT_MAY_MISS, m),
        claimed(isHeldBack('poll'), m),
      ),
    ),
  );

const requests = (count: number): string => (count === 1 ? '1 request' : `${inCount(count)} requests`);

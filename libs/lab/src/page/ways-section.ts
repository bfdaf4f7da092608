import { inBytes, inCount, inMs } from '../figures.js';
import { markdownTable } from '../report-markdown.js';
import { blocks, claimed, prose } from './claim.js';
import { ONE_LINE_EACH, POST_COSTS_ITS_HEADS, SIX_BOUND_THE_WORDS_UP } from './line-claims.js';
import { bytesOfEcho, type Measured } from './measured.js';
import { DELAY_MS, ECHOES } from './scenarios.js';

/** Words both ways, by echoes. */
export function waysSection(m: Measured): string {
  const rows = (
    [
      ['calm', 'duplex-calm'],
      [`${DELAY_MS} ms each way`, 'duplex-delay'],
    ] as const
  ).flatMap(([weather, name]) =>
    m
      .echoes(name)
      .map((echo) => [
        echo.way === 'websocket' ? 'WebSocket' : 'SSE + POST',
        weather,
        inCount(echo.requests),
        inBytes(bytesOfEcho(echo)),
        inMs(echo.p50),
        inMs(echo.p99),
      ]),
  );
  return blocks(
    '## Both ways',
    `The same echo: ${ECHOES.echoes} messages of ${ECHOES.bytes} bytes, one each ${ECHOES.everyMs} ms, over a WebSocket, and over SSE with a POST for the way up.`,
    markdownTable(['way', 'weather', 'requests', 'bytes/echo', 'round trip p50', 'p99'], rows),
    prose(
      claimed(POST_COSTS_ITS_HEADS, m),
      claimed(SIX_BOUND_THE_WORDS_UP, m),
      'A WebSocket sends the next before the last is answered. Where words go up seldom (a subscription, an acknowledgement of an alarm) none of this matters.',
    ),
  );
}

/** What no figure of the race decides. */
export const elseSection = (m: Measured): string =>
  blocks(
    '## What else decides',
    prose(
      '**Six connections.** Over HTTP/1.1 a browser opens about six to an origin, for all tabs together; each stream, event stream and held poll keeps one. A page with seven widgets that each open a stream hangs. The SDK carries all feeds of a transport on one connection or question (subscriptions have ids), so a page holds one, however many widgets it has.',
      claimed(ONE_LINE_EACH, m),
      'HTTP/2 lifts the limit: the nginx of `docker/` speaks it. WebSockets are not counted among the six.',
    ),
    '**State.** A subscription is filters, contract and cursor, and the client has them all. So a poll may go to any gateway that has the journal (today one, as it lives in memory), and a cut is no more than the next question asked from the same place. Where a server keeps a client’s session in memory instead, each of its requests must find the same process (sticky sessions).',
    '**Buffering.** A stream needs every hop to hand on what it has. The gateway says so (`X-Accel-Buffering: no`) and nginx listens; others do not, so `auto` goes by what comes and not by what is promised.',
    '**Silence.** A connection that is cut without a word looks like one on which nothing happens. Streams have a heartbeat each 5 s, and the client leaves after two that did not come; a poll has its answer’s deadline.',
  );

import { inBytes, inCount, inPercent, short } from '../figures.js';
import { markdownTable } from '../report-markdown.js';
import {
  FRAMES_HAVE_LITTLE_AROUND,
  HEADS_ARE_EQUAL,
  HEARTBEATS_WERE_SEEN,
  HOLD_WAS_NOT_SEEN,
  HOLD_WAS_SEEN,
  SHARED_ANSWERS_ARE_CHEAPER,
} from './byte-claims.js';
import { blocks, claimed, prose } from './claim.js';
import { rowsOf, type Measured } from './measured.js';
import { CALM_RATES_HZ } from './scenarios.js';

const RATES = CALM_RATES_HZ.map((rateHz) => `${rateHz}/s`);

/** What readings cost, and what silence does. */
export const bytesSection = (m: Measured): string =>
  blocks(
    '## Bytes',
    '![Bytes for each reading, header and body, at five rates](transports/bytes.svg)',
    'Bytes for each reading, both ways, and how much of them is header:',
    markdownTable(
      ['transport', ...RATES],
      rowsOf((lane) =>
        m.calm(lane).map(({ bytesPerReading, overhead }) => `${inBytes(bytesPerReading)} (${inPercent(overhead)})`),
      ),
    ),
    'Requests a second:',
    markdownTable(
      ['transport', ...RATES],
      rowsOf((lane) => m.calm(lane).map(({ requestsHz }) => short(requestsHz))),
    ),
    prose(
      'The header is what a request costs that has nothing to say.',
      claimed(HEADS_ARE_EQUAL, m),
      claimed(FRAMES_HAVE_LITTLE_AROUND, m),
      claimed(SHARED_ANSWERS_ARE_CHEAPER, m),
      'Bodies differ too: an answer to a poll names its series and closes with its cursor each time, which a stream says once. Browsers send more header than these clients do (cookies, `User-Agent`, `Sec-Fetch-*`), with each request; over HTTP/2 most of it is compressed away.',
    ),
    'What it costs to open a line, and to hear on it for a minute that nothing has happened:',
    markdownTable(
      ['transport', 'opening: requests', 'opening: bytes', 'a minute of nothing: requests', 'bytes'],
      rowsOf((lane) => {
        const { requests, bytes } = m.opening(lane);
        const idle = m.of('idle', lane);
        return [
          inCount(requests),
          inBytes(bytes),
          short(idle.requestsHz * 60),
          inBytes((idle.bytes / idle.seconds) * 60),
        ];
      }),
    ),
    prose(
      `The minute is reckoned from ${short(m.run('idle').seconds)} s.`,
      claimed(HEARTBEATS_WERE_SEEN, m),
      claimed(HOLD_WAS_SEEN, m),
      claimed(HOLD_WAS_NOT_SEEN, m),
    ),
  );

import { inMs, short } from '../figures.js';
import { markdownTable } from '../report-markdown.js';
import {
  ANSWERS_ARE_PACED,
  LONG_POLL_IS_UP_TO_THREE_WAYS_LATER,
  READINGS_WAIT_FOR_FRAMES,
  STREAMS_ARE_ONE_WAY_LATER,
} from './age-claims.js';
import { blocks, claimed, prose } from './claim.js';
import { rowsOf, type Measured } from './measured.js';
import { CALM_RATES_HZ, DELAY_MS } from './scenarios.js';

/** How old readings are when they come. */
export const ageSection = (m: Measured): string =>
  blocks(
    '## Age',
    '![Ages on arrival at 10 readings a second](transports/ages-10.svg)',
    'p50 and p99 of the age on arrival, in calm weather:',
    markdownTable(
      ['transport', ...CALM_RATES_HZ.map((rateHz) => `${rateHz}/s`)],
      rowsOf((lane) => m.calm(lane).map(({ p50, p99 }) => `${inMs(p50)}, ${inMs(p99)}`)),
    ),
    '![Ages on arrival at 500 readings a second](transports/ages-500.svg)',
    prose(claimed(READINGS_WAIT_FOR_FRAMES, m), claimed(ANSWERS_ARE_PACED, m)),
    prose(
      `Below, 10 readings a second with ${DELAY_MS} ms of delay each way.`,
      claimed(STREAMS_ARE_ONE_WAY_LATER, m),
      claimed(LONG_POLL_IS_UP_TO_THREE_WAYS_LATER, m),
    ),
    `![Ages on arrival with ${DELAY_MS} ms delay each way](transports/ages-delay.svg)`,
    markdownTable(
      ['transport', 'p50', 'p99', 'shown age', 'requests/s'],
      rowsOf((lane) => {
        const { p50, p99, shownAgeMs, requestsHz } = m.of('delay', lane);
        return [inMs(p50), inMs(p99), inMs(shownAgeMs), short(requestsHz)];
      }),
    ),
  );

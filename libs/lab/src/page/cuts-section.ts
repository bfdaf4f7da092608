import { inCount, inMs, inRecovery } from '../figures.js';
import { markdownTable } from '../report-markdown.js';
import { blocks, claimed, prose } from './claim.js';
import {
  BUFFERS_HOLD_STREAMS_BACK,
  NOTHING_IS_LOST_BY_CUTS,
  SOCKET_PASSES_BUFFERS,
  SOME_ARE_STILL_AWAY,
} from './line-claims.js';
import { rowsOf, type Measured } from './measured.js';
import { CUT_EVERY_S } from './scenarios.js';

/** What becomes of a lane whose line is cut, or held back. */
export const cutsSection = (m: Measured): string =>
  blocks(
    '## Cut, and held back',
    prose(
      `Every connection is cut without a word each ${CUT_EVERY_S} s.`,
      claimed(NOTHING_IS_LOST_BY_CUTS, m),
      'The pause before coming back is drawn at random within what the gateway asks for (`reconnectSpreadMs`, 2 s), so that a thousand clients do not come at once, and within more and more where lines do not last 10 s, as none does here.',
    ),
    `![Ages on arrival when every connection is cut each ${CUT_EVERY_S} s](transports/ages-cut.svg)`,
    markdownTable(
      [
        'transport',
        'interruptions',
        'longest until the next reading',
        'age p50',
        'age p99',
        'readings',
        'repeats',
        'lost',
      ],
      rowsOf((lane) => {
        const { interruptions, longestRecoveryMs, notBackMs, p50, p99, readings, repeats, lost } = m.of('cut', lane);
        return [
          inCount(interruptions),
          inRecovery(longestRecoveryMs, notBackMs),
          inMs(p50),
          inMs(p99),
          inCount(readings),
          inCount(repeats),
          inCount(lost),
        ];
      }),
    ),
    claimed(SOME_ARE_STILL_AWAY, m),
    prose(
      'Below, the same through a proxy that buffers.',
      claimed(BUFFERS_HOLD_STREAMS_BACK, m),
      claimed(SOCKET_PASSES_BUFFERS, m),
    ),
    markdownTable(
      ['transport', 'readings', 'age p50', 'interruptions', 'longest silence', 'state at the end'],
      rowsOf((lane) => {
        const { readings, p50, interruptions, longestSilenceMs, phase } = m.of('buffers', lane);
        return [inCount(readings), inMs(p50), inCount(interruptions), inMs(longestSilenceMs), phase];
      }),
    ),
  );

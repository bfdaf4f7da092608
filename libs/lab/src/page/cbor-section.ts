import { inBytes, short } from '../figures.js';
import { markdownTable } from '../report-markdown.js';
import { bodyOf, CBOR_SAVES, CBOR_SAVES_LESS_ON_FEW_ROWS } from './cbor-claims.js';
import { blocks, claimed, prose } from './claim.js';
import { rowsOf, type Measured } from './measured.js';
import { CBOR_RATES_HZ } from './scenarios.js';

/** The same readings in CBOR. */
export const cborSection = (m: Measured): string =>
  blocks(
    '## JSON and CBOR',
    'Bytes of body that came down for each reading (PROTOCOL R29): frames, and what parts them in a stream; events are text, so SSE has no CBOR:',
    markdownTable(
      ['transport', ...CBOR_RATES_HZ.flatMap((rateHz) => [`JSON, ${short(rateHz)}/s`, `CBOR, ${short(rateHz)}/s`])],
      rowsOf((lane) =>
        CBOR_RATES_HZ.flatMap((rateHz) => [
          inBytes(bodyOf(m, `calm-${rateHz}`, lane)),
          lane === 'sse' ? '–' : inBytes(bodyOf(m, `cbor-${rateHz}`, lane)),
        ]),
      ),
    ),
    prose(claimed(CBOR_SAVES, m), claimed(CBOR_SAVES_LESS_ON_FEW_ROWS, m)),
  );

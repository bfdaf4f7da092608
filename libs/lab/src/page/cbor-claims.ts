import { TRANSPORTS, type TransportName } from '@telewire/client';
import { inPercent } from '../figures.js';
import { isLess, type Claim } from './claim.js';
import type { Measured } from './measured.js';
import { CBOR_RATES_HZ } from './scenarios.js';

/** Bytes of body that came down for each reading: frames, with the lengths or line feeds that part them. */
export const bodyOf = (m: Measured, name: string, lane: TransportName): number | undefined => {
  const { down, readings } = m.of(name, lane);
  return readings > 0 ? down.body / readings : undefined;
};
const FULL = Math.max(...CBOR_RATES_HZ);
/** The lanes whose frames CBOR is for. */
const BINARY = TRANSPORTS.filter((lane) => lane !== 'sse');
const shares = (m: Measured): readonly number[] =>
  BINARY.map((lane) => (bodyOf(m, `cbor-${FULL}`, lane) ?? NaN) / (bodyOf(m, `calm-${FULL}`, lane) ?? NaN));

/** What CBOR saves where many rows share a frame. */
export const CBOR_SAVES: Claim = {
  holds: (m) => BINARY.every((lane) => isLess(bodyOf(m, `cbor-${FULL}`, lane), bodyOf(m, `calm-${FULL}`, lane), 0.4)),
  says: (m) =>
    `At ${FULL}/s CBOR takes ${inPercent(Math.min(...shares(m)))} to ${inPercent(Math.max(...shares(m)))} of the bytes of JSON: a row’s time is the difference to the row before, and a decimal two or three bytes.`,
};

/** What CBOR cannot save: a frame names its subscription and two cursors whatever it is written in. */
export const CBOR_SAVES_LESS_ON_FEW_ROWS: Claim = {
  holds: (m) => {
    const [few = NaN, many = NaN] = [Math.min(...CBOR_RATES_HZ), FULL].map(
      (rateHz) => (bodyOf(m, `cbor-${rateHz}`, 'websocket') ?? NaN) / (bodyOf(m, `calm-${rateHz}`, 'websocket') ?? NaN),
    );
    return isLess(many, few);
  },
  says: () =>
    'Where a frame has one row it saves less: two cursors and the name of the subscription are as long in either.',
};

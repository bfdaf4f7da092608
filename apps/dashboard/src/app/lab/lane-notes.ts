import type { TransportName } from '@telewire/client';
import { groupDigits } from '../widget/format.js';
import { bytesFigure, delayFigure, inWords } from './figures.js';
import { MOST_ANSWERS_HZ, said, type Measured } from './lab-notes.js';

/** What there is to be said about one lane where it is shown; what claims something is said where it was measured. */
export function noteOf(lane: TransportName, { lanes, tallies, plan }: Measured): string {
  const report = lanes.find((each) => each.lane === lane);
  const tally = tallies[lane];
  const requests = tally?.requests ?? 0;
  const eachWay = (bytes: number) => inWords(bytesFigure(requests === 0 ? undefined : bytes / requests));
  switch (lane) {
    case 'websocket':
      return said(
        requests > 0 &&
          `${requests === 1 ? 'One upgrade' : `${groupDigits(requests)} upgrades`}, then frames both ways.`,
        `What went up, ${inWords(bytesFigure(tally?.up.body))}, are subscriptions and acknowledgements, each masked.`,
      );
    case 'http-stream':
      return said(
        plan.format === 'cbor'
          ? 'One response that does not end, a sequence of CBOR items, each with its length before it.'
          : 'One response that does not end, a JSON frame on each line.',
        'A cut line is noticed by silence; then it is asked anew with the cursor.',
      );
    case 'sse':
      return said(
        plan.format === 'cbor' && 'Events are text: here frames stay JSON.',
        'One response of events. The browser’s own EventSource would come back with Last-Event-ID; the SDK does the same with cursors, for several subscriptions at once.',
      );
    case 'long-poll':
      return plan.unpaced
        ? `The naive loop: ${groupDigits(requests)} requests, ${eachWay(tally?.up.header ?? 0)} of header up and ${eachWay(tally?.down.header ?? 0)} down with each.`
        : said(
            `Held ${inWords(delayFigure(report?.heldMs))}, asked again after ${inWords(delayFigure(report?.restMs))}.`,
            report?.askedHz !== undefined &&
              report.askedHz <= MOST_ANSWERS_HZ &&
              'Never more than 20 answers a second.',
          );
    case 'poll': {
      if (plan.pollEveryMs === undefined)
        return 'The gateway says in nextAt when the next reading is due; asking sooner would bring nothing.';
      const waited = report?.p50 === undefined ? undefined : report.p50 / plan.pollEveryMs;
      return said(
        `A fixed interval of ${plan.pollEveryMs / 1000} s.`,
        waited !== undefined && waited > 0.35 && waited < 0.65 && 'What comes has waited half of it, in the middle.',
      );
    }
  }
}

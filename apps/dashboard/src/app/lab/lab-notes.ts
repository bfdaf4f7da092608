import type { TransportName } from '@telewire/client';
import type { LabLane, LabTally } from '@telewire/protocol';
import { costOf, type LaneReport } from '@telewire/lab';
import { groupDigits } from '../widget/format.js';
import { bytesFigure, delayFigure, inWords, shareFigure } from './figures.js';
import type { LabPlan } from './lab-plan.js';

/** A short explanation, and the number just measured that belongs to it. */
export interface Note {
  readonly about: string;
  /** `---` until there is one. */
  readonly figure: string;
  readonly text: string;
}

/** What notes are made from. */
export interface Measured {
  readonly lanes: readonly LaneReport[];
  readonly tallies: Readonly<Partial<Record<LabLane, LabTally>>>;
  readonly plan: LabPlan;
}

const NOTHING = '---';
const POLLS: readonly TransportName[] = ['long-poll', 'poll'];
const STREAMS: readonly TransportName[] = ['http-stream', 'sse'];

/** The notes under the race, each with what was measured for it. */
export const notesOf = (measured: Measured): readonly Note[] => [
  statelessness(measured),
  headers(measured),
  loop(measured),
  buffering(measured),
  six(measured),
  libraries(measured),
];

function statelessness({ tallies }: Measured): Note {
  const tally = tallies['long-poll'];
  const each = tally && tally.requests > 0 ? tally.up.header / tally.requests : undefined;
  return {
    about: 'HTTP keeps nothing',
    figure: each === undefined ? NOTHING : inWords(bytesFigure(each)),
    text: `header in each question of long-poll. Every request says anew who asks, for what, and from which cursor. That is why any gateway can answer it, and why a lost connection costs nothing but time.`,
  };
}

function headers({ lanes, tallies }: Measured): Note {
  const shares = lanes.flatMap(({ lane }) => {
    const tally = tallies[lane];
    const share = tally && costOf(0, tally).overhead;
    return share === undefined ? [] : [{ lane, share }];
  });
  const socket = shares.find(({ lane }) => lane === 'websocket');
  const worst = shares.reduce((a, b) => (b.share > a.share ? b : a), { lane: 'websocket', share: 0 });
  return {
    about: 'What headers cost',
    figure: socket === undefined ? NOTHING : inWords(shareFigure(socket.share)),
    text:
      worst.share === 0
        ? 'of a WebSocket’s bytes are not content. A frame has 2 to 4 bytes of header, 4 more from a browser for the mask; a chunk about 6, an event 8 more; a request some hundred.'
        : `of the WebSocket’s bytes are not content, and ${inWords(shareFigure(worst.share))} of ${words(worst.lane)}. A frame has 2 to 4 bytes of header; a chunk about 6, an event 8 more; a request some hundred.`,
  };
}

function loop({ lanes, plan }: Measured): Note {
  const lane = lanes.find((each) => each.lane === 'long-poll');
  const hz = lane?.askedHz;
  const held = lane?.heldMs === undefined ? '' : ` Held ${inWords(delayFigure(lane.heldMs))} on average.`;
  return {
    about: 'The loop of long-poll',
    figure: hz === undefined ? NOTHING : `${hz.toFixed(hz < 10 ? 1 : 0)} /s`,
    text: plan.unpaced
      ? `questions of the naive loop: it asks again the moment it is answered, so the rate of readings sets the rate of requests.${held} Put it back to paced and watch header and requests fall.`
      : `questions: ask, be held until there is news, ask again.${held} The gateway holds an answer back so that there are never more than 20 a second, and each carries what has gathered. Switch to naive at a high rate to see why.`,
  };
}

function buffering({ lanes, plan }: Measured): Note {
  const shown = lanes.filter(({ lane }) => STREAMS.includes(lane)).flatMap(({ shownNowMs }) => shownNowMs ?? []);
  const oldest = shown.length === 0 ? undefined : Math.max(...shown);
  return {
    about: 'A proxy that buffers',
    figure: inWords(delayFigure(oldest)),
    text: plan.weather.buffers
      ? 'is the age of what a stream shows now. A response that never ends is never handed on; only what is complete gets through: the upgrade of a WebSocket, and every answer to a poll. The SDK notices the silence, and auto moves on.'
      : 'is the age of what a stream shows now. Set the proxy to buffers: HTTP stream and SSE stand still, polls do not notice.',
  };
}

function six({ tallies }: Measured): Note {
  const open = [...STREAMS, ...POLLS].reduce((sum, lane) => sum + (tallies[lane]?.open ?? 0), 0);
  return {
    about: 'Six connections',
    // One that two lanes have used counts for both.
    figure: Object.keys(tallies).length === 0 ? NOTHING : `${Math.min(6, open)} of 6`,
    text: 'at most are in use to the proxy over HTTP/1.1. A browser opens no more to one origin, and lets the next request wait for ever; WebSockets do not count. The lanes here have clients of their own; on the other pages the SDK lets all widgets of a transport share one request.',
  };
}

function libraries({ lanes }: Measured): Note {
  const back = lanes.flatMap(({ longestRecoveryMs }) => longestRecoveryMs ?? []);
  const lost = lanes.reduce((sum, lane) => sum + lane.lost + lane.repeats, 0);
  const ran = lanes.some(({ readings }) => readings > 0);
  return {
    about: 'Socket.IO, SockJS and the SDK',
    figure: ran ? groupDigits(lost) : NOTHING,
    text: `lost or repeated${back.length === 0 ? '' : `, although it took up to ${inWords(delayFigure(Math.max(...back)))} to come back`}. Socket.IO adds fallback, heartbeat, reconnect, acknowledgement and rooms; SockJS a WebSocket’s face over eleven transports. Here auto falls back and returns, heartbeats find silence, cursors go on at any gateway without a sticky session, and filters are the rooms.`,
  };
}

const words = (lane: string): string => (lane === 'http-stream' ? 'HTTP stream' : lane === 'sse' ? 'SSE' : lane);

/** What there is to be said about one lane where it is shown. */
export function noteOf(lane: TransportName, { lanes, tallies, plan }: Measured): string {
  const report = lanes.find((each) => each.lane === lane);
  const tally = tallies[lane];
  const requests = tally?.requests ?? 0;
  const eachWay = (bytes: number) => inWords(bytesFigure(requests === 0 ? undefined : bytes / requests));
  switch (lane) {
    case 'websocket':
      return `One upgrade, then frames both ways. What went up, ${inWords(bytesFigure(tally?.up.body))}, are subscriptions and acknowledgements, each masked.`;
    case 'http-stream':
      return 'One response that does not end, a JSON frame on each line. A cut line is noticed by silence; then it is asked anew with the cursor.';
    case 'sse':
      return 'One response of events. The browser’s own EventSource would come back with Last-Event-ID; the SDK does the same with cursors, for several subscriptions at once.';
    case 'long-poll':
      return plan.unpaced
        ? `The naive loop: ${groupDigits(requests)} requests, ${eachWay(tally?.up.header ?? 0)} of header up and ${eachWay(tally?.down.header ?? 0)} down with each.`
        : `Held ${inWords(delayFigure(report?.heldMs))}, asked again after ${inWords(delayFigure(report?.restMs))}, never more than 20 answers a second.`;
    case 'poll':
      return plan.pollEveryMs === undefined
        ? 'The gateway says in nextAt when the next reading is due; asking sooner would bring nothing.'
        : `A fixed interval of ${plan.pollEveryMs / 1000} s: on average what comes has waited half of it.`;
  }
}

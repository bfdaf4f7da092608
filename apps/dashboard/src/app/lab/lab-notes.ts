import type { TransportName } from '@telewire/client';
import type { LabLane, LabTally } from '@telewire/protocol';
import { costOf, type LaneReport } from '@telewire/lab';
import { groupDigits } from '../widget/format.js';
import { bytesFigure, delayFigure, inWords, NOTHING, shareFigure } from './figures.js';
import type { LabPlan } from './lab-plan.js';
import { nameOf } from './lane-row.js';

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
  /** HTTP/1.1 connections of all lanes together that are open, each once; missing before the first tally. */
  readonly http?: number | undefined;
  /** What it was measured with. */
  readonly plan: LabPlan;
  /** Host and port of the proxy, where there is or was one. */
  readonly host?: string | undefined;
}

const POLLS: readonly TransportName[] = ['long-poll', 'poll'];
const STREAMS: readonly TransportName[] = ['http-stream', 'sse'];
/** What a browser opens to one host and port over HTTP/1.1. */
const MOST_CONNECTIONS = 6;
/** Answers a second that one client gets (PROTOCOL R18), and what the edges of a window may add. */
export const MOST_ANSWERS_HZ = 20.5;
// A stream whose newest reading is older than that of the polls by so much stands still.
const STANDS_STILL_MS = 1_000;

/** The notes under the race, each with what was measured for it. */
export const notesOf = (measured: Measured): readonly Note[] => [
  statelessness(measured),
  headers(measured),
  loop(measured),
  buffering(measured),
  six(measured),
  libraries(measured),
];

/** Sentences; one that claims what was not measured is not said. */
export const said = (...sentences: readonly (string | false | undefined)[]): string =>
  sentences.filter((each) => typeof each === 'string').join(' ');

const wrong = (lanes: readonly LaneReport[]): number =>
  lanes.reduce((sum, { lost, repeats }) => sum + lost + repeats, 0);

function statelessness({ lanes, tallies }: Measured): Note {
  const tally = tallies['long-poll'];
  const each = tally && tally.requests > 0 ? tally.up.header / tally.requests : undefined;
  const cuts = lanes.reduce((sum, { interruptions }) => sum + interruptions, 0);
  return {
    about: 'HTTP keeps nothing',
    figure: inWords(bytesFigure(each)),
    text: said(
      'header in each question of long-poll. Every request says anew who asks, for what, and from which cursor. That is why any gateway can answer it.',
      cuts > 0 &&
        wrong(lanes) === 0 &&
        `${cuts === 1 ? 'A lost line has' : `${groupDigits(cuts)} lost lines have`} cost nothing but time.`,
    ),
  };
}

function headers({ lanes, tallies }: Measured): Note {
  const shares = lanes.flatMap(({ lane }) => {
    const tally = tallies[lane];
    const share = tally && costOf(0, tally).overhead;
    return share === undefined ? [] : [{ lane, share }];
  });
  const socket = shares.find(({ lane }) => lane === 'websocket')?.share;
  const most = shares.toSorted((a, b) => b.share - a.share)[0];
  const more = most !== undefined && socket !== undefined && most.share > socket;
  return {
    about: 'What headers cost',
    figure: inWords(shareFigure(socket)),
    text: said(
      `of a WebSocket’s bytes are not content${more ? `, and ${inWords(shareFigure(most.share))} of those of ${nameOf(most.lane)}` : ''}.`,
      'A frame has 2 to 4 bytes of header, 4 more from a browser for the mask; a chunk about 6, an event 8 more; a request some hundred.',
    ),
  };
}

function loop({ lanes, plan }: Measured): Note {
  const lane = lanes.find((each) => each.lane === 'long-poll');
  const hz = lane?.askedHz;
  const held = lane?.heldMs !== undefined && `Held ${inWords(delayFigure(lane.heldMs))} on average.`;
  return {
    about: 'The loop of long-poll',
    figure: hz === undefined ? inWords(NOTHING) : `${hz.toFixed(hz < 10 ? 1 : 0)} /s`,
    text: plan.unpaced
      ? said(
          'questions of the naive loop: it asks again the moment it is answered, so the rate of readings sets the rate of requests.',
          held,
          hz !== undefined &&
            hz > MOST_ANSWERS_HZ &&
            'Paced, it is answered 20 times a second at most: put it back and watch requests fall.',
        )
      : said(
          'questions: ask, be held until there is news, ask again.',
          held,
          hz !== undefined &&
            hz <= MOST_ANSWERS_HZ &&
            'The gateway holds an answer back so that there are never more than 20 a second, and each carries what has gathered.',
          'Switch to naive at a high rate to see why.',
        ),
  };
}

function buffering({ lanes, plan }: Measured): Note {
  const oldest = (of: readonly TransportName[]) => {
    const shown = lanes.filter(({ lane }) => of.includes(lane)).flatMap(({ shownNowMs }) => shownNowMs ?? []);
    return shown.length === 0 ? undefined : Math.max(...shown);
  };
  const [streams, polls] = [oldest(STREAMS), oldest(POLLS)];
  const still = streams !== undefined && polls !== undefined && streams > polls + STANDS_STILL_MS;
  return {
    about: 'A proxy that buffers',
    figure: inWords(delayFigure(streams)),
    text: plan.weather.buffers
      ? said(
          'is the age of what a stream shows now.',
          still &&
            `A response that never ends is not handed on: polls show what is ${inWords(delayFigure(polls))} old.`,
          'Only what is complete gets through: the upgrade of a WebSocket, and every answer to a poll. The SDK notices the silence, and auto moves on.',
        )
      : 'is the age of what a stream shows now. Set the proxy to buffers, and it hands on only what is complete: see whose age grows.',
  };
}

function six({ http, host }: Measured): Note {
  return {
    about: 'Six connections',
    figure: http === undefined ? inWords(NOTHING) : `${http} of ${MOST_CONNECTIONS}`,
    text: said(
      `are open over HTTP/1.1${host === undefined ? '' : ` to ${host}`}, all lanes together, each counted once.`,
      'A browser opens no more to one host and port, for all its tabs, and lets the next request wait for ever; WebSockets do not count. The lanes here have clients of their own; on the other pages the SDK lets all widgets of a transport share one request.',
    ),
  };
}

function libraries({ lanes }: Measured): Note {
  const back = lanes.flatMap(({ longestRecoveryMs }) => longestRecoveryMs ?? []);
  const away = lanes.filter(({ notBackMs }) => notBackMs !== undefined);
  const ran = lanes.some(({ readings }) => readings > 0);
  return {
    about: 'Socket.IO, SockJS and the SDK',
    figure: ran ? groupDigits(wrong(lanes)) : inWords(NOTHING),
    text: said(
      'lost or repeated.',
      back.length > 0 && `After a cut it took up to ${inWords(delayFigure(Math.max(...back)))} to come back.`,
      away.length > 0 && `Not back yet: ${away.map(({ lane }) => nameOf(lane)).join(', ')}.`,
      'Socket.IO adds fallback, heartbeat, reconnect, acknowledgement and rooms; SockJS a WebSocket’s face over eleven transports. Here auto falls back and returns, heartbeats find silence, cursors go on at any gateway without a sticky session, and filters are the rooms.',
    ),
  };
}

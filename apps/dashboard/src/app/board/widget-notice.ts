import type { Age, Chain } from '@telewire/client';
import type { SeriesKind } from '@telewire/telemetry';
import { clockTime, delayText } from '../widget/format.js';
import { TRANSPORT_WORDS } from '../widget/transport-words.js';
import { verdictInWords } from '../widget/verdict-words.js';
import type { WidgetKind } from './board-layout.js';
import { draws } from './series-search.js';

/** What the other feeds of a board are called. */
export const OTHERS = 'widgets';

/** What a widget says in the place of what it would draw. */
export interface Notice {
  readonly state: 'loading' | 'empty' | 'error' | 'stale';
  readonly title: string;
  readonly text: string;
  /** True when another choice would end it. */
  readonly choose: boolean;
}

/** What is known of a widget and of the way to it. */
export interface Situation {
  readonly kind: WidgetKind;
  readonly shows: string;
  /** Kind and interval of the series, when it is known; of a table that of any series that matches. */
  readonly known: { readonly kind: SeriesKind; readonly intervalMs: number | null } | undefined;
  /** True once the gateway has said which series there are. */
  readonly directoryReady: boolean;
  readonly anythingCame: boolean;
  readonly age: Age;
  readonly chain: Chain;
}

const KIND_WORDS: Readonly<Record<SeriesKind, string>> = {
  number: 'numbers',
  state: 'states',
  text: 'texts',
  samples: 'waves',
};
const DRAWN_WORDS: Readonly<Record<WidgetKind, string>> = {
  number: 'a number',
  trend: 'a trend',
  wave: 'a sweep',
  log: 'a log',
  table: 'a table',
};

/** Why a widget has nothing to draw; `undefined` when it has. `localNow` is the local clock. */
export function noticeOf(situation: Situation, localNow: number): Notice | undefined {
  const { kind, known, chain, age } = situation;
  const { link } = chain;
  if (link.phase === 'refused')
    return {
      state: 'error',
      title: 'Cannot be read',
      text: `The gateway refuses ${TRANSPORT_WORDS[link.transport].name}: ${link.reason ?? 'no reason given'}.`,
      choose: true,
    };
  if (known !== undefined && !draws(kind, known.kind))
    return {
      state: 'error',
      title: 'Cannot be drawn',
      text: `${situation.shows} sends ${KIND_WORDS[known.kind]}, which ${DRAWN_WORDS[kind]} cannot show.`,
      choose: true,
    };
  if (!situation.anythingCame) return nothingYet(situation, localNow);
  if (kind === 'wave' && age.freshness === 'stale' && age.at !== undefined)
    return {
      state: 'stale',
      title: `Nothing since ${clockTime(age.at)}`,
      text: `${verdictInWords(chain, OTHERS, localNow).sentence} The wave is blank on purpose.`,
      choose: false,
    };
  return undefined;
}

function nothingYet({ kind, shows, known, directoryReady, chain }: Situation, localNow: number): Notice {
  if (chain.link.phase !== 'live')
    return {
      state: 'loading',
      title: kind === 'trend' || kind === 'log' ? 'Reading the journal' : 'Waiting for the link',
      text: verdictInWords(chain, OTHERS, localNow).sentence,
      choose: false,
    };
  if (known !== undefined)
    return {
      state: 'loading',
      title: 'Nothing has come yet',
      text:
        known.intervalMs === null
          ? 'It is sent when it changes, and appears here then.'
          : `One is due every ${intervalText(known.intervalMs)}, and appears here then.`,
      choose: false,
    };
  if (!directoryReady)
    return {
      state: 'loading',
      title: 'Reading which series there are',
      text: 'The gateway has been asked and has not answered yet.',
      choose: false,
    };
  const called = /[+#]/.test(shows) ? 'No series matches' : 'No series is called';
  return {
    state: 'empty',
    title: 'Nothing matches yet',
    text: `${called} ${shows}. It will appear here by itself when a device sends it.`,
    choose: true,
  };
}

/** An interval for people: `250 ms`, `30 s`, `15 min`. */
export const intervalText = (ms: number): string =>
  ms < 1000 ? delayText(ms) : ms < 120_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`;

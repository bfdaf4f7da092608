import { verdictOf, type Chain, type FeedState, type Verdict } from '@telewire/client';
import { clockTime, wholeSeconds } from './format.js';
import { TRANSPORT_WORDS } from './transport-words.js';

/** Why nothing comes, and what is fine, also in a sentence. */
export interface VerdictInWords extends Verdict {
  readonly sentence: string;
}

/** Says why nothing comes; `others` is what the others are called (`beds`), `localNow` the local clock. */
export function verdictInWords(chain: Chain, others: string, localNow: number): VerdictInWords {
  const verdict = verdictOf(chain, localNow);
  return { ...verdict, sentence: sentence(verdict, chain, others, localNow) };
}

function sentence({ cause, fine }: Verdict, chain: Chain, others: string, localNow: number): string {
  const well = `Broker and link are fine${fine.includes('others') ? `, other ${others} arrive` : ''}.`;
  switch (cause) {
    case 'tab-asleep':
      return `This page was asleep until ${clockTime(chain.wokeAt ?? localNow)}. What it has missed is on its way.`;
    case 'link-lost':
      return linkSentence(chain.link, localNow);
    case 'broker-lost':
      return `The gateway has lost its broker at ${clockTime(chain.broker?.at ?? localNow)} and goes on trying. The link is fine.`;
    case 'device-offline':
      return `The device is offline since ${clockTime(chain.status?.at ?? localNow)}. ${well}`;
    case 'withheld':
      return 'The line is too slow: readings come late or are withheld. Whether the device is silent cannot be seen from here.';
    case 'device-silent':
      return `The device is silent. ${well}`;
  }
}

function linkSentence(link: FeedState, localNow: number): string {
  const { name } = TRANSPORT_WORDS[link.transport];
  if (link.phase === 'refused') return `The gateway refuses ${name}: ${link.reason ?? 'no reason given'}.`;
  const again =
    link.retryAt !== undefined && link.retryAt > localNow
      ? ` It is tried again in ${wholeSeconds(link.retryAt - localNow)}.`
      : ' It is being opened.';
  const lost = link.phase === 'resuming' ? `${name} is lost.` : `${name} has not opened yet.`;
  return `${lost}${again} How the device and the broker are cannot be seen from here.`;
}

import type { FeedState, TransportName } from '@telewire/client';
import { wholeSeconds } from '../widget/format.js';
import { TRANSPORT_WORDS } from '../widget/transport-words.js';

// A link that comes back at once is not worth a line that moves the page.
const WORTH_SAYING_MS = 1_500;

/** Trouble of the links in use. `episode` tells one trouble from the next, so that a hidden line comes back for a new one. */
export interface LinkTrouble {
  readonly episode: string;
  readonly text: string;
}

/** What to say about feeds that are not live; `undefined` when all is well. `now` is the local clock. */
export function reportLinks(states: readonly FeedState[], now: number): LinkTrouble | undefined {
  const down = states.filter(
    ({ phase, since }) => phase !== 'live' && phase !== 'closed' && now - since > WORTH_SAYING_MS,
  );
  const first = down[0];
  if (first === undefined) return undefined;
  const transports = [...new Set(down.map((state) => state.transport))];
  const others = [...new Set(states.filter(({ phase }) => phase === 'live').map((state) => state.transport))];
  const since = Math.min(...down.map((state) => state.since));
  const refused = down.find((state) => state.phase === 'refused');
  const text =
    refused !== undefined
      ? `The gateway refuses ${nameOf([refused.transport])}: ${refused.reason ?? 'no reason given'}. It is not tried again.`
      : `${happened(down, transports, since, now)} ${next(down, transports.length, now)} ${remains(others)}`;
  return { episode: `${transports.join()} ${since}`, text };
}

function happened(
  down: readonly FeedState[],
  transports: readonly TransportName[],
  since: number,
  now: number,
): string {
  const names = nameOf(transports);
  const ago = wholeSeconds(now - since);
  if (down.some((state) => state.phase === 'resuming')) return `${names} lost ${ago} ago.`;
  return `${names} ${transports.length === 1 ? 'has' : 'have'} not opened for ${ago}.`;
}

function next(down: readonly FeedState[], transports: number, now: number): string {
  const retries = down.map((state) => state.retryAt).filter((at): at is number => at !== undefined && at > now);
  const it = transports === 1 ? 'It is' : 'They are';
  return retries.length === 0
    ? `${it} being opened.`
    : `${it} tried again in ${wholeSeconds(Math.min(...retries) - now)}.`;
}

const remains = (others: readonly TransportName[]): string =>
  others.length === 0
    ? 'Waves are blank until then. What was missed is fetched from the same point.'
    : `What comes over ${nameOf(others)} goes on.`;

function nameOf(transports: readonly TransportName[]): string {
  const names = transports.map((transport) => TRANSPORT_WORDS[transport].name);
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

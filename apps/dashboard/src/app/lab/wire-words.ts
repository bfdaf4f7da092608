import type { LabMessage } from '@telewire/protocol';
import { ACCEPT_GUID } from './accept-key.js';
import { groupDigits } from '../widget/format.js';

/** The content of a message without what its event stream puts before it. */
export const plainText = ({ lane, text }: Pick<LabMessage, 'lane' | 'text'>): string =>
  lane === 'sse' ? (/^data: ?(.*)$/m.exec(text)?.[1] ?? text) : text;

/** What a message says of itself, in a word or two: `101 Switching Protocols`, `subscribe`, `ping`, `close 1001`. */
export function labelOf(message: Pick<LabMessage, 'kind' | 'title' | 'lane' | 'text'>): string {
  const { kind, title } = message;
  if (kind === 'frame' || kind === 'chunk') return /^\s*\{"type":"([a-z]+)"/.exec(plainText(message))?.[1] ?? title;
  return title.replace('/api/v1/', '/').replace(/ HTTP\/1\.1$/, '');
}

/** The same, short enough to stand at an arrow. */
export const shortLabel = (label: string): string => {
  const short = label.replace(/^(101|304) .*/, '$1').replace(/\?.*$/, '?…');
  return short.length > 22 ? `${short.slice(0, 21)}…` : short;
};

/** Bytes of a message, and how long a response was waited for. */
export function sizeWords({ header, body, waitedMs }: LabMessage): string {
  const bytes = `${groupDigits(header + body)} B`;
  return waitedMs === undefined ? bytes : `${bytes}, ${waitWords(waitedMs)}`;
}

const waitWords = (ms: number): string => (ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

const KINDS: Readonly<Record<LabMessage['kind'], string>> = {
  request: 'Request',
  response: 'Response',
  chunk: 'Chunk',
  frame: 'Frame',
  broken: 'Broken bytes',
  open: 'Connection opened',
  end: 'Connection ended',
  reset: 'Connection reset',
};

/** The heading over a message: `Frame 9, gateway to browser, readings`. */
export function headingOf(message: LabMessage, number: number): string {
  const way = message.direction === 'up' ? 'browser to gateway' : 'gateway to browser';
  return `${KINDS[message.kind]} ${number}, ${way}, ${labelOf(message)}`;
}

/** The value of a header field, whatever its case. */
export const fieldOf = ({ fields }: LabMessage, name: string): string | undefined =>
  fields.find(([each]) => each.toLowerCase() === name)?.[1];

/** Close codes as RFC 6455 §7.4.1 and this protocol mean them. */
export function closeWords(code: number): string {
  switch (code) {
    case 1000:
      return 'done, nothing wrong';
    case 1001:
      return 'going away: a page that is left, a gateway that stops';
    case 1002:
      return 'protocol error';
    case 1003:
      return 'a kind of message that is not taken';
    case 1005:
      return 'no code was given; never on the wire';
    case 1006:
      return 'no close frame came; never on the wire, the browser says it by itself';
    case 1008:
      return 'against the rules of the other end';
    case 1009:
      return 'message too big';
    case 1011:
      return 'an error at the other end';
  }
  if (code >= 4400 && code < 4500) return 'of this protocol: final, not to be asked again unchanged';
  if (code >= 4500 && code < 4600) return 'of this protocol: passing, to be tried again';
  if (code >= 4000) return 'free for programs';
  return code >= 3000 ? 'registered for libraries' : 'not to be used';
}

/** What the closing handshake of a connection was: who began, and with which code; `undefined` before there is one. */
export function closeStory(messages: readonly LabMessage[]): string | undefined {
  const closes = messages.filter(({ kind, title }) => kind === 'frame' && title.startsWith('close'));
  const [first, answer] = closes;
  if (first === undefined) return undefined;
  const began = first.direction === 'up' ? 'The browser began' : 'The gateway began';
  const code = Number(/\d{4}/.exec(first.title)?.[0]);
  const meaning = code > 0 ? ` with ${code}, ${closeWords(code)}` : ' without a code';
  const end =
    answer !== undefined && answer.direction !== first.direction
      ? 'The other end answered with a close frame of its own'
      : 'No close frame has come back yet';
  return `${began}${meaning}. ${end} (RFC 6455 §5.5.1).`;
}

/**
 * What is to be known about a message beyond its fields, sentence by sentence. `accept` is what the key of the upgrade has to
 * be answered with, where it is known; `peers` are the other messages of its connection.
 */
export function explain(message: LabMessage, accept: string | undefined, peers: readonly LabMessage[]): string[] {
  const said: string[] = [];
  if (message.fault !== undefined) said.push(`This breaks a rule: ${message.fault}.`);
  if (message.kind === 'frame') said.push(...ofFrame(message, peers));
  if (message.kind === 'request') said.push(...ofRequest(message));
  if (message.kind === 'response') said.push(...ofResponse(message, accept));
  if (message.kind === 'chunk') said.push(...ofChunk(message));
  if (message.kind === 'reset')
    said.push('A reset says nothing: no close frame, no last chunk. Each end has to find out.');
  return said;
}

function ofFrame(message: LabMessage, peers: readonly LabMessage[]): string[] {
  const said: string[] = [];
  if (message.title.startsWith('close')) said.push(closeStory(peers) ?? '');
  if (message.title === 'ping' || message.title === 'pong')
    said.push(
      message.title === 'ping'
        ? 'Whoever gets a ping has to answer with a pong of the same payload. A page can neither send nor see either.'
        : 'The browser answered by itself: the page was not asked (RFC 6455 §5.5.3).',
    );
  if (message.direction === 'up')
    said.push(
      'A browser masks every frame with four random bytes, so that no proxy on the way takes it for a request (§5.3).',
    );
  return said;
}

function ofRequest(message: LabMessage): string[] {
  if (fieldOf(message, 'sec-websocket-key') !== undefined)
    return [
      'An HTTP request that asks to stop speaking HTTP. The key is 16 random bytes and no secret: it proves that the other end knows what a WebSocket is.',
    ];
  return message.header > 0
    ? [
        `${groupDigits(message.header)} bytes of header to ask for something, and again with the next request: HTTP keeps nothing.`,
      ]
    : [];
}

function ofResponse(message: LabMessage, accept: string | undefined): string[] {
  const told = fieldOf(message, 'sec-websocket-accept');
  if (told !== undefined) {
    const rule = `Accept is base64 of SHA-1 over the key followed by ${ACCEPT_GUID} (RFC 6455 §4.2.2).`;
    if (accept === undefined) return [rule];
    return [rule, accept === told ? `Computed here: ${accept}, the same.` : `Computed here: ${accept}, not the same.`];
  }
  if (message.title.startsWith('304')) return ['Nothing new: the cursor in ETag is all that came.'];
  if ((message.waitedMs ?? 0) > 1_500 && message.lane === 'long-poll')
    return [`The gateway held the question ${waitWords(message.waitedMs ?? 0)} until there was something to say.`];
  return [];
}

function ofChunk(message: LabMessage): string[] {
  if (message.lane === 'sse')
    return ['An event is `data: `, one frame, and an empty line; around it the length of the chunk in hexadecimal.'];
  return [
    'A chunk: its length in hexadecimal, one or more lines of JSON, a line end. There is no end before the stream ends.',
  ];
}

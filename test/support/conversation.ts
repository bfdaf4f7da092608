import { expect } from '@jest/globals';
import { Conversation } from '../../apps/gateway/src/lab/wire/conversation.js';
import type { Direction, WireMessage } from '../../apps/gateway/src/lab/wire/draft.js';

/** Bytes of one side, as text in Latin-1 or as they are; or that it ends. */
export type Step = readonly [Direction, string | Buffer] | readonly ['end', Direction];
type Seen = Pick<WireMessage, 'lane' | 'direction' | 'kind' | 'header' | 'body' | 'title' | 'text' | 'fault'> & {
  fields: string;
  bytes: string;
};

/** What a conversation told. */
export interface Heard {
  readonly messages: Seen[];
  /** `lane direction`: header and body. */
  readonly totals: Record<string, [number, number]>;
  readonly requests: string[];
  readonly waits: (number | undefined)[];
}

/** Says the steps, each step in pieces of at most so many bytes as `cut` says; a millisecond passes with each step. */
export function hear(steps: readonly Step[], cut: () => number = () => Infinity): Heard {
  const heard: Heard = { messages: [], totals: {}, requests: [], waits: [] };
  let now = 0;
  const passed = { up: 0, down: 0 };
  const conversation = new Conversation(
    {
      counted: (lane, direction, header, body) => {
        const total = (heard.totals[`${lane} ${direction}`] ??= [0, 0]);
        total[0] += header;
        total[1] += body;
      },
      requested: (lane) => heard.requests.push(lane),
      shown: ({ at: _, waitedMs, fields, bytes, ...message }) => {
        heard.messages.push({ ...message, fields: JSON.stringify(fields), bytes: bytes.toString('latin1') });
        if (message.kind === 'response') heard.waits.push(waitedMs);
      },
    },
    () => now,
  );
  for (const step of steps) {
    now++;
    if (step[0] === 'end') {
      conversation.end(step[1]);
      continue;
    }
    const said = Buffer.from(step[1] as string, 'latin1');
    for (let at = 0; at < said.length;) {
      const piece = said.subarray(at, at + cut());
      at += piece.length;
      if (step[0] === 'up') conversation.up(piece);
      else expect(conversation.down(piece)).toBe(piece.length);
      passed[step[0]] += piece.length;
    }
  }
  conversation.close();
  for (const direction of ['up', 'down'] as const) {
    const counted = Object.entries(heard.totals)
      .filter(([key]) => key.endsWith(direction))
      .reduce((sum, [, [header, body]]) => sum + header + body, 0);
    expect(counted).toBe(passed[direction]);
  }
  return heard;
}

/** An HTTP head. */
export const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;
/** A GET. */
export const get = (target: string, ...fields: string[]) => lines(`GET ${target} HTTP/1.1`, 'Host: a', ...fields);
/** The request of RFC 6455 §1.3. */
export const UPGRADE = get(
  '/api/v1/socket?filter=a',
  'Upgrade: websocket',
  'Connection: keep-alive, Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
);
/** Its answer. */
export const SWITCH = lines(
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
);
/** Bytes written in hex. */
export const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** A frame of a client. */
export const masked = (first: number, text: string): Buffer => {
  const key = Buffer.from([1, 2, 3, 4]);
  const payload = Buffer.from(text).map((byte, i) => byte ^ key[i % 4]!);
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), key, payload]);
};

/** A poll. */
export const POLL: Step[] = [
  ['up', get('/api/v1/readings?filter=a', 'Accept: */*')],
  ['down', `${lines('HTTP/1.1 200 OK', 'Content-Length: 13')}{"frames":[]}`],
];
/** What the event stream says. */
export const EVENTS = 'retry: 1000\n\nid: x.1\ndata: {"a":1}\n\n';
/** An event stream. */
export const SSE: Step[] = [
  ['up', get('/api/v1/events?filter=a')],
  ['down', lines('HTTP/1.1 200 OK', 'Content-Type: text/event-stream; charset=utf-8', 'Transfer-Encoding: chunked')],
  ['down', 'd\r\nretry: 1000\n\n\r\n'],
  ['down', '17\r\nid: x.1\ndata: {"a":1}\n\n\r\n'],
  ['down', '0\r\n\r\n'],
];
/** A POST answered by a stream of lines. */
export const STREAM: Step[] = [
  [
    'up',
    `${lines('POST /api/v1/stream HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Content-Length: 20')}{"subscriptions":[]}\n`,
  ],
  ['down', lines('HTTP/1.1 200 OK', 'Content-Type: application/x-ndjson', 'Transfer-Encoding: chunked')],
  ['down', '8\r\n{"a":1}\n\r\n'],
  ['down', '3;x=y\r\n{}\n\r\n'],
];
/** A WebSocket session: fragments, a ping among them, and a goodbye that the gateway begins. */
export const SOCKET: Step[] = [
  ['up', UPGRADE],
  ['down', SWITCH],
  ['down', hex('81 05 48 65 6c 6c 6f')],
  ['up', masked(0x01, '{"ty')],
  ['up', masked(0x89, 'you?')],
  ['down', hex('8a 04 79 6f 75 3f')],
  ['up', masked(0x80, 'pe":1}')],
  ['down', hex('88 06 03 f0 6e 6f 70 65')],
  ['up', masked(0x88, '')],
  ['end', 'down'],
  ['end', 'up'],
];

/** Kind and title of each message. */
export const titles = ({ messages }: Heard) => messages.map(({ kind, title }) => `${kind} ${title}`);
/** What was found to be wrong. */
export const faults = ({ messages }: Heard) => messages.flatMap(({ fault }) => (fault ? [fault] : []));

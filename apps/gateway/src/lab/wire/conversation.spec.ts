import { describe, expect, it } from '@jest/globals';
import { randomOf } from '../../testing/seeded-random.js';
import { Conversation } from './conversation.js';
import { PREVIEW_BYTES, type Direction, type WireMessage } from './draft.js';

type Step = readonly [Direction, string | Buffer] | readonly ['end', Direction];
type Seen = Pick<WireMessage, 'lane' | 'direction' | 'kind' | 'header' | 'body' | 'title' | 'text' | 'fault'> & {
  fields: string;
  bytes: string;
};

interface Heard {
  readonly messages: Seen[];
  /** `lane direction`: header and body. */
  readonly totals: Record<string, [number, number]>;
  readonly requests: string[];
  readonly waits: (number | undefined)[];
}

/** Says the steps, each step in pieces of at most so many bytes as `cut` says; a millisecond passes with each step. */
function hear(steps: readonly Step[], cut: () => number = () => Infinity): Heard {
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

const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;
const get = (target: string, ...fields: string[]) => lines(`GET ${target} HTTP/1.1`, 'Host: a', ...fields);
const titles = ({ messages }: Heard) => messages.map(({ kind, title }) => `${kind} ${title}`);
const faults = ({ messages }: Heard) => messages.flatMap(({ fault }) => (fault ? [fault] : []));
const only = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return list[0]!;
};

// RFC 6455 §1.3
const UPGRADE = get(
  '/api/v1/socket?filter=a',
  'Upgrade: websocket',
  'Connection: keep-alive, Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
);
const SWITCH = lines(
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const masked = (first: number, text: string): Buffer => {
  const key = Buffer.from([1, 2, 3, 4]);
  const payload = Buffer.from(text).map((byte, i) => byte ^ key[i % 4]!);
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), key, payload]);
};

const POLL: Step[] = [
  ['up', get('/api/v1/readings?filter=a', 'Accept: */*')],
  ['down', `${lines('HTTP/1.1 200 OK', 'Content-Length: 13')}{"frames":[]}`],
];
const EVENTS = 'retry: 1000\n\nid: x.1\ndata: {"a":1}\n\n';
const SSE: Step[] = [
  ['up', get('/api/v1/events?filter=a')],
  ['down', lines('HTTP/1.1 200 OK', 'Content-Type: text/event-stream; charset=utf-8', 'Transfer-Encoding: chunked')],
  ['down', 'd\r\nretry: 1000\n\n\r\n'],
  ['down', '17\r\nid: x.1\ndata: {"a":1}\n\n\r\n'],
  ['down', '0\r\n\r\n'],
];
const STREAM: Step[] = [
  [
    'up',
    `${lines('POST /api/v1/stream HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Content-Length: 20')}{"subscriptions":[]}\n`,
  ],
  ['down', lines('HTTP/1.1 200 OK', 'Content-Type: application/x-ndjson', 'Transfer-Encoding: chunked')],
  ['down', '8\r\n{"a":1}\n\r\n'],
  ['down', '3;x=y\r\n{}\n\r\n'],
];
const SOCKET: Step[] = [
  ['up', UPGRADE],
  ['down', SWITCH],
  ['down', hex('81 05 48 65 6c 6c 6f')],
  ['up', masked(0x01, '{"ty')],
  ['up', masked(0x89, 'you?')],
  ['down', hex('8a 04 79 6f 75 3f')],
  ['up', masked(0x80, 'pe":1}')],
  ['down', hex('88 06 03 f0 6e 6f 70 65')],
  ['up', masked(0x88, '\u0003\u00e8'.slice(0, 0))],
  ['end', 'down'],
  ['end', 'up'],
];

describe('requests and their answers', () => {
  it('are shown whole, with what they waited, and counted as head and body', () => {
    const heard = hear(POLL);
    expect(titles(heard)).toEqual(['request GET /api/v1/readings', 'response 200 OK']);
    expect(heard.messages[1]).toMatchObject({
      lane: 'poll',
      direction: 'down',
      body: 13,
      text: '{"frames":[]}',
      fields: '[["Content-Length","13"]]',
    });
    expect(heard.waits).toEqual([1]);
    expect(heard.requests).toEqual(['poll']);
    expect(heard.totals['poll down']![1]).toBe(13);
  });

  it.each([
    ['GET /api/v1/readings?filter=a&wait=0', 'long-poll'],
    ['POST /api/v1/readings?wait=25', 'long-poll'],
    ['POST /api/v1/readings', 'poll'],
    ['GET /api/v1/readings?filter=wait', 'poll'],
    ['GET /api/v1/stream?filter=a', 'http-stream'],
    ['POST /api/v1/events', 'sse'],
    ['GET /api/v1/socket', 'websocket'],
    ['GET /api/v1/lab/unpaced?filter=a&wait=5', 'long-poll'],
    ['GET /api/v1/lab/echo', 'websocket'],
    ['POST /api/v1/lab/echo?id=a', 'sse'],
    ['GET /api/v1/lab/echo/events?id=a', 'sse'],
    ['OPTIONS /api/v1/events', 'other'],
    ['GET /api/v1/time', 'other'],
    ['GET /api/v1/readingsx', 'other'],
  ])('%s belongs to %s', (line, lane) => {
    const heard = hear([['up', lines(`${line} HTTP/1.1`, 'Host: a')]]);
    expect(heard.requests).toEqual([lane]);
    expect(Object.keys(heard.totals)).toEqual([`${lane} up`]);
  });

  it('follow one another on a connection, and may be asked for ahead of the answers (RFC 9112 §9.3.2)', () => {
    const answer = (text: string) => `${lines('HTTP/1.1 200 OK', `Content-Length: ${text.length}`)}${text}`;
    const heard = hear([
      ['up', get('/api/v1/readings') + get('/api/v1/time') + get('/api/v1/readings?wait=5')],
      ['down', answer('poll') + answer('time') + answer('long')],
    ]);
    expect(heard.messages.map(({ lane, text }) => `${lane} ${text}`)).toEqual([
      ...['poll ', 'other ', 'long-poll '],
      ...['poll poll', 'other time', 'long-poll long'],
    ]);
  });

  it.each([
    ['HEAD', lines('HTTP/1.1 200 OK', 'Content-Length: 5')],
    ['GET', lines('HTTP/1.1 204 No Content')],
    ['GET', lines('HTTP/1.1 304 Not Modified', 'Content-Length: 5')],
    ['GET', lines('HTTP/1.1 100 Continue') + lines('HTTP/1.1 200 OK', 'Content-Length: 0')],
    ['GET', lines('HTTP/1.1 200 OK', 'Content-Length: 0')],
  ])('%s: %j has no body', (method, head) => {
    const heard = hear([
      ['up', lines(`${method} /api/v1/readings HTTP/1.1`, 'Host: a') + get('/api/v1/time')],
      ['down', head + `${lines('HTTP/1.1 200 OK', 'Content-Length: 2')}{}`],
    ]);
    expect(heard.messages.at(-1)).toMatchObject({ lane: 'other', kind: 'response', body: 2 });
    expect(faults(heard)).toEqual([]);
  });

  it('may last until the connection ends', () => {
    const heard = hear([
      POLL[0]!,
      ['down', lines('HTTP/1.0 200 OK')],
      ['down', 'all'],
      ['down', ' of it'],
      ['end', 'down'],
    ]);
    expect(titles(heard).slice(1)).toEqual(['response 200 OK', 'chunk body of 9 bytes']);
    expect(heard.totals['poll down']![1]).toBe(9);
  });

  it('count a body that goes up', () => {
    expect(hear(STREAM).totals['http-stream up']![1]).toBe(20);
  });

  it('show the start of what is long, in bytes and in text', () => {
    const long = 'é'.repeat(3000);
    const heard = hear([POLL[0]!, ['down', Buffer.from(`${lines('HTTP/1.1 200 OK', 'Content-Length: 6000')}${long}`)]]);
    expect(heard.messages[1]!.bytes).toHaveLength(PREVIEW_BYTES);
    expect(heard.messages[1]!.text).toBe(long.slice(0, PREVIEW_BYTES / 2));
  });
});

describe('chunks', () => {
  it('are told apart; their size lines are header and what is in them is body', () => {
    const heard = hear(STREAM);
    expect(titles(heard).slice(2)).toEqual(['chunk chunk of 8 bytes', 'chunk chunk of 3 bytes']);
    expect(heard.messages[2]).toMatchObject({ header: 5, body: 8, text: '{"a":1}\n' });
    expect(heard.totals['http-stream down']![1]).toBe(11);
  });

  it('of an event stream count only what `data` says', () => {
    const heard = hear(SSE);
    expect(titles(heard).slice(2)).toEqual(['chunk retry', 'chunk event', 'chunk last chunk']);
    expect(heard.messages[3]).toMatchObject({ body: 7, text: EVENTS.slice(13) });
    expect(heard.messages[3]!.fields).toBe('[["size","17"],["id","x.1"],["data","{\\"a\\":1}"]]');
    expect(heard.totals['sse down']![1]).toBe(7);
  });
});

describe('a WebSocket', () => {
  it('begins with an upgrade and its answer, and ends with a goodbye that somebody begins', () => {
    const heard = hear(SOCKET);
    expect(titles(heard)).toEqual([
      'request GET /api/v1/socket',
      'response 101 Switching Protocols',
      'frame text',
      'frame text, more follows',
      'frame ping',
      'frame pong',
      'frame continuation, the last',
      'frame close 1008',
      'frame close',
    ]);
    expect(heard.messages.map(({ lane }) => lane)).toEqual(Array(9).fill('websocket'));
    expect(heard.messages.at(-2)!.fields).toContain('["closing","begun by the gateway"]');
    expect(heard.messages.at(-1)!.fields).toContain('["closing","answered by the client"]');
    expect(heard.totals['websocket up']![1]).toBe(10);
    expect(heard.totals['websocket down']![1]).toBe(5);
    expect(faults(heard)).toEqual([]);
  });

  it('frames that come with the answer are frames', () => {
    const both = Buffer.concat([Buffer.from(SWITCH), hex('81 05 48 65 6c 6c 6f')]);
    expect(
      titles(
        hear([
          ['up', UPGRADE],
          ['down', both],
        ]),
      ),
    ).toContain('frame text');
  });

  it('is not taken for one whose accept does not follow from the key (RFC 6455 §4.2.2)', () => {
    const heard = hear([
      ['up', UPGRADE],
      ['down', SWITCH.replace('s3p', 'S3p')],
    ]);
    expect(only(faults(heard))).toContain('§4.2.2');
  });

  it('may be refused, and HTTP goes on', () => {
    const heard = hear([
      ['up', UPGRADE + get('/api/v1/time')],
      ['down', lines('HTTP/1.1 403 Forbidden', 'Content-Length: 0') + lines('HTTP/1.1 204 No Content')],
    ]);
    expect(heard.requests).toEqual(['websocket', 'other']);
    expect(heard.messages.at(-1)).toMatchObject({ lane: 'other', title: '204 No Content' });
  });

  it('takes frames that come too early for frames once it is open', () => {
    const early = Buffer.concat([Buffer.from(UPGRADE), masked(0x81, 'soon')]);
    expect(
      hear([
        ['up', early],
        ['down', SWITCH],
      ]).messages.at(-1),
    ).toMatchObject({ direction: 'up', text: 'soon' });
  });

  it('does not wait for ever for what comes too early', () => {
    const heard = hear([
      ['up', UPGRADE],
      ['up', 'x'.repeat(17_000)],
      ['down', SWITCH],
    ]);
    expect(faults(heard)[0]).toContain('RFC 6455 §4.1');
  });
});

describe('what is not HTTP', () => {
  const answered = (head: string): Step[] => [POLL[0]!, ['down', head]];
  it.each<[string, Step[], string]>([
    ['no request', [['up', 'hello\r\n\r\n']], 'RFC 9112 §3'],
    ['TLS', [['up', `${String.fromCharCode(22, 3, 1)}\n`]], 'RFC 9112 §3'],
    ['an endless start line', [['up', 'x'.repeat(70_000)]], 'more than 64 KiB'],
    ['an endless head', [['up', get('/a', ...Array<string>(7000).fill('name: value'))]], 'more than 64 KiB'],
    ['no answer', answered('ICY 200 OK\r\n\r\n'), 'RFC 9112 §4'],
    ['an answer to nothing', [['down', lines('HTTP/1.1 408 Request Timeout', 'Content-Length: 0')]], 'RFC 9112 §9.2'],
    ['a switch that nobody asked for', answered(SWITCH), 'RFC 9110 §15.2.2'],
    ['a chunk without a size', answered(`${lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}xyz\r\n`), '§7.1'],
    [
      'a chunk that is too long',
      answered(`${lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}1\r\nab\r\n`),
      '§7.1',
    ],
    ['a line that is no field', answered(lines('HTTP/1.1 204 No Content', 'no field')), 'RFC 9112 §5'],
    ['two lengths', answered(lines('HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2')), '§6.3'],
    [
      'a length and chunks',
      answered(lines('HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked')),
      '§6.1',
    ],
    ['half an answer', [...answered(lines('HTTP/1.1 200 OK', 'Content-Length: 5')), ['end', 'down']], 'RFC 9112 §8'],
  ])('is named: %s', (_what, steps, clause) => {
    expect(only(faults(hear(steps)))).toContain(clause);
  });

  it('is counted on and on, and shown once', () => {
    const heard = hear([
      ['up', 'hello\r\n'],
      ['up', get('/api/v1/readings')],
      ['up', 'x'.repeat(100_000)],
    ]);
    expect(titles(heard)).toEqual(['broken broken']);
  });
});

describe('however the bytes are cut', () => {
  const endless: Step[] = [['up', 'x'.repeat(70_000)]];
  const sessions = {
    POLL,
    SSE,
    STREAM,
    SOCKET,
    'all on one connection': [...POLL, ...SSE, ...POLL, ...SOCKET],
    endless,
  };
  it.each(Object.entries(sessions))('the messages and the counts are the same: %s', (_name, steps) => {
    const whole = hear(steps);
    const one = hear(steps, () => 1);
    expect(one).toEqual(whole);
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomOf(seed);
      expect(hear(steps, () => 1 + random.upTo(1 + random.upTo(40)))).toEqual(whole);
    }
  });

  it('noise is counted to the byte and never throws', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomOf(seed);
      const noise = (length: number) => Buffer.from(Array.from({ length }, () => random.upTo(256)));
      const mangle = (step: Step): Step => {
        if (step[0] === 'end') return step;
        const said = Buffer.from(step[1] as string, 'latin1');
        if (random.chance(0.3)) said[random.upTo(said.length)] = random.upTo(256);
        if (random.chance(0.1)) return [step[0], Buffer.concat([said, noise(random.upTo(50))])];
        return [step[0], said];
      };
      const steps = random.pick(Object.values(sessions).slice(0, -1)).map(mangle);
      const cuts = randomOf(seed);
      expect(hear(steps, () => 1 + cuts.upTo(30)).totals).toEqual(hear(steps).totals);
    }
  });
});

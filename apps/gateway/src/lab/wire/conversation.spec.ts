import { describe, expect, it } from '@jest/globals';
import {
  EVENTS,
  faults,
  get,
  hear,
  hex,
  lines,
  masked,
  POLL,
  SOCKET,
  SSE,
  STREAM,
  SWITCH,
  titles,
  UPGRADE,
} from '../../../../../test/support/conversation.js';
import { PREVIEW_BYTES } from './draft.js';

const only = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return list[0]!;
};

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

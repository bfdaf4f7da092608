import { describe, expect, it } from '@jest/globals';
import { EventStream, type StreamEvent } from './event-stream.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const whole = (text: string): StreamEvent[] => new EventStream().push(bytes(text));
const data = (text: string) => whole(text).map((event) => event.data);

const HOSTILE =
  '\uFEFF: a comment\r\nretry: 2000\r\rid: k3.1\ndata: {"t":"π 🫀 \u2028 é"}\n\n' +
  'event: other\r\ndata: two\r\ndata:lines\r\n\r\ndata\rdata\r\rid\ndata:  spaced: out \n\n' +
  ': nothing but a comment\n\n\n\r\r\ndata: last\r\r\ndata: never ended';

describe('an event stream (WHATWG HTML §9.2.6)', () => {
  it('gives the same events however its bytes are cut in two', () => {
    const all = bytes(HOSTILE);
    const expected = whole(HOSTILE);
    expect(expected).toHaveLength(5);
    for (let cut = 0; cut <= all.length; cut++) {
      const stream = new EventStream();
      expect([...stream.push(all.subarray(0, cut)), ...stream.push(all.subarray(cut))]).toEqual(expected);
    }
  });

  it('gives the same events byte by byte, with empty chunks between', () => {
    const stream = new EventStream();
    const events = [...bytes(HOSTILE)].flatMap((byte) => [
      ...stream.push(Uint8Array.of(byte)),
      ...stream.push(new Uint8Array()),
    ]);
    expect(events).toEqual(whole(HOSTILE));
  });

  it('ends lines at LF, CR and CRLF alike', () => {
    expect(data('data: a\n\ndata: b\r\rdata: c\r\n\r\n')).toEqual(['a', 'b', 'c']);
  });

  it('joins data lines, and takes away one space after the colon but no more', () => {
    expect(data('data: a\ndata:b\ndata:  c\n\n')).toEqual(['a\nb\n c']);
    expect(data('data\ndata\n\n')).toEqual(['\n']);
  });

  it('drops comments, events without data, and what the end of the stream cuts off', () => {
    expect(data(':x\n\nevent: empty\n\ndata: cut off')).toEqual([]);
  });

  it('skips a byte order mark at the start only', () => {
    expect(data('\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n')).toEqual(['a', '\uFEFFc']);
  });

  it('names an event for that event alone, and keeps the last id', () => {
    expect(whole('event: e\nid: 7\ndata: a\n\ndata: b\n\nid: 8\0\ndata: c\n\nid\ndata: d\n\n')).toEqual([
      { type: 'e', data: 'a', lastEventId: '7' },
      { type: 'message', data: 'b', lastEventId: '7' },
      { type: 'message', data: 'c', lastEventId: '7' },
      { type: 'message', data: 'd', lastEventId: '' },
    ]);
  });
});

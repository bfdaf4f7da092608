import { describe, expect, it } from '@jest/globals';
import { closeStory, closeWords, explain, headingOf, labelOf, shortLabel, sizeWords } from './wire-words.js';
import { message } from './testing/messages.js';

describe('what a message is called', () => {
  it('is the type of its frame where it has one', () => {
    expect(labelOf(message({ kind: 'frame', title: 'text', text: '{"type":"readings","to":"a.1"}' }))).toBe('readings');
    expect(labelOf(message({ kind: 'frame', title: 'ping' }))).toBe('ping');
    expect(labelOf(message({ kind: 'request', title: 'GET /api/v1/socket' }))).toBe('GET /socket');
  });

  it('is that of the frame within an event, too', () => {
    const event = message({ kind: 'chunk', lane: 'sse', title: 'event', text: 'id: a.1\ndata: {"type":"hello"}\n\n' });
    expect(labelOf(event)).toBe('hello');
  });

  it('fits an arrow', () => {
    expect(shortLabel('101 Switching Protocols')).toBe('101');
    expect(shortLabel('GET /socket?filter=lab%2F1')).toBe('GET /socket?…');
    expect(shortLabel('a title that is longer than an arrow')).toHaveLength(22);
  });

  it('says its number, which way it went and how long it was waited for', () => {
    expect(headingOf(message({ kind: 'frame', title: 'close 1001', direction: 'down' }), 9)).toBe(
      'Frame 9, gateway to browser, close 1001',
    );
    expect(sizeWords(message({ header: 290, body: 10, waitedMs: 2_140 }))).toBe('300 B, 2.1 s');
  });
});

describe('the closing handshake', () => {
  const ours = message({ kind: 'frame', title: 'close 1000', direction: 'up' });
  const theirs = message({ kind: 'frame', title: 'close 1000', direction: 'down' });

  it('says who began and whether the other end answered', () => {
    expect(closeStory([])).toBeUndefined();
    expect(closeStory([ours])).toContain(
      'The browser began with 1000, done, nothing wrong. No close frame has come back',
    );
    expect(closeStory([theirs, ours])).toContain('The gateway began with 1000');
    expect(closeStory([theirs, ours])).toContain('answered with a close frame');
  });

  it('knows what codes mean', () => {
    expect(closeWords(4400)).toContain('final');
    expect(closeWords(4503)).toContain('tried again');
    expect(closeWords(3001)).toContain('libraries');
  });
});

describe('the explanation', () => {
  const told = message({
    kind: 'response',
    title: '101 Switching Protocols',
    direction: 'down',
    fields: [['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=']],
  });

  it('holds the accept against the key', () => {
    expect(explain(told, 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', []).join(' ')).toContain('the same');
    expect(explain(told, 'another', []).join(' ')).toContain('not the same');
    expect(explain(told, undefined, []).join(' ')).toContain('§4.2.2');
  });

  it('says which rule a message breaks', () => {
    const masked = message({ kind: 'frame', title: 'text', fault: 'a masked frame from a server, RFC 6455 §5.1' });
    expect(explain(masked, undefined, [])[0]).toContain('§5.1');
  });

  it('says that a held question was held', () => {
    const held = message({ kind: 'response', lane: 'long-poll', title: '200 OK', direction: 'down', waitedMs: 24_900 });
    expect(explain(held, undefined, [])[0]).toContain('24.9 s');
  });
});

import { describe, expect, it } from '@jest/globals';
import { bytesOf, contentOf, hexRows } from './hex-dump.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('the dump of a message', () => {
  it('is made of the bytes as they passed', () => {
    expect([...bytesOf({ bytes: 'gn4CGg==' })]).toEqual([0x82, 0x7e, 0x02, 0x1a]);
  });

  it('marks the header of a frame apart from its content', () => {
    const bytes = Uint8Array.from([0x81, 0x02, ...utf8('{}')]);
    const rows = hexRows(bytes, contentOf({ lane: 'websocket', header: 2, body: 2, text: '{}' }, bytes));
    expect(rows).toEqual([
      {
        at: 0,
        runs: [
          { text: '81 02', header: true },
          { text: '7b 7d', header: false },
        ],
        letters: '..{}',
      },
    ]);
  });

  it('finds what goes around an event on both sides', () => {
    const bytes = utf8('data: {"type":"bye"}\n\n');
    expect(contentOf({ lane: 'sse', header: 8, body: 14, text: '{"type":"bye"}' }, bytes)).toEqual([6, 20]);
    expect(contentOf({ lane: 'sse', header: 8, body: 14, text: 'data: {"type":"bye"}' }, bytes)).toEqual([6, 20]);
  });

  it('takes the first bytes of a masked frame for its header, and all of a message without content', () => {
    const bytes = Uint8Array.from([0x81, 0x82, 1, 2, 3, 4, 0x7a, 0x7f]);
    expect(contentOf({ lane: 'websocket', header: 6, body: 2, text: '{}' }, bytes)).toEqual([6, 8]);
    expect(contentOf({ lane: 'websocket', header: 8, body: 0, text: '' }, bytes)).toEqual([8, 8]);
  });

  it('breaks after twelve bytes', () => {
    const rows = hexRows(utf8('abcdefghijklmn'), [0, 14]);
    expect(rows.map(({ at, letters }) => [at, letters])).toEqual([
      [0, 'abcdefghijkl'],
      [12, 'mn'],
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { compare } from './duplex-panel.js';
import { allBytes } from './duplex-run.js';
import { tally } from './testing/reports.js';

describe('the two ways of echoes', () => {
  it('are compared by what an echo took on the sockets', () => {
    const way = { sent: 50, returned: 50 };
    expect(
      compare([
        { ...way, way: 'websocket', requests: 1, cost: { header: 1_000, body: 6_400 } },
        { ...way, way: 'sse-post', requests: 51, cost: { header: 40_000, body: 6_400 } },
      ]),
    ).toBe(
      'An echo took 148 B over the WebSocket and 928 B over SSE and POST, 6.3 times as much: 51 requests against 1.',
    );
  });

  it('are explained before there is anything to compare', () => {
    expect(compare([{ way: 'websocket', sent: 0, returned: 0, requests: 0 }])).toContain('SSE only comes down');
  });

  it('have all bytes of their session', () => {
    const event = { type: 'tally', at: 0, marks: [], lanes: { other: tally(), websocket: tally() } } as never;
    expect(allBytes(event)).toEqual({ header: 400, body: 1_600 });
  });
});

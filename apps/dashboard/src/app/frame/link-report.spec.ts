import { describe, expect, it } from '@jest/globals';
import { live } from '../../../../../libs/client/testing/live.js';
import type { FeedState } from '@telewire/client';
import { reportLinks } from './link-report.js';

describe('the report on links', () => {
  it('is silent while all is well, and for a link that comes back at once', () => {
    expect(reportLinks([live('sse')], 60_000)).toBeUndefined();
    expect(
      reportLinks([{ phase: 'resuming', choice: 'websocket', transport: 'websocket', since: 0 }], 1_500),
    ).toBeUndefined();
  });

  it('says what is lost since when, what comes next and what still works', () => {
    const lost: FeedState = {
      phase: 'resuming',
      choice: 'websocket',
      transport: 'websocket',
      since: 0,
      retryAt: 10_000,
    };
    expect(reportLinks([lost, live('sse')], 6_000)?.text).toBe(
      'WebSocket lost 6 s ago. It is tried again in 4 s. What comes over SSE goes on.',
    );
    expect(reportLinks([lost], 6_000)?.text).toContain('Waves are blank until then.');
  });

  it('speaks of several links in one sentence', () => {
    const lost = (transport: FeedState['transport']): FeedState => ({
      phase: 'resuming',
      choice: transport,
      transport,
      since: 0,
    });
    expect(reportLinks([lost('websocket'), lost('sse')], 3_000)?.text).toContain('WebSocket and SSE lost 3 s ago.');
  });

  it('tells one trouble from the next', () => {
    const at = (since: number): FeedState => ({ phase: 'resuming', choice: 'sse', transport: 'sse', since });
    expect(reportLinks([at(0)], 9_000)?.episode).not.toBe(reportLinks([at(5_000)], 9_000)?.episode);
  });

  it('does not promise another try where the gateway refuses', () => {
    const refused: FeedState = { phase: 'refused', choice: 'sse', transport: 'sse', since: 0, reason: 'forbidden' };
    expect(reportLinks([refused], 9_000)?.text).toBe('The gateway refuses SSE: forbidden. It is not tried again.');
  });
});

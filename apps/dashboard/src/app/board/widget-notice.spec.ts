import { describe, expect, it } from '@jest/globals';
import { type FeedState, judgeAge, NO_AGE } from '@telewire/client';
import { intervalText, noticeOf, type Situation } from './widget-notice.js';

const live: FeedState = { phase: 'live', choice: 'sse', transport: 'sse', delivering: 'sse', since: 0 };
const situation = (part: Partial<Situation> & { readonly link?: FeedState } = {}): Situation => ({
  kind: 'number',
  shows: 'a9/travel-time',
  known: undefined,
  directoryReady: true,
  anythingCame: false,
  age: NO_AGE,
  chain: { link: part.link ?? live, broker: undefined, status: undefined, othersArrive: true },
  ...part,
});
const number = { kind: 'number', intervalMs: 900_000 } as const;

describe('what a widget says instead', () => {
  it('says that no series has this name, and that it appears by itself', () => {
    const notice = noticeOf(situation(), 0);
    expect(notice?.title).toBe('Nothing matches yet');
    expect(notice?.text).toBe(
      'No series is called a9/travel-time. It will appear here by itself when a device sends it.',
    );
    expect(noticeOf(situation({ shows: 'a9/+/x', kind: 'table' }), 0)?.text).toContain('No series matches a9/+/x.');
  });

  it('says when the next reading of a slow series is due', () => {
    expect(noticeOf(situation({ known: number }), 0)?.text).toBe('One is due every 15 min, and appears here then.');
  });

  it('does not call a series unknown before the gateway has answered, or while the link is not open', () => {
    expect(noticeOf(situation({ directoryReady: false }), 0)?.title).toBe('Reading which series there are');
    const opening: FeedState = { phase: 'connecting', choice: 'sse', transport: 'sse', since: 0 };
    expect(noticeOf(situation({ link: opening }), 0)).toMatchObject({
      state: 'loading',
      title: 'Waiting for the link',
    });
  });

  it('says what cannot be drawn, and what is refused', () => {
    const wave = { kind: 'samples', intervalMs: 250 } as const;
    expect(noticeOf(situation({ known: wave }), 0)?.text).toBe(
      'a9/travel-time sends waves, which a number cannot show.',
    );
    const refused: FeedState = {
      phase: 'refused',
      choice: 'sse',
      transport: 'sse',
      since: 0,
      reason: 'too many filters',
    };
    expect(noticeOf(situation({ link: refused }), 0)?.text).toBe('The gateway refuses SSE: too many filters.');
  });

  it('says nothing while there is something to draw, and leaves a stale wave blank with its reason', () => {
    expect(noticeOf(situation({ anythingCame: true }), 0)).toBeUndefined();
    const stale = situation({
      kind: 'wave',
      anythingCame: true,
      age: judgeAge({ until: 0, receivedAt: 0 }, 250, 60_000),
    });
    expect(noticeOf(stale, 60_000)?.text).toContain('The device is silent. Broker and link are fine');
  });
});

describe('an interval in words', () => {
  it('reads as people say it', () => {
    expect([250, 1000, 1500, 30_000, 900_000].map(intervalText)).toEqual(['250 ms', '1 s', '1.5 s', '30 s', '15 min']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { badRequest, formatCursor, jsonWriter } from '@telewire/protocol';
import { HubBench, takeAll } from '../testing/hub-bench.js';
import { openReading, refusal } from './reading-request.js';

const get = (query: string) => ({ method: 'GET', originalUrl: `/api/v1/readings?${query}` }) as Request;
const post = (body: unknown, query = '') =>
  ({ method: 'POST', originalUrl: `/api/v1/readings?${query}`, body }) as Request;

describe('a request for readings', () => {
  it('by GET opens one subscription without an id', () => {
    const { hub } = new HubBench();
    const reading = openReading(get('filter=icu/%23&maxHz=5&wait=10'), hub, jsonWriter);
    expect(reading).toMatchObject({ wait: 10, maxHz: 5, fresh: true });
    expect(reading).not.toHaveProperty('after');
    expect(takeAll(reading.reader)[0]).not.toHaveProperty('id');
    expect(hub.readerCount).toBe(1);
  });

  it('goes on behind Last-Event-ID rather than after (PROTOCOL R16)', () => {
    const { hub, journal } = new HubBench();
    const [after, last] = [0, 0].map((seq) => formatCursor({ epoch: journal.epoch, seq }));
    expect(openReading(get(`filter=a&after=0123abcd.1`), hub, jsonWriter, last)).toMatchObject({
      after: last,
      fresh: false,
    });
    expect(openReading(get(`filter=a&after=${after}`), hub, jsonWriter)).toMatchObject({ after, fresh: false });
  });

  it('by POST opens all that are in its list, and waits as its query says', () => {
    const { hub } = new HubBench();
    const subscriptions = [
      { id: 'a', filters: ['x'], maxHz: 5, after: 'earliest' },
      { id: 'b', filters: ['y'], maxHz: 20 },
    ];
    const reading = openReading(post({ subscriptions }, 'wait=5'), hub, jsonWriter);
    expect(reading).toMatchObject({ wait: 5, maxHz: 20, fresh: false });
    const started = takeAll(reading.reader).filter(({ type }) => type === 'subscribed');
    expect(started).toMatchObject([{ id: 'a' }, { id: 'b' }]);
    // One newcomer lifts the pace for nobody.
    expect(openReading(post({ subscriptions: subscriptions.slice(1) }), hub, jsonWriter).fresh).toBe(true);
  });

  it('by POST says for each subscription that is refused why, and opens the others (PROTOCOL R14)', () => {
    const { hub } = new HubBench();
    const { reader } = openReading(
      post({
        subscriptions: [
          { id: 'bad', filters: ['x'], after: '?' },
          { id: 'good', filters: ['x'] },
        ],
      }),
      hub,
      jsonWriter,
    );
    expect(takeAll(reader)).toMatchObject([
      { type: 'error', id: 'bad', code: 4400, reason: 'bad-cursor' },
      { type: 'subscribed', id: 'good' },
      { type: 'snapshot', id: 'good' },
    ]);
  });

  it.each([
    ['a GET without a filter', get('policy=every')],
    ['a GET with a bad cursor', get('filter=a&after=%3F')],
    ['a GET with an empty cursor', get('filter=a&after=')],
    ['a POST without a body', post(undefined)],
    ['a POST with a filter in its query', post({ subscriptions: [{ id: 'a', filters: ['x'] }] }, 'filter=a')],
  ])('that is refused leaves no reader open: %s', (_what, request) => {
    const { hub } = new HubBench();
    expect(() => openReading(request, hub, jsonWriter)).toThrow(expect.objectContaining({ code: 4400 }));
    expect(hub.readerCount).toBe(0);
  });

  it('that fails inside leaves no reader open and is not taken for a refusal', () => {
    const bench = new HubBench();
    bench.append('x', 1);
    bench.journal.latest = () => {
      throw new Error('broken');
    };
    expect(() => openReading(get('filter=x'), bench.hub, jsonWriter)).toThrow('broken');
    expect(() => openReading(post({ subscriptions: [{ id: 'a', filters: ['x'] }] }), bench.hub, jsonWriter)).toThrow(
      'broken',
    );
    expect(bench.hub.readerCount).toBe(0);
  });
});

describe('a refusal', () => {
  it('is an error frame with the id of its subscription', () => {
    const error = badRequest('bad-cursor', 'no');
    expect(refusal(error, 'a')).toEqual({ ...error.toFrame(), id: 'a' });
    expect(refusal(error, undefined)).toEqual(error.toFrame());
  });

  it('is made of no other error', () => {
    expect(() => refusal(new TypeError('x'), 'a')).toThrow(TypeError);
  });
});

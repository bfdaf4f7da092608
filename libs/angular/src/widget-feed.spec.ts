import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DestroyRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { BehaviorSubject, Subject } from 'rxjs';
import type { Batch, FeedState } from '@telewire/client';
import { WidgetFeed } from './widget-feed.js';

describe('the feed of a widget', () => {
  // The gateway's clock is an hour ahead of this computer's.
  const AHEAD_MS = 3_600_000;
  const open = () => {
    const state = new BehaviorSubject<FeedState>({ phase: 'live', choice: 'sse', transport: 'sse', since: 0 });
    const batches = new Subject<Batch>();
    const feed = new WidgetFeed(
      { state, batches, use: () => undefined, change: () => undefined, ledger: () => new Map() },
      'sse',
      () => Date.now() + AHEAD_MS,
      () => undefined,
      TestBed.inject(DestroyRef),
    );
    const come = (after: number, kind: 'readings' | 'snapshot' = 'readings') => {
      const receivedAt = after + AHEAD_MS;
      batches.next({
        kind,
        transport: 'sse',
        readings: [{ series: 'a/b', at: receivedAt, value: 1, quality: 'good', n: 1, receivedAt }],
      });
    };
    return { feed, state, come, at: (to: number) => jest.setSystemTime(to) };
  };

  beforeEach(() => {
    jest.useFakeTimers({ now: 100_000 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('measures delays of what came while it was open, not of what waited in the journal', () => {
    const { feed, come, at } = open();
    come(20_000);
    expect(feed.delays.median('sse')).toBeUndefined();
    at(101_040);
    come(101_000);
    expect(feed.delays.median('sse')).toBe(40);
  });

  it('measures no delay of what waited while the link was lost', () => {
    const { feed, state, come, at } = open();
    state.next({ phase: 'resuming', choice: 'sse', transport: 'sse', since: 0 });
    at(110_000);
    state.next({ phase: 'live', choice: 'sse', transport: 'sse', since: 0 });
    come(104_000);
    expect(feed.delays.median('sse')).toBeUndefined();
  });

  it('knows when the newest was received that it brought last, also when the clock of the gateway was set back', () => {
    const { feed, come } = open();
    come(100_000);
    come(40_000);
    expect(feed.newestAt).toBe(40_000 + AHEAD_MS);
  });

  it('measures large delays where a proxy holds readings back', () => {
    const { feed, come, at } = open();
    at(111_000);
    come(101_200);
    expect(feed.delays.median('sse')).toBe(9_800);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { BehaviorSubject, NEVER, Subject } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import type { Batch, Contract, Feed, FeedOptions, FeedState, Telewire } from '@telewire/client';
import type { BoardWidget as Kept } from './board-layout.js';
import type { BoardWidget } from './board-widget.js';
import type { TrendColumns } from './trend-ring.js';

/** Stands in for the library that draws trends: keeps what it was given last. */
class FakePlot {
  static drawn: TrendColumns = { times: [], values: [] };
  setData([times, values]: [TrendColumns['times'], TrendColumns['values']]): void {
    FakePlot.drawn = { times, values };
  }
  setSize = () => undefined;
  destroy = () => undefined;
}
jest.unstable_mockModule('uplot', () => ({ default: FakePlot }));

/** Stands in for both kinds of observer: tells everybody when it is told to. */
class Observer {
  static readonly all = new Set<Observer>();
  constructor(readonly tell: (entries: readonly unknown[]) => void) {}
  observe = () => void Observer.all.add(this);
  disconnect = () => void Observer.all.delete(this);
}

const FLOW = 'icu/bed-01/flow';
const QUICK = {
  series: FLOW,
  kind: 'number',
  label: 'Flow',
  unit: 'L/min',
  intervalMs: 100,
  device: 'icu/bed-01',
} as const;
const trend = (part: Partial<Kept> = {}): Kept => ({
  id: 'one',
  kind: 'trend',
  shows: FLOW,
  policy: 'extremes',
  place: { x: 0, y: 0, w: 3, h: 4 },
  ...part,
});

describe('a widget of a board', () => {
  let fixture: ComponentFixture<BoardWidget>;
  let feeds: { readonly options: FeedOptions; readonly changes: Contract[] }[];
  let batches: Subject<Batch>;
  let width = 600;
  let n = 0;
  const settle = async (ms = 300) => {
    await jest.advanceTimersByTimeAsync(ms);
    fixture.detectChanges();
  };
  const show = async (widget: Kept) => {
    const { BoardWidget } = await import('./board-widget.js');
    const telewire: Partial<Telewire> = {
      clock: NEVER,
      inventory: () => Promise.resolve({ at: 0, asOf: 'a.0', devices: [], series: [{ ...QUICK, latest: null }] }),
      feed: (options): Feed => {
        const changes: Contract[] = [];
        feeds.push({ options, changes });
        const live: FeedState = { phase: 'live', choice: 'websocket', transport: 'websocket', since: 0 };
        return {
          batches,
          state: new BehaviorSubject(live),
          use: () => undefined,
          change: (contract) => void changes.push(contract),
          ledger: () => new Map(),
        };
      },
    };
    TestBed.configureTestingModule({ providers: [{ provide: TELEWIRE, useValue: telewire }] });
    fixture = TestBed.createComponent(BoardWidget);
    fixture.componentRef.setInput('widget', widget);
    await settle();
    await settle();
  };
  const resize = async (to: number, ms?: number) => {
    width = to;
    for (const each of Observer.all) each.tell([]);
    await settle(ms);
  };
  const come = async (value: number) => {
    const now = Date.now();
    const reading = { series: FLOW, at: now, value, quality: 'good', n: ++n, receivedAt: now } as const;
    batches.next({ kind: 'readings', transport: 'websocket', readings: [reading] });
    await settle();
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['requestAnimationFrame', 'queueMicrotask'] });
    Object.assign(globalThis, { ResizeObserver: Observer, IntersectionObserver: Observer });
    Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => width });
    width = 600;
    feeds = [];
    batches = new Subject();
  });
  afterEach(() => {
    fixture.destroy();
    Reflect.deleteProperty(HTMLElement.prototype, 'clientWidth');
    jest.useRealTimers();
  });

  it('draws one line through what its contract has kept of a quick series, also when it gets every one again', async () => {
    const slow = trend({ maxHz: 0.5 });
    await show(slow);
    for (const value of [1, 2, 3]) {
      await come(value);
      await settle(1_700);
    }
    expect(FakePlot.drawn.values).toEqual([1, 2, 3]);
    fixture.componentRef.setInput('widget', { ...slow, policy: 'every' });
    await settle(1_700);
    await come(4);
    await settle(1_700);
    await come(5);
    expect(FakePlot.drawn.values).toEqual([1, 2, 3, 4, null, 5]);
  });

  it('is not late while the next frame is not due at its pace, and says how old it is', async () => {
    await show(trend({ kind: 'number', maxHz: 0.5 }));
    await come(1);
    await settle(2_250);
    expect((fixture.nativeElement as HTMLElement).querySelector('tw-age')?.textContent?.trim()).toBe('2.4 s');
    await settle(500);
    expect((fixture.nativeElement as HTMLElement).querySelector('tw-age')?.textContent).toContain('LATE');
    expect((fixture.nativeElement as HTMLElement).textContent).toContain('stale at 4.5 s');
  });

  it('asks for the extremes of each column of its pixels', async () => {
    await show(trend());
    expect(feeds.map(({ options: { policy, maxHz } }) => [policy, maxHz])).toEqual([['extremes', 2]]);
    expect(feeds[0]?.changes).toEqual([]);
  });

  it('asks for more of the same feed once it has become larger by much, and only when it stays so', async () => {
    await show(trend());
    await resize(890, 1_000);
    expect(feeds[0]?.changes).toEqual([]);
    await resize(1_200, 400);
    await resize(1_500, 400);
    expect(feeds[0]?.changes).toEqual([]);
    await settle(200);
    expect(feeds[0]?.changes).toEqual([{ policy: 'extremes', maxHz: 5 }]);
    await resize(0, 1_000);
    await resize(300, 1_000);
    expect(feeds[0]?.changes.slice(1)).toEqual([{ policy: 'extremes', maxHz: 1 }]);
    expect(feeds).toHaveLength(1);
  });

  it('keeps the pace that was typed, whatever its size, until that is cleared', async () => {
    await show(trend({ maxHz: 7 }));
    await resize(1_500, 1_000);
    expect([feeds[0]?.options.maxHz, feeds[0]?.changes]).toEqual([7, []]);
    fixture.componentRef.setInput('widget', trend());
    await settle();
    expect(feeds[0]?.changes).toEqual([{ policy: 'extremes', maxHz: 5 }]);
  });

  it('drops its own pace where every one comes, and keeps none for itself when it is left', async () => {
    await show(trend());
    fixture.componentRef.setInput('widget', trend({ policy: 'every' }));
    await settle();
    expect(feeds[0]?.changes).toEqual([{ policy: 'every', maxHz: 60 }]);
    await resize(1_500, 1_000);
    expect(feeds[0]?.changes).toHaveLength(1);
    fixture.destroy();
    expect(Observer.all.size).toBe(0);
  });
});

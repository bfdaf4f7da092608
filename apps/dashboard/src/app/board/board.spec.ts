import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ComponentFixture } from '@angular/core/testing';
import { TestBed } from '@angular/core/testing';
import { BehaviorSubject, NEVER, Subject } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import type { Batch, Contract, Feed, FeedOptions, FeedState, Telewire } from '@telewire/client';
import type { Inventory } from '@telewire/protocol';
import { MEDICAL, describeMetric } from '@telewire/telemetry';
import type { Board } from './board.js';
import { encodeBoard, type BoardWidget, type Place } from './board-layout.js';

/** Stands in for the grid library: puts widgets where it is told and pushes nothing aside. */
class FakeGrid {
  static readonly running: FakeGrid[] = [];
  static init(_options: object, board: HTMLElement): FakeGrid {
    const grid = new FakeGrid(board);
    FakeGrid.running.push(grid);
    return grid;
  }
  readonly engine: { nodes: (Place & { id: string })[] };
  constructor(board: HTMLElement) {
    const items = [...board.querySelectorAll('.grid-stack-item')];
    this.engine = {
      nodes: items.map((item) => {
        const [x = 0, y = 0, w = 0, h = 0] = ['gs-x', 'gs-y', 'gs-w', 'gs-h'].map((name) =>
          Number(item.getAttribute(name)),
        );
        return { id: item.getAttribute('gs-id') ?? '', x, y, w, h };
      }),
    };
  }
  update(element: Element, place: Partial<Place>): void {
    const node = this.engine.nodes.find(({ id }) => id === element.getAttribute('gs-id'));
    if (node !== undefined && place.x !== undefined) Object.assign(node, place);
  }
  on = () => this;
  batchUpdate = () => this;
  cellHeight = () => this;
  destroy(): void {
    FakeGrid.running.splice(FakeGrid.running.indexOf(this), 1);
  }
}
jest.unstable_mockModule('gridstack', () => ({ GridStack: FakeGrid }));

class Observer {
  observe = () => undefined;
  disconnect = () => undefined;
}

const HR = 'icu/bed-01/hr';
const widget = (id: string, shows: string, place: Place): BoardWidget => ({
  id,
  kind: 'number',
  shows,
  policy: 'every',
  maxHz: 60,
  place,
});
const TWO = encodeBoard([
  widget('one', HR, { x: 0, y: 0, w: 3, h: 4 }),
  widget('two', 'icu/bed-09/hr', { x: 3, y: 0, w: 3, h: 4 }),
]);
const inventory: Inventory = {
  at: 0,
  asOf: 'a.0',
  devices: [{ device: 'icu/bed-01', label: '01', type: 'patient-monitor', simulated: true, online: true }],
  series: [
    { ...describeMetric('icu/bed-01', MEDICAL.heartRate, 1000), device: 'icu/bed-01', latest: null },
    { ...describeMetric('icu/bed-01', MEDICAL.spo2, 1000), device: 'icu/bed-01', latest: null },
  ],
};

describe('a board', () => {
  let fixture: ComponentFixture<Board>;
  let feeds: { readonly options: FeedOptions; readonly batches: Subject<Batch>; readonly changes: Contract[] }[];
  const host = () => fixture.nativeElement as HTMLElement;
  const text = () => host().textContent?.replace(/\s+/g, ' ').trim() ?? '';
  const button = (name: string) =>
    [...host().querySelectorAll('button')].find((each) => each.textContent?.includes(name));
  const item = (id: string) => host().querySelector<HTMLElement>(`[data-widget="${id}"]`);
  const settle = async () => {
    await jest.advanceTimersByTimeAsync(300);
    fixture.detectChanges();
  };
  const press = async (key: string, shiftKey = false) => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }),
    );
    await settle();
  };
  const open = async (kept?: string) => {
    localStorage.clear();
    if (kept !== undefined) localStorage.setItem('telewire.board', kept);
    const { Board } = await import('./board.js');
    feeds = [];
    const telewire: Partial<Telewire> = {
      clock: NEVER,
      inventory: () => Promise.resolve(inventory),
      feed: (options): Feed => {
        const batches = new Subject<Batch>();
        const changes: Contract[] = [];
        feeds.push({ options, batches, changes });
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
    fixture = TestBed.createComponent(Board);
    document.body.append(host());
    await settle();
    await settle();
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['requestAnimationFrame', 'queueMicrotask'] });
    Object.assign(globalThis, { ResizeObserver: Observer, IntersectionObserver: Observer });
    HTMLDialogElement.prototype.showModal ??= () => undefined;
    HTMLDialogElement.prototype.close ??= () => undefined;
    HTMLElement.prototype.scrollIntoView = () => undefined;
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  afterEach(() => {
    fixture.destroy();
    host().remove();
    jest.useRealTimers();
  });

  it('says that it is empty and has nothing to save', async () => {
    await open();
    expect(text()).toContain('This board is empty');
    expect(button('Save board')?.disabled).toBe(true);
  });

  it('says so when what was kept cannot be read', async () => {
    await open('{"version":1,');
    expect(text()).toContain('The saved board cannot be read');
  });

  it('adds what was found and chosen by keyboard, and saves when told', async () => {
    await open();
    button('Add widget')?.click();
    await settle();
    const box = host().querySelector<HTMLInputElement>('[role=combobox]');
    if (box === null) throw new Error('no search box');
    box.value = 'spo2';
    box.dispatchEvent(new Event('input'));
    await settle();
    box.focus();
    await press('Enter');
    expect(feeds.at(-1)?.options.filters).toContain('icu/bed-01/spo2');
    expect(localStorage.getItem('telewire.board')).toBeNull();
    button('Save board')?.click();
    await settle();
    expect(localStorage.getItem('telewire.board')).toContain('icu/bed-01/spo2');
    expect(text()).toMatch(/Saved \d\d:\d\d:\d\d/);
    expect(button('Save board')?.disabled).toBe(true);
  });

  it('waits for a series that does not exist yet, and shows it when it comes', async () => {
    await open(TWO);
    expect(item('two')?.textContent).toContain('No series is called icu/bed-09/hr. It will appear here by itself');
    const reading = { series: HR, at: Date.now(), value: 72, quality: 'good', n: 1, receivedAt: Date.now() } as const;
    feeds[0]?.batches.next({ kind: 'readings', transport: 'websocket', readings: [reading] });
    await settle();
    expect(item('one')?.querySelector('.n')?.textContent?.trim()).toBe('72');
  });

  it('says in its header that the device is offline, before the number is stale', async () => {
    await open(TWO);
    const come = (series: string, value: number | string) =>
      feeds[0]?.batches.next({
        kind: 'readings',
        transport: 'websocket',
        readings: [{ series, at: Date.now(), value, quality: 'good', n: 1, receivedAt: Date.now() }],
      });
    come(HR, 72);
    come('icu/bed-01/status', 'offline');
    await jest.advanceTimersByTimeAsync(250);
    await settle();
    expect(item('one')?.querySelector('.sub')?.textContent).toContain('device offline since');
    come('telewire/broker', 'lost');
    await jest.advanceTimersByTimeAsync(250);
    await settle();
    expect(item('one')?.querySelector('.sub')?.textContent).toContain('broker lost at');
  });

  it('changes the contract of the feed that runs', async () => {
    await open(TWO);
    item('one')?.querySelector<HTMLButtonElement>('.more')?.click();
    await settle();
    host().querySelectorAll<HTMLInputElement>('[name=policy]')[1]?.click();
    await settle();
    expect(feeds).toHaveLength(2);
    expect(feeds[0]?.changes).toEqual([{ policy: 'latest', maxHz: 60 }]);
    host().querySelectorAll<HTMLInputElement>('[name=policy]')[2]?.click();
    await settle();
    expect(feeds[0]?.changes.at(-1)).toEqual({ policy: 'extremes', maxHz: 4 });
  });

  it('says what becomes of it on a slow line', async () => {
    await open(TWO);
    item('one')?.querySelector<HTMLButtonElement>('.more')?.click();
    await settle();
    const choices = () => [...host().querySelectorAll<HTMLInputElement>('[name=slow]')];
    expect(choices().map(({ checked }) => checked)).toEqual([true, false]);
    choices()[1]?.click();
    await settle();
    expect(feeds[0]?.changes).toEqual([{ policy: 'every', maxHz: 60, onSlow: 'lag' }]);
    expect(choices().map(({ checked }) => checked)).toEqual([false, true]);
    choices()[0]?.click();
    await settle();
    expect(feeds[0]?.changes.at(-1)).toEqual({ policy: 'every', maxHz: 60, onSlow: 'degrade' });
  });

  it('lets a wave come by extremes, at the pace of its pixels, and not by the latest', async () => {
    await open(encodeBoard([{ ...widget('one', 'icu/bed-01/resp', { x: 0, y: 0, w: 3, h: 4 }), kind: 'wave' }]));
    item('one')?.querySelector<HTMLButtonElement>('.more')?.click();
    await settle();
    const choices = () => [...host().querySelectorAll<HTMLInputElement>('[name=policy]')];
    expect(choices().map((each) => each.closest('label')?.textContent?.trim())).toEqual(['every one', 'extremes kept']);
    expect(host().querySelector('.pace')?.textContent).toContain('frames a second');
    choices()[1]?.click();
    await settle();
    expect(feeds[0]?.changes).toEqual([{ policy: 'extremes', maxHz: 47.25 }]);
    expect(host().querySelector('.pace')?.textContent).toContain('columns a second');
    expect(host().querySelector('.pace + [aria-pressed=true]')?.textContent?.trim()).toBe('own pace, 47.25 Hz');
  });

  it('is arranged by keys: taken, moved, sized, kept', async () => {
    await open(TWO);
    button('Arrange')?.click();
    await settle();
    expect(FakeGrid.running).toHaveLength(1);
    item('one')?.focus();
    await press('ArrowRight');
    expect(document.activeElement).toBe(item('two'));
    await press('Enter');
    await press('ArrowDown');
    await press('ArrowRight', true);
    expect(host().querySelector('.pos')?.textContent).toContain('column 4, row 2, 4 × 4');
    expect(document.activeElement).toBe(item('two'));
    await press('Enter');
    expect(host().querySelector('.pos')).toBeNull();
    await press('Escape');
    expect(FakeGrid.running).toHaveLength(0);
    expect(button('Save board')?.disabled).toBe(false);
  });

  it('puts back what was taken: with Escape, and when it is left', async () => {
    await open(TWO);
    button('Arrange')?.click();
    await settle();
    item('one')?.focus();
    for (const leave of [() => press('Escape'), () => Promise.resolve(item('one')?.blur())]) {
      item('one')?.focus();
      await press('Enter');
      await press('ArrowDown');
      expect(button('Save board')?.disabled).toBe(false);
      await leave();
      await settle();
      expect(button('Save board')?.disabled).toBe(true);
    }
  });

  it('lets go of feeds and grid when it is left', async () => {
    await open(TWO);
    button('Arrange')?.click();
    await settle();
    expect(feeds.map(({ batches }) => batches.observed)).toEqual([true, true]);
    fixture.destroy();
    expect(feeds.map(({ batches }) => batches.observed)).toEqual([false, false]);
    expect(FakeGrid.running).toHaveLength(0);
  });
});

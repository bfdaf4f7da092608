import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ApplicationRef, DestroyRef, inputBinding, outputBinding, signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { BehaviorSubject, NEVER } from 'rxjs';
import { TELEWIRE, WidgetFeed } from '@telewire/angular';
import type { FeedState, Telewire, TransportChoice } from '@telewire/client';
import { TransportMenu, logShare } from './transport-menu.js';

describe('the transport menu', () => {
  let fixture: ComponentFixture<TransportMenu>;
  let chosen: TransportChoice[];
  const state = new BehaviorSubject<FeedState>({
    phase: 'live',
    choice: 'websocket',
    transport: 'websocket',
    delivering: 'websocket',
    since: 0,
  });
  const host = () => fixture.nativeElement as HTMLElement;
  const button = () => host().querySelector<HTMLButtonElement>('.tx');
  const rows = () => [...host().querySelectorAll<HTMLButtonElement>('[role=menuitemradio]')];
  const settle = async () => {
    await jest.advanceTimersByTimeAsync(1);
    fixture.detectChanges();
  };
  const press = async (key: string) => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await settle();
  };

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['requestAnimationFrame', 'queueMicrotask'] });
    chosen = [];
    state.next({ phase: 'live', choice: 'websocket', transport: 'websocket', delivering: 'websocket', since: 0 });
    const telewire: Partial<Telewire> = { clock: NEVER };
    TestBed.configureTestingModule({ providers: [{ provide: TELEWIRE, useValue: telewire }] });
    const feed = new WidgetFeed(
      { state, batches: NEVER, use: () => undefined, change: () => undefined, ledger: () => new Map() },
      'websocket',
      () => 0,
      () => undefined,
      TestBed.inject(ApplicationRef).injector.get(DestroyRef),
    );
    fixture = TestBed.createComponent(TransportMenu, {
      bindings: [
        inputBinding('feed', signal(feed)),
        inputBinding('widget', () => 'Bed 01'),
        outputBinding<TransportChoice>('chosen', (name) => chosen.push(name)),
      ],
    });
    document.body.append(host());
    await settle();
    button()?.focus();
  });
  afterEach(() => {
    fixture.destroy();
    jest.useRealTimers();
  });

  it('says what it is, how the readings come, and that it opens a menu', () => {
    expect(button()?.textContent?.trim()).toBe('WS');
    expect(button()?.getAttribute('aria-haspopup')).toBe('menu');
    expect(button()?.getAttribute('aria-label')).toBe('Bed 01 comes over WebSocket');
  });

  it('opens on the row in use, and arrows go round', async () => {
    await press('ArrowDown');
    expect(rows().map((row) => row.getAttribute('aria-label'))).toEqual([
      'Auto',
      'WebSocket',
      'HTTP stream',
      'SSE',
      'Long-poll',
      'Poll',
    ]);
    expect(document.activeElement).toBe(rows()[1]);
    expect(rows()[1]?.getAttribute('aria-checked')).toBe('true');
    await press('Home');
    expect(document.activeElement).toBe(rows()[0]);
    await press('ArrowUp');
    expect(document.activeElement).toBe(rows()[5]);
    await press('ArrowDown');
    expect(document.activeElement).toBe(rows()[0]);
    await press('End');
    expect(document.activeElement).toBe(rows()[5]);
  });

  it('stays open when a row is chosen', async () => {
    await press('ArrowDown');
    rows()[3]?.click();
    await settle();
    expect(chosen).toEqual(['sse']);
    expect(rows()).toHaveLength(6);
  });

  it('says what the automatic choice has come to', async () => {
    state.next({ phase: 'live', choice: 'auto', transport: 'sse', delivering: 'sse', since: 0 });
    await settle();
    expect(button()?.textContent?.trim()).toBe('AUTO:SSE');
    await press('ArrowDown');
    expect(document.activeElement).toBe(rows()[0]);
    expect(rows()[0]?.textContent).toContain('uses SSE now');
    expect(rows()[0]?.getAttribute('aria-checked')).toBe('true');
  });

  it('closes when something else is pressed, and not when its own text is', async () => {
    await press('ArrowDown');
    host()
      .querySelector('.legend')
      ?.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await settle();
    expect(rows()).toHaveLength(6);
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await settle();
    expect(rows()).toHaveLength(0);
  });

  it('closes with Escape and gives the focus back', async () => {
    await press('ArrowDown');
    await press('Escape');
    expect(rows()).toHaveLength(0);
    expect(document.activeElement).toBe(button());
    expect(button()?.getAttribute('aria-expanded')).toBe('false');
  });
});

describe('the log bar', () => {
  it('runs from 1 ms to 10 s', () => {
    expect([logShare(0), logShare(1), logShare(100), logShare(10_000), logShare(60_000)]).toEqual([0, 0, 0.5, 1, 1]);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { NEVER } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import type { FeedState, Freshness, Telewire } from '@telewire/client';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { Conductor } from './conductor.js';

describe('the line of time', () => {
  const phase = signal<FeedState['phase']>('live');
  const freshness = signal<Freshness>('fresh');
  const reads = signal(true);
  const feed = { state: () => ({ phase: phase() }), newestAt: 0 };
  let fixture: ComponentFixture<Conductor>;
  const said = async () => {
    await jest.advanceTimersByTimeAsync(250);
    fixture.detectChanges();
    return (fixture.nativeElement as HTMLElement).querySelector('b')?.textContent;
  };

  beforeEach(() => {
    jest.useFakeTimers({ now: 100_000, doNotFake: ['requestAnimationFrame', 'queueMicrotask'] });
    const telewire: Partial<Telewire> = { clock: NEVER };
    phase.set('live');
    freshness.set('fresh');
    reads.set(true);
    feed.newestAt = 100_000;
    TestBed.configureTestingModule({
      providers: [
        { provide: TELEWIRE, useValue: telewire },
        { provide: FeedsInUse, useValue: { all: () => (reads() ? [{ feed, freshness }] : []) } },
      ],
    });
    fixture = TestBed.createComponent(Conductor);
  });
  afterEach(() => {
    fixture.destroy();
    jest.useRealTimers();
  });

  it('is live while something on the page is fresh', async () => {
    expect(await said()).toBe('Live');
  });

  it('is not live because the link is: it says for how long nothing has come', async () => {
    freshness.set('stale');
    await jest.advanceTimersByTimeAsync(12_750);
    expect(await said()).toBe('Nothing new for 13 s');
  });

  it('says that nothing has come yet, and that no link is live', async () => {
    feed.newestAt = 0;
    expect(await said()).toBe('Nothing has come yet');
    phase.set('resuming');
    expect(await said()).toBe('Not live');
  });

  it('is away from a page that reads nothing', async () => {
    expect(await said()).toBe('Live');
    reads.set(false);
    expect(await said()).toBeUndefined();
  });
});

import { DestroyRef, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { Batch, Contract, Feed, FeedOptions, FeedState, LedgerEntry, TransportChoice } from '@telewire/client';
import type { DeliveredReading } from '@telewire/protocol';
import { DelayMeter } from './delay-meter.js';
import { GATEWAY_CLOCK } from './gateway-clock.js';
import { TELEWIRE } from './telewire.js';

/** Readings that a feed has lost, as the gateway said. */
export interface Loss {
  /** How many; `undefined` when even that is not known. */
  readonly count: number | undefined;
  readonly reason: Extract<Batch, { kind: 'gap' }>['reason'];
  /** Local clock. */
  readonly toldAt: number;
}

/**
 * One widget's feed: readings go to `take` as they come, all else is a signal. {@link injectFeed} makes it.
 * @example
 * ```ts
 * import { Component } from '@angular/core';
 * import { bootstrapApplication } from '@angular/platform-browser';
 * import { injectFeed, provideTelewire, type WidgetFeed } from '@telewire/angular';
 *
 * @Component({
 *   selector: 'app-root',
 *   template: `{{ feed.state().phase }} <button (click)="feed.use('sse')">over SSE</button>`,
 * })
 * class Link {
 *   readonly feed: WidgetFeed = injectFeed({ filters: ['icu/+/hr'] }, (readings) => {
 *     console.log(readings.length, this.feed.state().delivering, this.feed.loss()?.reason); // 1 websocket undefined
 *     app.destroy();
 *   });
 * }
 *
 * const app = await bootstrapApplication(Link, { providers: [provideTelewire()] });
 * ```
 */
export class WidgetFeed {
  private readonly stateNow;
  private readonly lost = signal<Loss | undefined>(undefined);
  /** How long its readings take to come. */
  readonly delays = new DelayMeter();
  /** Local clock: since when the link is open, or being opened for the first time. */
  private openSince = Date.now();
  /** When the gateway received the newest measurement that has come; 0 when none has. */
  newestAt = 0;

  /**
   * Opens `feed`, asked for by `choice`, for as long as `destroyRef` lives.
   * @param gatewayNow the gateway's time at that moment
   * @param take is given the readings, in the turn in which they come
   */
  constructor(
    private readonly feed: Feed,
    choice: TransportChoice,
    private readonly gatewayNow: () => number,
    private readonly take: (readings: readonly DeliveredReading[]) => void,
    destroyRef: DestroyRef,
  ) {
    // What the automatic choice begins with is the feed's to say, and it says so at once.
    const transport = choice === 'auto' ? 'websocket' : choice;
    this.stateNow = signal<FeedState>({ phase: 'connecting', choice, transport, since: Date.now() });
    feed.state.pipe(takeUntilDestroyed(destroyRef)).subscribe((state) => {
      if (state.phase === 'live' && this.stateNow().phase === 'resuming') this.openSince = Date.now();
      this.stateNow.set(state);
    });
    feed.batches.pipe(takeUntilDestroyed(destroyRef)).subscribe((batch) => this.accept(batch));
  }

  /** How its link stands. */
  get state() {
    return this.stateNow.asReadonly();
  }

  /** What was lost last, if anything. */
  get loss() {
    return this.lost.asReadonly();
  }

  /** Carries the readings over `transport` from here on. */
  use(transport: TransportChoice): void {
    this.feed.use(transport);
  }

  /** Changes how readings are thinned, from where the feed stands. */
  change(contract: Omit<Contract, 'filters'>): void {
    this.feed.change(contract);
  }

  /** What became of the readings of each series so far. */
  ledger(): ReadonlyMap<string, LedgerEntry> {
    return this.feed.ledger();
  }

  private accept(batch: Batch): void {
    if (batch.kind === 'gap') {
      this.lost.set({ count: batch.lost, reason: batch.reason, toldAt: Date.now() });
      return;
    }
    const last = batch.readings.at(-1);
    if (last === undefined) return;
    let newestAt = 0;
    for (const reading of batch.readings)
      // State levels are sent on change: an old one says nothing about how fresh the feed is.
      if (typeof reading.value !== 'string') newestAt = Math.max(newestAt, reading.receivedAt);
    // Not the largest of all batches: the gateway's clock may be set back.
    if (newestAt > 0) this.newestAt = newestAt;
    const delayMs = this.gatewayNow() - last.receivedAt;
    // What the gateway had before was waiting in its journal: that says nothing about the way from there to here.
    if (batch.kind === 'readings' && delayMs <= Date.now() - this.openSince) this.delays.add(batch.transport, delayMs);
    this.take(batch.readings);
  }
}

/**
 * Opens a feed for the component, or whatever else it is, in whose injection context it is called, and closes it with that.
 * @param take is given the readings, in the turn in which they come
 * @example
 * ```ts
 * import { Component, signal } from '@angular/core';
 * import { bootstrapApplication } from '@angular/platform-browser';
 * import { injectFeed, provideTelewire } from '@telewire/angular';
 *
 * @Component({ selector: 'app-root', template: '{{ rate() }} bpm, {{ feed.state().phase }}' })
 * class Bed {
 *   readonly rate = signal<unknown>(undefined);
 *   readonly feed = injectFeed({ filters: ['icu/bed-01/hr'], transport: 'auto' }, (readings) => {
 *     this.rate.set(readings.at(-1)?.value);
 *     app.tick();
 *     console.log(document.body.textContent); // 72 bpm, live
 *     app.destroy();
 *   });
 * }
 *
 * const app = await bootstrapApplication(Bed, { providers: [provideTelewire()] });
 * ```
 */
export function injectFeed(options: FeedOptions, take: (readings: readonly DeliveredReading[]) => void): WidgetFeed {
  const clock = inject(GATEWAY_CLOCK);
  const feed = inject(TELEWIRE).feed(options);
  return new WidgetFeed(feed, options.transport ?? 'websocket', () => clock.now(), take, inject(DestroyRef));
}

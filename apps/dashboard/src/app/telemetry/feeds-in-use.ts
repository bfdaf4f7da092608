import { Injectable, inject, signal, type DestroyRef, type Signal } from '@angular/core';
import { GATEWAY_CLOCK, TELEWIRE, WidgetFeed } from '@telewire/angular';
import type { Chain, Freshness, TransportChoice, TransportName } from '@telewire/client';
import type { DeliveredReading, OnSlow, Policy } from '@telewire/protocol';
import { BROKER_SERIES } from '../series-names.js';
import { TransportChoices } from './transport-choices.js';

/** What a widget wants to be fed with. */
export interface FeedWish {
  /** Under which name the choice of transport is remembered. */
  readonly widget: string;
  readonly filters: readonly string[];
  readonly after?: string;
  readonly policy?: Policy;
  /** Frames a second at most. */
  readonly maxHz?: number;
  /** What becomes of it while its line is too slow. */
  readonly onSlow?: OnSlow;
  readonly take: (readings: readonly DeliveredReading[]) => void;
  /** How fresh the widget is, for the frame's count. */
  readonly freshness: Signal<Freshness>;
}

/** A feed that is in use and the widget that uses it. */
export interface FeedInUse {
  readonly feed: WidgetFeed;
  readonly freshness: Signal<Freshness>;
}

/** Opens the feeds of the widgets on the page and knows all of them, for the bar, the banner and the conductor. */
@Injectable({ providedIn: 'root' })
export class FeedsInUse {
  private readonly telewire = inject(TELEWIRE);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly choices = inject(TransportChoices);
  private readonly feeds = signal<readonly FeedInUse[]>([]);
  readonly all = this.feeds.asReadonly();

  /** Opens a feed that lives as long as `owner`. */
  open(wish: FeedWish, owner: DestroyRef): WidgetFeed {
    const { widget, filters, freshness: _freshness, take, ...contract } = wish;
    const transport = this.choices.of(widget);
    const feed = new WidgetFeed(
      // The broker's state comes along on the widget's own way, so that its verdict needs no second link.
      this.telewire.feed({ ...contract, filters: [...filters, BROKER_SERIES], transport }),
      transport,
      () => this.clock.now(),
      take,
      owner,
    );
    const entry: FeedInUse = { feed, freshness: wish.freshness };
    this.feeds.update((feeds) => [...feeds, entry]);
    owner.onDestroy(() => this.feeds.update((feeds) => feeds.filter((each) => each !== entry)));
    return feed;
  }

  /** What is known of the way on which a feed's readings come, whatever their device. */
  wayOf(feed: WidgetFeed): Pick<Chain, 'link' | 'othersArrive' | 'wokeAt'> {
    const since = this.clock.now() - 3_000;
    const othersArrive = this.feeds().some((each) => each.feed !== feed && each.feed.newestAt > since);
    return { link: feed.state(), othersArrive, wokeAt: this.clock.wokeAt };
  }

  /** How many widgets `transport` carries. */
  carriedBy(transport: TransportName): number {
    return this.feeds().filter(({ feed }) => feed.state().delivering === transport).length;
  }

  /** Carries a widget over another transport and remembers it. */
  choose(widget: string, feed: WidgetFeed, transport: TransportChoice): void {
    this.choices.remember(widget, transport);
    feed.use(transport);
  }
}

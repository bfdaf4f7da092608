import { Component, computed, inject, input, output, viewChild } from '@angular/core';
import type { TransportChoice } from '@telewire/client';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { GatewayClock } from '../telemetry/gateway-clock.js';
import { TRANSPORT_CHOICES } from '../telemetry/transport-choices.js';
import type { WidgetFeed } from '../telemetry/widget-feed.js';
import { TRANSPORT_WORDS } from '../widget/transport-words.js';
import { BoardKeeper, transportKey } from './board-keeper.js';
import type { BoardWidget } from './board-layout.js';
import { ledgerWords } from './ledger-words.js';
import { SeriesPicker } from './series-picker.js';
import { Sheet } from './sheet.js';

/** What can be said about one widget: what it shows, how it comes, how it is thinned; and what became of its readings. */
@Component({
  selector: 'tw-widget-settings',
  imports: [SeriesPicker, Sheet],
  templateUrl: './widget-settings.html',
})
export class WidgetSettings {
  readonly widget = input.required<BoardWidget>();
  readonly feed = input.required<WidgetFeed>();
  readonly called = input.required<string>();
  /** Columns a second that the widget can show apart, where it has an axis of time. */
  readonly naturalHz = input<number>();
  readonly closed = output();

  private readonly keeper = inject(BoardKeeper);
  private readonly feeds = inject(FeedsInUse);
  private readonly clock = inject(GatewayClock);
  protected readonly sheet = viewChild.required(Sheet);
  protected readonly choices = TRANSPORT_CHOICES;
  protected readonly words = TRANSPORT_WORDS;
  protected readonly choice = computed(() => this.feed().state().choice);
  protected readonly ledger = computed(() => {
    this.clock.present();
    return ledgerWords(this.feed().ledger(), this.widget().shows);
  });

  protected show(shows: string): void {
    const { id } = this.widget();
    this.sheet().close();
    this.keeper.change(id, { shows });
  }

  protected use(choice: TransportChoice): void {
    this.feeds.choose(transportKey(this.widget().id), this.feed(), choice);
  }

  protected thin(policy: BoardWidget['policy']): void {
    const maxHz = policy === 'extremes' ? this.naturalHz() : undefined;
    this.keeper.change(this.widget().id, { policy, ...(maxHz !== undefined && { maxHz }) });
  }

  protected bear(onSlow: 'degrade' | 'lag'): void {
    this.keeper.change(this.widget().id, { onSlow });
  }

  protected pace(event: Event): void {
    const maxHz = Number((event.target as HTMLInputElement).value);
    if (maxHz >= 0.1 && maxHz <= 60) this.keeper.change(this.widget().id, { maxHz });
  }

  protected remove(): void {
    this.sheet().close();
    this.keeper.remove(this.widget().id);
  }
}

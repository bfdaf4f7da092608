import { Component, computed, inject, input, output, viewChild } from '@angular/core';
import { GATEWAY_CLOCK, type WidgetFeed } from '@telewire/angular';
import type { TransportChoice } from '@telewire/client';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { TRANSPORT_CHOICES } from '../telemetry/transport-choices.js';
import { TRANSPORT_WORDS } from '../widget/transport-words.js';
import { BoardKeeper, transportKey } from './board-keeper.js';
import { PACE, type BoardWidget } from './board-layout.js';
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
  /** The widget's own pace, where it has one. */
  readonly ownHz = input.required<number | undefined>();
  /** Frames a second at most that are asked for now. */
  readonly maxHz = input.required<number>();
  readonly closed = output();

  private readonly keeper = inject(BoardKeeper);
  private readonly feeds = inject(FeedsInUse);
  private readonly clock = inject(GATEWAY_CLOCK);
  protected readonly sheet = viewChild.required(Sheet);
  protected readonly choices = TRANSPORT_CHOICES;
  protected readonly words = TRANSPORT_WORDS;
  protected readonly pace = PACE;
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
    this.keeper.change(this.widget().id, { policy });
  }

  protected bear(onSlow: 'degrade' | 'lag'): void {
    this.keeper.change(this.widget().id, { onSlow });
  }

  /** Takes the pace that was typed. An empty field asks for none, and one that cannot be had is put back. */
  protected type(field: HTMLInputElement): void {
    const maxHz = Number(field.value);
    if (field.value === '' && !field.validity.badInput) this.forgetPace();
    else if (maxHz >= PACE.least && maxHz <= PACE.most) this.keeper.change(this.widget().id, { maxHz });
    else field.value = String(this.widget().maxHz ?? '');
  }

  protected forgetPace(): void {
    this.keeper.change(this.widget().id, { maxHz: undefined });
  }

  protected remove(): void {
    this.sheet().close();
    this.keeper.remove(this.widget().id);
  }
}

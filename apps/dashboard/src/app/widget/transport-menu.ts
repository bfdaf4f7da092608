import { Component, ElementRef, computed, inject, input, output, signal, viewChild, viewChildren } from '@angular/core';
import { GATEWAY_CLOCK, type WidgetFeed } from '@telewire/angular';
import type { TransportChoice } from '@telewire/client';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { TRANSPORT_CHOICES } from '../telemetry/transport-choices.js';
import { delayText } from './format.js';
import { Icon } from './icon.js';
import { TRANSPORT_WORDS, autoState, transportCode, transportPhrase, transportState } from './transport-words.js';

/** Where a delay lies on a log scale from 1 ms to 10 s, 0 to 1. */
export const logShare = (ms: number): number => Math.min(1, Math.max(0, Math.log10(Math.max(1, ms)) / 4));

/** The button that says how a widget's readings come, and the menu that changes it. */
@Component({
  selector: 'tw-transport-menu',
  imports: [Icon],
  templateUrl: './transport-menu.html',
  host: {
    class: 'pick',
    '(keydown.escape)': 'escape($event)',
    '(keydown.arrowdown)': 'step($event, 1)',
    '(keydown.arrowup)': 'step($event, -1)',
    '(keydown.home)': 'step($event, 0)',
    '(keydown.end)': 'step($event, rows.length - 1, true)',
    '(focusout)': 'left($event)',
    '(document:pointerdown)': 'pressed($event)',
  },
})
export class TransportMenu {
  readonly feed = input.required<WidgetFeed>();
  /** What the widget is called, for those who hear the button. */
  readonly widget = input.required<string>();
  readonly chosen = output<TransportChoice>();

  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly feeds = inject(FeedsInUse);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly button = viewChild.required<ElementRef<HTMLButtonElement>>('button');
  private readonly menu = viewChild<ElementRef<HTMLElement>>('menu');
  private readonly items = viewChildren<ElementRef<HTMLButtonElement>>('item');
  protected readonly rows = TRANSPORT_CHOICES;
  protected readonly open = signal(false);
  /** True when there is more room above the button than below it. */
  protected readonly above = signal(false);
  protected readonly choice = computed(() => this.feed().state().choice);
  protected readonly code = computed(() => transportCode(this.feed().state()));
  protected readonly phrase = computed(() => transportPhrase(this.feed().state()));
  protected readonly list = computed(() => {
    this.clock.present();
    const feed = this.feed();
    const state = feed.state();
    return TRANSPORT_CHOICES.map((choice) => {
      const used = choice === 'auto' ? (state.choice === 'auto' ? state.transport : undefined) : choice;
      const median = used === undefined ? undefined : feed.delays.median(used);
      return {
        choice,
        name: TRANSPORT_WORDS[choice].name,
        state:
          choice === 'auto'
            ? autoState(state)
            : transportState(choice, state, Date.now(), this.feeds.carriedBy(choice)),
        delay: median === undefined ? '---' : delayText(median),
        share: median === undefined ? 0 : logShare(median),
      };
    });
  });

  protected toggle(): void {
    if (this.open()) this.close(true);
    else this.show();
  }

  protected pick(choice: TransportChoice): void {
    // The menu stays where it is: what the choice does is to be seen in it.
    if (choice !== this.choice()) this.chosen.emit(choice);
  }

  protected escape(event: Event): void {
    if (!this.open()) return;
    event.stopPropagation();
    this.close(true);
  }

  protected step(event: Event, by: number, absolute = by === 0): void {
    event.preventDefault();
    event.stopPropagation();
    if (!this.open()) {
      this.show();
      return;
    }
    const items = this.items().map((item) => item.nativeElement);
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const next = absolute ? by : (at + by + items.length) % items.length;
    items[next]?.focus();
  }

  protected left(event: FocusEvent): void {
    // A click on the menu's own text moves the focus nowhere and leaves it open; going elsewhere closes it.
    if (event.relatedTarget instanceof Node && !this.host.nativeElement.contains(event.relatedTarget))
      this.close(false);
  }

  protected pressed(event: Event): void {
    if (event.target instanceof Node && !this.host.nativeElement.contains(event.target)) this.close(false);
  }

  private close(focusButton: boolean): void {
    if (!this.open()) return;
    this.open.set(false);
    if (focusButton) this.button().nativeElement.focus();
  }

  private show(): void {
    const { top, bottom } = this.button().nativeElement.getBoundingClientRect();
    this.above.set(top > window.innerHeight * 0.62 && top > window.innerHeight - bottom);
    this.open.set(true);
    // The rows are there once Angular has drawn them.
    setTimeout(() => {
      this.items()[TRANSPORT_CHOICES.indexOf(this.choice())]?.nativeElement.focus({ preventScroll: true });
      this.menu()?.nativeElement.scrollIntoView?.({ block: 'nearest' });
    });
  }
}

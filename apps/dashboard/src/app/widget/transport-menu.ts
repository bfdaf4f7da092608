import { Component, ElementRef, computed, inject, input, output, signal, viewChild, viewChildren } from '@angular/core';
import { TRANSPORTS, type TransportName } from '@telewire/client';
import { GatewayClock } from '../telemetry/gateway-clock.js';
import type { WidgetFeed } from '../telemetry/widget-feed.js';
import { delayText } from './format.js';
import { TRANSPORT_WORDS, transportState } from './transport-words.js';

/** Where a delay lies on a log scale from 1 ms to 10 s, 0 to 1. */
export const logShare = (ms: number): number => Math.min(1, Math.max(0, Math.log10(Math.max(1, ms)) / 4));

/** The button that says how a widget's readings come, and the menu that changes it. */
@Component({
  selector: 'tw-transport-menu',
  templateUrl: './transport-menu.html',
  host: {
    class: 'pick',
    '(keydown.escape)': 'close(true)',
    '(keydown.arrowdown)': 'step($event, 1)',
    '(keydown.arrowup)': 'step($event, -1)',
    '(keydown.home)': 'step($event, 0)',
    '(keydown.end)': 'step($event, rows.length - 1, true)',
    '(focusout)': 'left($event)',
  },
})
export class TransportMenu {
  readonly feed = input.required<WidgetFeed>();
  /** What the widget is called, for those who hear the button. */
  readonly widget = input.required<string>();
  readonly chosen = output<TransportName>();

  private readonly clock = inject(GatewayClock);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly button = viewChild.required<ElementRef<HTMLButtonElement>>('button');
  private readonly menu = viewChild<ElementRef<HTMLElement>>('menu');
  private readonly items = viewChildren<ElementRef<HTMLButtonElement>>('item');
  protected readonly rows = TRANSPORTS;
  protected readonly open = signal(false);
  protected readonly transport = computed(() => this.feed().state().transport);
  protected readonly words = TRANSPORT_WORDS;
  protected readonly list = computed(() => {
    this.clock.present();
    const feed = this.feed();
    return TRANSPORTS.map((transport) => {
      const median = feed.delays.median(transport);
      return {
        transport,
        name: TRANSPORT_WORDS[transport].name,
        state: transportState(transport, feed.state(), Date.now()),
        delay: median === undefined ? 'not measured' : delayText(median),
        share: median === undefined ? 0 : logShare(median),
      };
    });
  });

  protected toggle(): void {
    if (this.open()) this.close(true);
    else this.show();
  }

  protected pick(transport: TransportName): void {
    // The menu stays where it is: what the choice does is to be seen in it.
    if (transport !== this.transport()) this.chosen.emit(transport);
  }

  protected close(focusButton: boolean): void {
    if (!this.open()) return;
    this.open.set(false);
    if (focusButton) this.button().nativeElement.focus();
  }

  protected step(event: Event, by: number, absolute = by === 0): void {
    event.preventDefault();
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
    // A click on text moves the focus nowhere and leaves the menu open; going elsewhere closes it.
    if (event.relatedTarget instanceof Node && !this.host.nativeElement.contains(event.relatedTarget))
      this.close(false);
  }

  private show(): void {
    this.open.set(true);
    // The rows are there once Angular has drawn them.
    setTimeout(() => {
      this.items()[TRANSPORTS.indexOf(this.transport())]?.nativeElement.focus();
      this.menu()?.nativeElement.scrollIntoView?.({ block: 'nearest' });
    });
  }
}

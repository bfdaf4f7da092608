import { Component, computed, inject, input } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { clockTime } from '../widget/format.js';
import type { WidgetReadings } from './widget-readings.js';

/** The newest texts and states, newest first. */
@Component({
  selector: 'tw-log-body',
  template: `
    <ol tabindex="0" [attr.aria-label]="called() + ', newest first'">
      @for (line of lines(); track line.key) {
        <li>
          <span class="at">{{ time(line.at) }}</span>
          @if (line.series !== shows()) {
            <span class="t3">{{ line.series }}</span>
          }
          <span class="text">{{ line.text }}</span>
        </li>
      }
    </ol>
  `,
  host: { class: 'log-body' },
})
export class LogBody {
  readonly readings = input.required<WidgetReadings>();
  readonly shows = input.required<string>();
  readonly called = input.required<string>();
  readonly visible = input(true);
  private readonly clock = inject(GATEWAY_CLOCK);
  protected readonly time = clockTime;
  protected readonly lines = computed(() => {
    if (this.visible()) this.clock.present();
    return this.readings().log.lines;
  });
}

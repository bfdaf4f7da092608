import { Component, computed, input } from '@angular/core';
import type { SeriesInfo } from '@telewire/telemetry';
import { unitText } from '../widget/units.js';
import type { NumberView } from './bed-view.js';

/** One number of a bed: label with its unit, limits at the left, the value at the right. */
@Component({
  selector: 'tw-bed-number',
  template: `
    <span class="lbl">
      @if (info().label === 'SpO2') {
        SpO<sub>2</sub>
      } @else {
        {{ label() || info().label }}
      }
      <span class="u">{{ unit() }}</span>
    </span>
    @if (value().time; as time) {
      <span class="at">{{ time }}</span>
    }
    @if (limits(); as limits) {
      <span class="lim" [attr.aria-label]="'limits ' + limits.low + ' to ' + limits.high"
        ><span>{{ limits.high }}</span
        ><span>{{ limits.low }}</span></span
      >
    }
    <span
      class="n"
      [class.code]="value().coded"
      [class.late-n]="value().freshness === 'late'"
      [class.stale-n]="value().freshness === 'stale'"
      >{{ value().text }}
      @if (value().small; as small) {
        <small>{{ small }}</small>
      }
    </span>
  `,
  host: { class: 'num' },
})
export class BedNumber {
  readonly info = input.required<SeriesInfo>();
  readonly value = input.required<NumberView>();
  /** In place of the series' own label. */
  readonly label = input('');
  readonly withLimits = input(false);
  protected readonly unit = computed(() => unitText(this.info().unit));
  protected readonly limits = computed(() => (this.withLimits() ? this.info().limits : undefined));
}

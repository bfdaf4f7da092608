import { Component, computed, inject, input } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import type { Age } from '@telewire/client';
import type { SeriesInfo } from '@telewire/telemetry';
import { Plot, type Drawing } from '../widget/plot.js';
import { unitText } from '../widget/units.js';
import { valueText } from './series-search.js';
import { drawSpark } from './spark.js';
import { TREND_MS } from './trend.js';
import { intervalText } from './widget-notice.js';
import type { WidgetReadings } from './widget-readings.js';

// The small trend moves on by itself so often.
const STEP_MS = 5_000;
const NOTHING: Drawing = () => undefined;

/** A number that is read from across the room, with its unit, its limits and the way it came here. */
@Component({
  selector: 'tw-big-number',
  imports: [Plot],
  template: `
    <div class="spark"><tw-plot [drawing]="spark()" [label]="range()" /></div>
    <span
      class="n"
      [style.color]="'var(' + ink() + ')'"
      [class.code]="text() === '---'"
      [class.late-n]="age().freshness === 'late'"
      [class.stale-n]="age().freshness === 'stale'"
      >{{ text() }}</span
    >
    <p class="facts">
      @if (verdict(); as verdict) {
        <span
          >{{ unit() }} measured <b>{{ verdict.since }}</b></span
        >
        <span class="t2">{{ verdict.sentence }}</span>
      } @else {
        <span>{{ unit() || 'no unit' }}</span>
        @if (limits(); as limits) {
          <span [attr.aria-label]="'limits ' + limits.low + ' to ' + limits.high"
            >limits <b>{{ limits.low }}</b> to <b>{{ limits.high }}</b></span
          >
        }
        @if (age().freshness === 'late') {
          <span
            >due every <b>{{ due() }}</b></span
          >
          <span>stale at {{ staleAt() }}</span>
        } @else {
          <span>{{ range() }}</span>
        }
      }
    </p>
  `,
  host: { class: 'big' },
})
export class BigNumber {
  readonly info = input.required<SeriesInfo>();
  readonly readings = input.required<WidgetReadings>();
  readonly age = input.required<Age>();
  readonly ink = input.required<string>();
  readonly visible = input(true);
  readonly verdict = input<{ readonly since: string; readonly sentence: string }>();

  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly revision = computed(() => {
    this.clock.present();
    return this.readings().revision;
  });
  protected readonly text = computed(() => {
    this.revision();
    const newest = this.readings().newest.get(this.info().series);
    const text = valueText(newest?.quality === 'bad' ? null : newest?.value, this.info());
    return newest?.quality === 'uncertain' ? `~${text}` : text;
  });
  protected readonly unit = computed(() => unitText(this.info().unit));
  protected readonly limits = computed(() => {
    const { limits } = this.info();
    const words = (limit: number | undefined) => (limit === undefined ? 'none' : valueText(limit, this.info()));
    return limits === undefined ? undefined : { low: words(limits.low), high: words(limits.high) };
  });
  protected readonly due = computed(() => intervalText(this.info().intervalMs ?? 0));
  protected readonly staleAt = computed(() => intervalText(this.age().staleMs));
  private readonly now = computed(() => Math.ceil(this.clock.present() / STEP_MS) * STEP_MS);
  protected readonly range = computed(() => {
    this.revision();
    const extent = this.readings().trend?.extent(this.now() - TREND_MS);
    if (extent === undefined) return '';
    return `5 min: ${valueText(extent.low, this.info())} to ${valueText(extent.high, this.info())}`;
  });
  protected readonly spark = computed<Drawing>(() => {
    const { trend } = this.readings();
    if (!this.visible() || trend === undefined) return NOTHING;
    this.revision();
    const now = this.now();
    const silentSince = this.age().freshness === 'stale' ? this.age().at : undefined;
    return drawSpark(trend, this.info(), this.ink(), now - TREND_MS, now, silentSince);
  });
}

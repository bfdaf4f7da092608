import { Component, computed, inject } from '@angular/core';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { GatewayClock } from '../telemetry/gateway-clock.js';
import { ageText } from '../widget/format.js';

/** The line of time: whether the page shows the present, and how old its newest reading is. */
@Component({
  selector: 'tw-conductor',
  template: `
    <section class="cond" aria-label="Time">
      <div class="where">
        <b>{{ live() }}</b><span>{{ newest() }}</span>
      </div>
      <span class="grow"></span>
      <span class="t2">{{ counts() }}</span>
    </section>
  `,
})
export class Conductor {
  private readonly feeds = inject(FeedsInUse);
  private readonly clock = inject(GatewayClock);
  protected readonly live = computed(() => {
    const phases = this.feeds.all().map(({ feed }) => feed.state().phase);
    if (phases.length === 0) return 'Nothing is read';
    if (phases.every((phase) => phase === 'live')) return 'Live';
    return phases.some((phase) => phase === 'live') ? 'Live in part' : 'Not live';
  });
  protected readonly newest = computed(() => {
    const now = this.clock.present();
    const newestAt = Math.max(0, ...this.feeds.all().map(({ feed }) => feed.newestAt));
    return newestAt === 0 ? 'no reading yet' : `newest reading ${ageText(now - newestAt)} old`;
  });
  protected readonly counts = computed(() => {
    const widgets = this.feeds.all().map(({ freshness }) => freshness());
    return (['fresh', 'late', 'stale'] as const)
      .map((freshness) => [freshness, widgets.filter((each) => each === freshness).length] as const)
      .filter(([, count]) => count > 0)
      .map(([freshness, count]) => `${count} ${freshness}`)
      .join(', ');
  });
}

import { Component, computed, inject } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { ageText, wholeSeconds } from '../widget/format.js';

/**
 * The line of time: whether the page shows the present, and how old its newest reading is. A page that reads nothing, such
 * as an empty board or the lab with clients of its own, has none.
 */
@Component({
  selector: 'tw-conductor',
  template: `
    @if (feeds.all().length > 0) {
      <section class="cond" aria-label="Time">
        <div class="where">
          <b>{{ live() }}</b><span>{{ newest() }}</span>
        </div>
        <span class="grow"></span>
        <span class="t2">{{ counts() }}</span>
      </section>
    }
  `,
})
export class Conductor {
  protected readonly feeds = inject(FeedsInUse);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly newestAt = computed(() => {
    this.clock.present();
    return Math.max(0, ...this.feeds.all().map(({ feed }) => feed.newestAt));
  });
  protected readonly live = computed(() => {
    const phases = this.feeds.all().map(({ feed }) => feed.state().phase);
    if (!phases.includes('live')) return 'Not live';
    if (this.newestAt() === 0) return 'Nothing has come yet';
    // A link that is live says nothing about the devices behind it.
    if (!this.feeds.all().some(({ freshness }) => freshness() === 'fresh'))
      return `Nothing new for ${wholeSeconds(this.clock.present() - this.newestAt())}`;
    return phases.every((phase) => phase === 'live') ? 'Live' : 'Live in part';
  });
  protected readonly newest = computed(() => {
    const newestAt = this.newestAt();
    return newestAt === 0 ? 'no reading yet' : `newest reading ${ageText(this.clock.present() - newestAt)} old`;
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

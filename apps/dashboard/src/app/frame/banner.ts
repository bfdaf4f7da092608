import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { Icon } from '../widget/icon.js';
import { Announcer } from './announcer.js';
import { reportLinks } from './link-report.js';

/** One line under the bar while a link in use is not live. Hidden, it stays away until the next trouble. */
@Component({
  selector: 'tw-banner',
  imports: [Icon],
  template: `
    @if (shown(); as trouble) {
      <div class="banner">
        <tw-icon name="unplug" />
        <span>{{ trouble.text }}</span>
        <span class="grow"></span>
        <button type="button" class="btn ghost" aria-label="Hide this line" (click)="hidden.set(trouble.episode)">
          <tw-icon name="close" />
        </button>
      </div>
    }
  `,
})
export class Banner {
  private readonly feeds = inject(FeedsInUse);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly announcer = inject(Announcer);
  protected readonly hidden = signal('');
  private readonly trouble = computed(() => {
    this.clock.present();
    return reportLinks(
      this.feeds.all().map(({ feed }) => feed.state()),
      Date.now(),
    );
  });
  protected readonly shown = computed(() => {
    const trouble = this.trouble();
    return trouble?.episode === this.hidden() ? undefined : trouble;
  });
  private readonly inTrouble = computed(() => this.trouble() !== undefined);

  constructor() {
    let before = false;
    effect(() => {
      const now = this.inTrouble();
      if (now === before) return;
      before = now;
      this.announcer.say(now ? (untracked(this.trouble)?.text ?? '') : 'The link is live again');
    });
  }
}

import { Component, computed, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { clockTime, delayText, offsetText } from '../widget/format.js';
import { Icon } from '../widget/icon.js';
import { TRANSPORT_WORDS } from '../widget/transport-words.js';
import { PAGES, PAGE_MATCH } from './pages.js';
import { PageTitle } from './page-title.js';
import { Theme } from './theme.js';

const THEME_WORDS = { dark: 'Dark', light: 'Light', system: 'System' } as const;

/** The bar: pages, what this one is about, how the link stands, and the gateway's time. */
@Component({
  selector: 'tw-bar',
  imports: [Icon, RouterLink, RouterLinkActive],
  templateUrl: './bar.html',
  host: { class: 'top', role: 'banner' },
})
export class Bar {
  private readonly feeds = inject(FeedsInUse);
  private readonly clock = inject(GATEWAY_CLOCK);
  protected readonly pages = PAGES;
  protected readonly match = PAGE_MATCH;
  protected readonly title = inject(PageTitle).text;
  protected readonly theme = inject(Theme);
  protected readonly time = computed(() => clockTime(this.clock.present()));
  protected readonly zone = computed(() => {
    // Newly asked once in a while: daylight saving may begin while a wall runs.
    const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(this.clock.present());
    return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  });
  protected readonly offset = computed(() => {
    const estimate = this.clock.estimate();
    return estimate === undefined ? '' : `clock ${offsetText(estimate.offsetMs)}`;
  });
  protected readonly bound = computed(() => {
    const estimate = this.clock.estimate();
    return estimate === undefined
      ? ''
      : `Gateway time against this computer's, give or take ${delayText(estimate.boundMs)}`;
  });
  protected readonly link = computed(() => {
    this.clock.present();
    const feeds = this.feeds.all().map(({ feed }) => feed);
    const transports = [...new Set(feeds.map((feed) => feed.state().transport))];
    return transports
      .map((transport) => {
        const of = feeds.filter((feed) => feed.state().transport === transport);
        const { code } = TRANSPORT_WORDS[transport];
        if (of.some((feed) => feed.state().phase === 'resuming')) return `${code} lost`;
        const delays = of.map((feed) => feed.delays.median(transport)).filter((each) => each !== undefined);
        if (of.some((feed) => feed.state().phase === 'connecting')) return `${code} opening`;
        // Open, and nothing has come over it yet that could be measured.
        if (delays.length === 0) return code;
        return `${code} ${delayText(delays.sort((a, b) => a - b)[delays.length >> 1] ?? 0)}`;
      })
      .join(', ');
  });
  protected readonly themeWord = computed(() => THEME_WORDS[this.theme.choice()]);
}

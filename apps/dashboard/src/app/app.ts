import { Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { Announcer } from './frame/announcer.js';
import { Banner } from './frame/banner.js';
import { Bar } from './frame/bar.js';
import { Conductor } from './frame/conductor.js';
import { PageTitle } from './frame/page-title.js';
import { Tabs } from './frame/tabs.js';

/** The frame around every page. */
@Component({
  selector: 'tw-root',
  imports: [Banner, Bar, Conductor, RouterOutlet, Tabs],
  template: `
    <tw-bar />
    <tw-banner />
    <main class="page">
      <h1 class="vh">{{ title() }}</h1>
      <router-outlet />
    </main>
    <tw-conductor />
    <tw-tabs />
    <p class="strip">
      <span><b>Simulated data.</b> Not a medical device. Not for clinical use.</span>
    </p>
    <p class="vh" role="status" aria-live="polite">{{ announcer.text() }}</p>
  `,
})
export class App {
  protected readonly announcer = inject(Announcer);
  protected readonly title = inject(PageTitle).text;
}

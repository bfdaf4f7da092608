import { Component } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Icon } from '../widget/icon.js';
import { PAGES, PAGE_MATCH } from './pages.js';

/** The pages at the foot of a phone. */
@Component({
  selector: 'tw-tabs',
  imports: [Icon, RouterLink, RouterLinkActive],
  template: `
    <nav class="tabs" aria-label="Pages">
      @for (page of pages; track page.path) {
        <a [routerLink]="page.path" routerLinkActive ariaCurrentWhenActive="page" [routerLinkActiveOptions]="match"
          ><tw-icon [name]="page.icon" />{{ page.name }}</a
        >
      }
    </nav>
  `,
})
export class Tabs {
  protected readonly pages = PAGES;
  protected readonly match = PAGE_MATCH;
}

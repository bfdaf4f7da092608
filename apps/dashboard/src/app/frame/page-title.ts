import { Injectable, effect, signal } from '@angular/core';

/** What the page in view is about, for the bar: `ICU 3, 8 beds`. */
@Injectable({ providedIn: 'root' })
export class PageTitle {
  private readonly shown = signal('');
  readonly text = this.shown.asReadonly();

  /** Shows `title` as long as the calling component lives. */
  show(title: () => string): void {
    effect((onCleanup) => {
      this.shown.set(title());
      onCleanup(() => this.shown.set(''));
    });
  }
}

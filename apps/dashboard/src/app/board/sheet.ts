import { Component, ElementRef, afterNextRender, input, output, viewChild } from '@angular/core';
import { Icon } from '../widget/icon.js';

/** A panel over the page that has the focus until it is closed. It dims nothing: what is behind it is still being watched. */
@Component({
  selector: 'tw-sheet',
  imports: [Icon],
  template: `
    <dialog #dialog class="sheet" [attr.aria-label]="heading()" (close)="closed.emit()">
      <header>
        <h2>{{ heading() }}</h2>
        <span class="t3">{{ about() }}</span>
        <span class="grow"></span>
        <button type="button" class="btn ghost" aria-label="Close" (click)="dialog.close()">
          <tw-icon name="close" />
        </button>
      </header>
      <ng-content />
    </dialog>
  `,
})
export class Sheet {
  readonly heading = input.required<string>();
  readonly about = input('');
  readonly closed = output();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    afterNextRender({ earlyRead: () => this.dialog().nativeElement.showModal() });
  }

  close(): void {
    this.dialog().nativeElement.close();
  }
}

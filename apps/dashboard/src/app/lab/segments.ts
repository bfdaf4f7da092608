import { Component, input, output } from '@angular/core';
import type { Choice } from './lab-plan.js';

/** A few values of one thing beside each other, one of them pressed. */
@Component({
  selector: 'tw-segments',
  template: `
    <span class="seg-name" aria-hidden="true">{{ name() }}</span>
    <span class="seg" role="group" [attr.aria-label]="label() || name()">
      @for (choice of choices(); track choice.words) {
        <button
          type="button"
          [attr.aria-pressed]="choice.value === value()"
          [disabled]="disabled()"
          (click)="chosen.emit(choice.value)"
        >
          {{ choice.words }}
        </button>
      }
    </span>
  `,
  host: { class: 'segs' },
})
export class Segments<T> {
  /** What is chosen, in a word. */
  readonly name = input('');
  /** The same for those who hear it, where the word alone does not say it. */
  readonly label = input('');
  readonly choices = input.required<readonly Choice<T>[]>();
  readonly value = input.required<T>();
  readonly disabled = input(false);
  readonly chosen = output<T>();
}

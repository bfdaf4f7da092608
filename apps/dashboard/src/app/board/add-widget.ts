import { Component, output, signal, viewChild } from '@angular/core';
import type { WidgetKind } from './board-layout.js';
import { SeriesPicker } from './series-picker.js';
import { Sheet } from './sheet.js';

/** What kinds of widget are called, and what they are for. */
export const KIND_WORDS: readonly { readonly kind: WidgetKind; readonly name: string; readonly says: string }[] = [
  { kind: 'number', name: 'Number', says: 'The newest value, with its limits and a small trend.' },
  { kind: 'trend', name: 'Trend', says: 'The last 5 minutes over device time.' },
  { kind: 'wave', name: 'Wave', says: 'A sweep, 25 mm/s nominal.' },
  { kind: 'log', name: 'Log', says: 'Texts and states, the newest 200.' },
  { kind: 'table', name: 'Table', says: 'A row for every series that a filter matches.' },
];

/** Asks what is to be added: a kind, and a series or a filter. */
@Component({
  selector: 'tw-add-widget',
  imports: [SeriesPicker, Sheet],
  template: `
    <tw-sheet heading="Add widget" (closed)="closed.emit()">
      <fieldset class="kinds">
        <legend class="vh">Kind</legend>
        @for (each of kinds; track each.kind) {
          <label class="btn"
            ><input type="radio" name="kind" [checked]="each.kind === kind()" (change)="kind.set(each.kind)" />{{
              each.name
            }}</label
          >
        }
      </fieldset>
      <p class="t3">{{ says() }}</p>
      <tw-series-picker
        [kind]="kind()"
        [label]="kind() === 'table' || kind() === 'log' ? 'Filter or series' : 'Series'"
        (chose)="choose($event)"
      />
    </tw-sheet>
  `,
})
export class AddWidget {
  readonly closed = output();
  readonly added = output<{ readonly kind: WidgetKind; readonly shows: string }>();
  private readonly sheet = viewChild.required(Sheet);
  protected readonly kinds = KIND_WORDS;
  protected readonly kind = signal<WidgetKind>('number');
  protected readonly says = () => KIND_WORDS.find(({ kind }) => kind === this.kind())?.says ?? '';

  protected choose(shows: string): void {
    this.added.emit({ kind: this.kind(), shows });
    this.sheet().close();
  }
}

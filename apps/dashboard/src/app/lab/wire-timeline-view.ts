import { Component, ElementRef, afterRenderEffect, computed, input, output, viewChild } from '@angular/core';
import { Plot } from '../widget/plot.js';
import { isEntry, type WireItem } from './wire-log.js';
import { arrowAt, drawTimeline, layOut } from './wire-timeline.js';
import { headingOf, sizeWords } from './wire-words.js';

// Mean width of a letter at 12 px; labels need no more than room enough.
const LETTER_PX = 6.1;
const wide = (text: string): number => text.length * LETTER_PX;

/** The timeline as a list: seen as arrows between two life lines, heard as messages; arrow keys and clicks choose one. */
@Component({
  selector: 'tw-wire-timeline',
  imports: [Plot],
  template: `
    <span class="life browser" aria-hidden="true">browser</span>
    <span class="life gateway" aria-hidden="true">gateway</span>
    <div
      #roll
      class="tl"
      role="listbox"
      tabindex="0"
      aria-label="Messages on the wire, oldest first"
      [attr.aria-activedescendant]="chosen() === undefined ? null : 'wire-' + chosen()"
      (keydown)="key($event)"
    >
      <!-- eslint-disable-next-line @angular-eslint/template/click-events-have-key-events, @angular-eslint/template/interactive-supports-focus -->
      <div class="roll" [style.width.px]="layout().width" (click)="pick($event)">
        <tw-plot aria-hidden="true" [drawing]="drawing()" label="" />
        @for (item of heard(); track item.index) {
          <span class="vh" role="option" [id]="'wire-' + item.index" [attr.aria-selected]="item.index === chosen()">{{
            item.words
          }}</span>
        }
      </div>
    </div>
  `,
})
export class WireTimeline {
  readonly items = input.required<readonly WireItem[]>();
  /** Index among the items. */
  readonly chosen = input<number>();
  /** True while the newest is to be in sight. */
  readonly following = input(true);
  readonly chose = output<number>();

  private readonly roll = viewChild.required<ElementRef<HTMLElement>>('roll');
  protected readonly layout = computed(() => layOut(this.items(), wide));
  protected readonly drawing = computed(() => drawTimeline(this.layout(), this.chosen()));
  protected readonly heard = computed(() =>
    this.items().flatMap((item, index) =>
      isEntry(item) ? [{ index, words: `${headingOf(item.message, item.number)}, ${sizeWords(item.message)}` }] : [],
    ),
  );

  constructor() {
    afterRenderEffect(() => {
      const { width } = this.layout();
      const roll = this.roll().nativeElement;
      if (this.following()) roll.scrollLeft = width;
      else this.show(roll);
    });
  }

  protected pick(event: MouseEvent): void {
    const roll = this.roll().nativeElement;
    const arrow = arrowAt(this.layout(), event.clientX - roll.getBoundingClientRect().left + roll.scrollLeft);
    if (arrow !== undefined) this.chose.emit(arrow.index);
  }

  protected key(event: KeyboardEvent): void {
    const all = this.layout().arrows.map(({ index }) => index);
    const at = all.indexOf(this.chosen() ?? -1);
    const to = {
      ArrowLeft: at < 0 ? all.length - 1 : at - 1,
      ArrowRight: at < 0 ? all.length - 1 : at + 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = all[Math.max(0, Math.min(all.length - 1, to))];
    if (index !== undefined) this.chose.emit(index);
  }

  // What was chosen by keyboard may lie out of sight.
  private show(roll: HTMLElement): void {
    const x = this.layout().arrows.find(({ index }) => index === this.chosen())?.x;
    if (x === undefined) return;
    if (x < roll.scrollLeft + 20) roll.scrollLeft = x - 80;
    else if (x > roll.scrollLeft + roll.clientWidth - 60) roll.scrollLeft = x - roll.clientWidth + 160;
  }
}

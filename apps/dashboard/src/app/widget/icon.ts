import { Component, computed, input } from '@angular/core';

/** 16 px grid, square strokes of 1.5 px. An icon stands beside a word; alone only to close, for more, and to take hold of. */
const ICONS = {
  bed: 'M2 13V4M2 10h12v3M14 10V8H6',
  road: 'M5 2 3 14M11 2l2 12M8 3v2M8 7v2M8 11v2',
  board: 'M2 2h5v6H2zM9 2h5v3H9zM9 7h5v7H9zM2 10h5v4H2z',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6l4 4 4-4',
  lab: 'M2 4h5M9 4h5M2 8h9M13 8h1M2 12h3M7 12h7',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  move: 'M8 1v14M1 8h14M6 3l2-2 2 2M6 13l2 2 2-2M3 6 1 8l2 2M13 6l2 2-2 2',
  plus: 'M8 3v10M3 8h10',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  unplug: 'M2 8h4M10 8h4M6 5v6M10 5v6',
} as const;
export type IconName = keyof typeof ICONS;

@Component({
  selector: 'tw-icon',
  template: `<svg viewBox="0 0 16 16" aria-hidden="true"><path [attr.d]="path()" /></svg>`,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => ICONS[this.name()]);
}

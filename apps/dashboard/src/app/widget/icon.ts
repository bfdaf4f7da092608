import { Component, computed, input } from '@angular/core';

/** 16 px grid, square strokes of 1.5 px. An icon stands beside a word; alone only to close. */
const ICONS = {
  bed: 'M2 13V4M2 10h12v3M14 10V8H6',
  road: 'M5 2 3 14M11 2l2 12M8 3v2M8 7v2M8 11v2',
  close: 'M4 4l8 8M12 4l-8 8',
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

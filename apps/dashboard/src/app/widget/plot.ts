import {
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  effect,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { Theme } from '../frame/theme.js';

/** A canvas context in CSS pixels, with its size and the tokens. */
export interface Sheet {
  readonly pen: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
}

/** Draws on a clean sheet. */
export type Drawing = (sheet: Sheet) => void;

/** A picture that is drawn anew when its drawing, its size or the theme changes. */
@Component({
  selector: 'tw-plot',
  template: `<canvas #canvas role="img" [attr.aria-label]="label()"></canvas>`,
  host: { class: 'picture' },
})
export class Plot {
  readonly drawing = input.required<Drawing>();
  readonly label = input.required<string>();
  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly theme = inject(Theme);
  private readonly size = signal({ width: 0, height: 0 });

  constructor() {
    const destroyRef = inject(DestroyRef);
    afterNextRender(() => {
      const canvas = this.canvas().nativeElement;
      const resized = new ResizeObserver(([entry]) => {
        const { width = 0, height = 0 } = entry?.contentRect ?? {};
        this.size.set({ width, height });
      });
      resized.observe(canvas);
      destroyRef.onDestroy(() => resized.disconnect());
      // Labels are drawn once more when their letters have arrived.
      void document.fonts?.ready.then(() => this.size.update((size) => ({ ...size })));
    });
    effect(() => {
      const { width, height } = this.size();
      const drawing = this.drawing();
      this.theme.look();
      if (width > 0 && height > 0) this.draw(drawing, width, height);
    });
  }

  private draw(drawing: Drawing, width: number, height: number): void {
    const canvas = this.canvas().nativeElement;
    const pen = canvas.getContext('2d');
    if (pen === null) return;
    const ratio = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== h) canvas.height = h;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.save();
    drawing({ pen, width, height, theme: this.theme });
    pen.restore();
  }
}

/** Font of a label: 11 px is for scales alone, and a step larger on a wall. */
export const labelFont = (theme: Theme, px: number, family = '--font-text', weight = 500): string =>
  `${weight} ${px + (theme.look().dense ? 1 : 0)}px ${theme.token(family)}`;

/** A rectangle on a sheet, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Fills a rectangle with slanting lines of an ink, `step` pixels apart, the first of which begins at `from`. */
export function stripe({ pen, theme }: Sheet, { x, y, width, height }: Box, ink: string, step: number, from: number) {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.strokeStyle = theme.token(ink);
  pen.lineWidth = 1;
  pen.beginPath();
  for (let at = from; at < x + width; at += step) {
    pen.moveTo(at, y + height);
    pen.lineTo(at + height, y);
  }
  pen.stroke();
  pen.restore();
}

/** Fills a rectangle with the texture of "nothing was measured here". */
export function hatch(sheet: Sheet, x: number, y: number, width: number, height: number, step = 6): void {
  if (width <= 0 || height <= 0) return;
  stripe(sheet, { x, y, width, height }, '--line-3', step, Math.floor((x - height) / step) * step);
}

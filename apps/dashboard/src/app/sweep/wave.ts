import {
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  viewChild,
} from '@angular/core';
import type { SeriesInfo } from '@telewire/telemetry';
import { Theme } from '../frame/theme.js';
import type { Playhead } from './playhead.js';
import type { SampleRing } from './sample-ring.js';
import { pxPerSecondOf } from './sweep-geometry.js';
import { SweepLoop } from './sweep-loop.js';
import { SweepPainter, type SweepInk } from './sweep-painter.js';

const DEFAULT_RANGE = { low: -1, high: 1 };

/** One wave as a sweep. Its samples never pass through Angular: the painter reads the ring. */
@Component({
  selector: 'tw-wave',
  template: `
    <span [style.color]="'var(' + ink() + ')'">{{ info().label }}</span>
    <canvas #canvas role="img" [attr.aria-label]="alternative()"></canvas>
  `,
  host: { class: 'wave' },
})
export class Wave {
  readonly info = input.required<SeriesInfo>();
  readonly ring = input.required<SampleRing>();
  readonly playhead = input.required<Playhead>();
  /** Name of the token that colours the trace. */
  readonly ink = input.required<string>();
  /** Half speed, for what moves slowly. */
  readonly slow = input(false);
  /** Text alternative. */
  readonly words = input('');

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly loop = inject(SweepLoop);
  private readonly theme = inject(Theme);
  private readonly destroyRef = inject(DestroyRef);
  private dress: (() => void) | undefined;
  protected readonly alternative = computed(() => `${this.info().label}${this.words()}`);

  constructor() {
    afterNextRender(() => this.start());
    effect(() => {
      this.theme.look();
      this.dress?.();
    });
  }

  private start(): void {
    const canvas = this.canvas().nativeElement;
    const painter = new SweepPainter(
      canvas,
      {
        ring: this.ring(),
        playhead: this.playhead(),
        range: this.info().range ?? DEFAULT_RANGE,
        pxPerSecond: pxPerSecondOf(this.slow()),
      },
      this.readInk(),
    );
    this.dress = () => {
      const { width, height } = canvas.getBoundingClientRect();
      painter.dress(width, height, devicePixelRatio || 1, this.readInk());
    };
    const resized = new ResizeObserver(() => this.dress?.());
    const seen = new IntersectionObserver(([entry]) => {
      painter.visible = entry?.isIntersecting ?? false;
      painter.invalidate();
    });
    resized.observe(canvas);
    seen.observe(canvas);
    this.loop.add(painter);
    this.destroyRef.onDestroy(() => {
      this.loop.remove(painter);
      resized.disconnect();
      seen.disconnect();
    });
  }

  private readInk(): SweepInk {
    return {
      trace: this.theme.token(this.ink()),
      bar: this.theme.token('--line-3'),
      tick: this.theme.token('--line-2'),
      lineWidth: this.theme.look().dense ? 1.9 : 1.6,
    };
  }
}

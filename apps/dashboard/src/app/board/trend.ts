import {
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  effect,
  inject,
  input,
  untracked,
  viewChild,
} from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import type { SeriesInfo } from '@telewire/telemetry';
import { Theme } from '../frame/theme.js';
import { TrendPlot } from './trend-plot.js';
import type { TrendRing } from './trend-ring.js';

/** What a trend spans. */
export const TREND_MS = 5 * 60_000;
// Even without a new reading the axis moves on.
const STEP_MS = 1_000;

/** The last five minutes of a number over device time. It is drawn when something has come, and only where it is seen. */
@Component({
  selector: 'tw-trend',
  template: `<div #host class="trend" role="img" [attr.aria-label]="words()"></div>`,
})
export class Trend {
  readonly info = input.required<SeriesInfo>();
  readonly ring = input.required<TrendRing>();
  readonly ink = input.required<string>();
  /** Since when nothing has come, when that is too long. */
  readonly silentSince = input<number>();
  readonly visible = input(true);
  /** Text alternative. */
  readonly words = input('');

  private readonly host = viewChild.required<ElementRef<HTMLElement>>('host');
  private readonly theme = inject(Theme);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly destroyRef = inject(DestroyRef);
  private plot: TrendPlot | undefined;
  private drawnRevision = -1;
  private drawnAt = -Infinity;

  constructor() {
    afterNextRender(() => void this.start());
    effect(() => {
      this.theme.look();
      this.info();
      untracked(() => this.begin());
    });
    effect(() => {
      const now = this.clock.present();
      if (this.visible()) this.draw(now);
    });
  }

  private async start(): Promise<void> {
    const host = this.host().nativeElement;
    let gone = false;
    const resized = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      this.plot?.resize(width, height);
    });
    this.destroyRef.onDestroy(() => {
      gone = true;
      resized.disconnect();
      this.plot?.destroy();
    });
    // It touches the window when it is imported, and only trends need it.
    const { default: uPlot } = await import('uplot');
    if (gone) return;
    this.plot = new TrendPlot(uPlot, host, this.theme);
    this.begin();
    resized.observe(host);
  }

  private begin(): void {
    this.plot?.begin(this.info(), this.ink());
    this.drawnRevision = -1;
    if (this.visible()) this.draw(this.clock.now());
  }

  private draw(now: number): void {
    const ring = this.ring();
    if (this.plot === undefined) return;
    if (ring.revision === this.drawnRevision && now - this.drawnAt < STEP_MS) return;
    this.drawnRevision = ring.revision;
    this.drawnAt = now;
    this.plot.show(ring, now - TREND_MS, now, this.silentSince());
  }
}

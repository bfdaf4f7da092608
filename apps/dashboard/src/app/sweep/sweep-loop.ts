import { DOCUMENT, Injectable, inject } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import type { SweepPainter } from './sweep-painter.js';

const REDUCED_STEP_MS = 1_000;

/** The one animation loop of the page. It runs while there is a sweep and draws those that can be seen. */
@Injectable({ providedIn: 'root' })
export class SweepLoop {
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly view = inject(DOCUMENT).defaultView;
  private readonly reduced = this.view?.matchMedia?.('(prefers-reduced-motion: reduce)');
  private readonly painters = new Set<SweepPainter>();
  private handle = 0;

  add(painter: SweepPainter): void {
    this.painters.add(painter);
    if (this.painters.size === 1) this.next();
  }

  remove(painter: SweepPainter): void {
    this.painters.delete(painter);
    if (this.painters.size === 0) this.view?.cancelAnimationFrame(this.handle);
  }

  private next(): void {
    this.handle = this.view?.requestAnimationFrame(() => this.draw()) ?? 0;
  }

  private draw(): void {
    const now = this.clock.now();
    const stepMs = this.reduced?.matches === true ? REDUCED_STEP_MS : 0;
    for (const painter of this.painters) painter.frame(now, stepMs);
    this.next();
  }
}

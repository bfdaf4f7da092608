import { DestroyRef, inject, InjectionToken, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { Wakefulness } from '@telewire/client';
import { TELEWIRE } from './telewire.js';

// Text is renewed four times a second at most: faster cannot be read.
const TICK_MS = 250;

/**
 * The gateway's time on this screen, of {@link GATEWAY_CLOCK}. Ages are counted with it and never with the browser's clock
 * alone.
 */
export class GatewayClock {
  /** The estimate of the offset, once there is one. */
  readonly estimate = toSignal(inject(TELEWIRE).clock);
  private readonly tick = signal(this.now());
  private readonly wakefulness = new Wakefulness();
  /** Gateway time, renewed four times a second: what texts and ages are computed from. */
  readonly present = this.tick.asReadonly();

  constructor() {
    const timer = setInterval(() => {
      this.wakefulness.look(Date.now());
      this.tick.set(this.now());
    }, TICK_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  /** Local clock: when this page came back from sleep last. */
  get wokeAt(): number | undefined {
    return this.wakefulness.wokeAt;
  }

  /** Gateway time at this moment, epoch milliseconds. */
  now(): number {
    return Date.now() + (untracked(this.estimate)?.offsetMs ?? 0);
  }
}

/**
 * The one {@link GatewayClock} of a page; it needs `provideTelewire`, and runs from when it is first asked for.
 * @example
 * ```ts
 * import { Component, computed, inject } from '@angular/core';
 * import { bootstrapApplication } from '@angular/platform-browser';
 * import { GATEWAY_CLOCK, provideTelewire } from '@telewire/angular';
 *
 * @Component({ selector: 'app-root', template: '{{ time() }}' })
 * class WallClock {
 *   readonly clock = inject(GATEWAY_CLOCK);
 *   readonly time = computed(() => new Date(this.clock.present()).toISOString());
 * }
 *
 * const app = await bootstrapApplication(WallClock, { providers: [provideTelewire()] });
 * const { clock } = app.components[0]?.instance as WallClock;
 * console.log(Math.abs(clock.now() - Date.now()) < 1000); // true
 * app.destroy();
 * ```
 */
export const GATEWAY_CLOCK = new InjectionToken('GatewayClock', { factory: () => new GatewayClock() });

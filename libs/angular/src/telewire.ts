import { DestroyRef, inject, InjectionToken, type Provider } from '@angular/core';
import { connect, type ConnectOptions, type Telewire } from '@telewire/client';

/**
 * The client of the gateway. It owns every socket; pages and widgets own none.
 * @example
 * ```ts
 * import { createApplication } from '@angular/platform-browser';
 * import { provideTelewire, TELEWIRE } from '@telewire/angular';
 *
 * const app = await createApplication({ providers: [provideTelewire()] });
 * const { series } = await app.injector.get(TELEWIRE).inventory();
 * console.log(series.some(({ series }) => series === 'icu/bed-01/hr')); // true
 * app.destroy();
 * ```
 */
export const TELEWIRE = new InjectionToken<Telewire>('Telewire');

/**
 * Provides {@link TELEWIRE} for as long as the injector lives: a client of the gateway that served this page, or of the one at
 * `options.url`.
 * @example
 * ```ts
 * import { Component, inject } from '@angular/core';
 * import { toSignal } from '@angular/core/rxjs-interop';
 * import { bootstrapApplication } from '@angular/platform-browser';
 * import { provideTelewire, TELEWIRE } from '@telewire/angular';
 *
 * @Component({ selector: 'app-root', template: 'This clock is {{ clock()?.offsetMs }} ms behind.' })
 * class Behind {
 *   readonly clock = toSignal(inject(TELEWIRE).clock);
 * }
 *
 * const app = await bootstrapApplication(Behind, { providers: [provideTelewire({ url: location.origin })] });
 * console.log(app.components.length); // 1
 * app.destroy();
 * ```
 */
export const provideTelewire = (options: Partial<ConnectOptions> = {}): Provider => ({
  provide: TELEWIRE,
  useFactory: () => {
    const telewire = connect({ ...options, url: options.url ?? location.origin });
    inject(DestroyRef).onDestroy(() => telewire.close());
    return telewire;
  },
});

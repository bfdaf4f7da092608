import { DestroyRef, inject, InjectionToken, type Provider } from '@angular/core';
import { connect, type ConnectOptions, type Telewire } from '@telewire/client';

/** The client of the gateway. It owns every socket; pages and widgets own none. */
export const TELEWIRE = new InjectionToken<Telewire>('Telewire');

/**
 * Provides {@link TELEWIRE} for as long as the injector lives: a client of the gateway that served this page, or of the one at
 * `options.url`.
 */
export const provideTelewire = (options: Partial<ConnectOptions> = {}): Provider => ({
  provide: TELEWIRE,
  useFactory: () => {
    const telewire = connect({ ...options, url: options.url ?? location.origin });
    inject(DestroyRef).onDestroy(() => telewire.close());
    return telewire;
  },
});

import type { Provider } from '@angular/core';
import { TELEWIRE } from '@telewire/angular';
import { FakeTelewire, Faults } from './fake-telewire.js';

/** Takes the place of the gateway in the `design` build. */
export const provideTelewire = (): Provider => ({
  provide: TELEWIRE,
  useFactory: () => new FakeTelewire(new Faults(new URLSearchParams(location.search))),
});

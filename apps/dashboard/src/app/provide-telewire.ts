import type { Provider } from '@angular/core';
import { connect } from '@telewire/client';
import { TELEWIRE } from './telewire.js';

/** The gateway that served this page. */
export const provideTelewire = (): Provider => ({
  provide: TELEWIRE,
  useFactory: () => connect({ url: location.origin }),
});

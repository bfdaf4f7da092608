import type { ConnectOptions, Telewire } from './telewire.js';

/** Makes a client of the gateway at `options.url`. Nothing is opened before somebody listens. */
export function connect(_options: ConnectOptions): Telewire {
  throw new Error('not built yet');
}

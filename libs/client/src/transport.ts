import type { Arrival } from './arrival.js';
import type { Environment } from './environment.js';
import type { Source } from './source.js';
import type { Wants } from './wants.js';

/**
 * A way to carry frames. Listening opens one connection that follows `wants` as they change; leaving closes it. It never
 * ends well: it is left, or it throws an Interruption. It never tries again by itself.
 */
export type Transport = (wants: Wants, environment: Environment) => Source<Arrival>;

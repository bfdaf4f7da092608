import { asInventory, CODES, ProtocolError, type Inventory } from '@telewire/protocol';
import type { Environment } from './environment.js';
import { errorOf, isOfType } from './http.js';

// A request that hangs in a proxy must not be waited for for ever: whoever asked asks again.
const DEADLINE_MS = 10_000;

/**
 * Devices and series with their latest readings, from `GET /api/v1/series`.
 * @throws ProtocolError when the gateway refuses or what answers is not a gateway, TypeError when nothing answers, within ten seconds
 */
export async function fetchInventory(environment: Environment): Promise<Inventory> {
  const abort = new AbortController();
  const late = new TypeError('the gateway does not answer');
  const deadline = environment.scheduler.schedule(() => abort.abort(late), DEADLINE_MS);
  try {
    return await read(environment, abort.signal);
  } finally {
    deadline.unsubscribe();
  }
}

async function read({ address, fetch }: Environment, signal: AbortSignal): Promise<Inventory> {
  const response = await fetch(address('/api/v1/series'), { cache: 'no-store', signal });
  if (response.status !== 200 || !isOfType(response, 'application/json'))
    throw (await errorOf(response)) ?? foreign(`answered ${response.status} by something that is not Telewire`);
  const body: unknown = await response.json().catch(() => undefined); // cut short: the check says so
  signal.throwIfAborted();
  try {
    return asInventory(body);
  } catch (cause) {
    throw foreign(`not an inventory: ${(cause as TypeError).message}`);
  }
}

// PROTOCOL R22: what is not from this protocol is transient.
const foreign = (message: string) => new ProtocolError(CODES.unavailable, 'not-telewire', message);

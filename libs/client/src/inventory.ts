import { asInventory, CODES, ProtocolError, type Inventory } from '@telewire/protocol';
import type { Environment } from './environment.js';
import { errorOf, isOfType } from './http.js';

/**
 * Devices and series with their latest readings, from `GET /api/v1/series`.
 * @throws ProtocolError when the gateway refuses or what answers is not a gateway, TypeError when nothing answers
 */
export async function fetchInventory(environment: Environment): Promise<Inventory> {
  const response = await environment.fetch(environment.address('/api/v1/series'), { cache: 'no-store' });
  if (response.status !== 200 || !isOfType(response, 'application/json'))
    throw (await errorOf(response)) ?? foreign(`answered ${response.status} by something that is not Telewire`);
  const body: unknown = await response.json().catch(() => undefined); // cut short: the check says so
  try {
    return asInventory(body);
  } catch (cause) {
    throw foreign(`not an inventory: ${(cause as TypeError).message}`);
  }
}

// PROTOCOL R22: what is not from this protocol is transient.
const foreign = (message: string) => new ProtocolError(CODES.unavailable, 'not-telewire', message);

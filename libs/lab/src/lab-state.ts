import { environmentOf } from './environment.js';
import type { LabOptions } from './lab-session.js';

/**
 * Whether there is a lab. `off`: this gateway has none; `unreachable`: nothing answers, or a proxy says that nothing does;
 * `foreign`: what answers is not a gateway.
 */
export type LabState = 'on' | 'off' | 'unreachable' | 'foreign';

/** Asks whether the gateway has a lab. Never rejects. */
export async function labState(options: LabOptions): Promise<LabState> {
  const { fetch, address } = environmentOf(options);
  let response: Response;
  try {
    response = await fetch(address('/api/v1/lab'), { cache: 'no-store' });
  } catch {
    return 'unreachable';
  }
  if (response.status >= 500) return 'unreachable';
  const body = await jsonOf(response);
  if (response.status === 200 && body?.['enabled'] === true) return 'on';
  // A gateway without a lab knows no such address, and says so in its own way (PROTOCOL R21).
  return response.status === 404 && body?.['type'] === 'error' ? 'off' : 'foreign';
}

/**
 * True where a page of this address can be let connect to the proxies of the lab: a Content-Security-Policy can name neither an
 * IPv6 address nor an underscore (CSP Level 3 §2.3.1, host-source), and the gateway opens such a page no session.
 */
export const reachesLab = ({ hostname }: Pick<URL, 'hostname'>): boolean => /^[a-z0-9.-]+$/i.test(hostname);

async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return (await response.json()) as Readonly<Record<string, unknown>> | undefined;
  } catch {
    return undefined; // not JSON: somebody else's page
  }
}

import type { IncomingMessage } from 'node:http';

/** What {@link isAllowed} compares with. */
export interface OriginRules {
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Who comes through the proxy of a session of the lab; missing where there is no lab. */
  readonly lab?: LabDoor;
}

/** What the lab says of a request by its `Host` and `Origin`, both in lower case. */
export interface LabDoor {
  /** True when this is a session's proxy, under the name that the session was opened by. */
  isProxy(host: string): boolean;
  /** True when `origin` is the page that opened the session whose proxy `host` is. */
  isOpener(host: string, origin: string): boolean;
}

// On any port: a container or a tunnel is reached by another one than it listens on. The port is no protection; the name is,
// for no site of others has one of these.
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * True when a request's `Host` is one that this gateway answers to and its `Origin`, where there is one, is the same host
 * or listed (PROTOCOL R23). Together they stop DNS rebinding and pages of other sites, on every transport alike:
 * CORS alone does not cover WebSocket.
 */
export function isAllowed(request: Pick<IncomingMessage, 'headers'>, rules: OriginRules): boolean {
  const host = request.headers.host?.toLowerCase();
  if (host === undefined) return false;
  if (!LOOPBACK.test(host) && !rules.allowedHosts.includes(host) && !rules.lab?.isProxy(host)) return false;
  const origin = request.headers.origin?.toLowerCase();
  if (origin === undefined || rules.allowedOrigins.includes(origin)) return true;
  return origin === `http://${host}` || origin === `https://${host}` || (rules.lab?.isOpener(host, origin) ?? false);
}

import type { IncomingMessage } from 'node:http';

/** What {@link isAllowed} compares with. */
export interface OriginRules {
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** True for what a page of this gateway asks through the lab's proxy; missing where there is no lab. */
  readonly fromLab?: (host: string, origin: string) => boolean;
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
  if (!LOOPBACK.test(host) && !rules.allowedHosts.includes(host)) return false;
  const origin = request.headers.origin?.toLowerCase();
  if (origin === undefined || rules.allowedOrigins.includes(origin)) return true;
  return origin === `http://${host}` || origin === `https://${host}` || (rules.fromLab?.(host, origin) ?? false);
}

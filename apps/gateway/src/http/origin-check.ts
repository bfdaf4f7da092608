import type { IncomingMessage } from 'node:http';

/** What {@link isAllowed} compares with. */
export interface OriginRules {
  readonly port: () => number;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * True when a request's `Host` is one that this gateway answers to and its `Origin`, where there is one, is the same host
 * or listed (PROTOCOL R23). Together they stop DNS rebinding and pages of other sites, on every transport alike:
 * CORS alone does not cover WebSocket.
 */
export function isAllowed(request: Pick<IncomingMessage, 'headers'>, rules: OriginRules): boolean {
  const host = request.headers.host?.toLowerCase();
  if (host === undefined) return false;
  const port = rules.port();
  const ours = LOOPBACK.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
  if (!ours && !rules.allowedHosts.includes(host)) return false;
  const origin = request.headers.origin?.toLowerCase();
  if (origin === undefined || rules.allowedOrigins.includes(origin)) return true;
  return origin === `http://${host}` || origin === `https://${host}`;
}

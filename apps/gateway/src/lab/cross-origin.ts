import type { Request, Response } from 'express';

// So long a browser may remember the answer to a preflight; Chromium takes no more.
const PREFLIGHT_S = 7_200;

// A Content-Security-Policy cannot name an IPv6 address (CSP Level 3 §2.3.1, host-source).
const NAMEABLE = /^(localhost|127\.0\.0\.1)(:\d{1,5})?$/i;

/** What a page of `host` may connect to while there is a lab: its own origin, and every port of the same loopback name. */
export function connectSources(host = ''): string {
  const [, name] = NAMEABLE.exec(host) ?? [];
  return name === undefined ? "'self'" : `'self' http://${name.toLowerCase()}:* ws://${name.toLowerCase()}:*`;
}

/**
 * Lets a page of this gateway read what comes through a session's proxy, which to a browser is another origin (Fetch §3.2).
 * Returns true when the request was a preflight and is answered.
 */
export function answerLab(
  request: Request,
  response: Response,
  fromLab: (host: string, origin: string) => boolean,
): boolean {
  const { host, origin } = request.headers;
  if (host === undefined || origin === undefined || !fromLab(host.toLowerCase(), origin.toLowerCase())) return false;
  response.set({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'etag', vary: 'origin' });
  if (request.method !== 'OPTIONS') return false;
  response.set({
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'content-type, if-none-match, last-event-id',
    'access-control-max-age': String(PREFLIGHT_S),
  });
  response.status(204).end();
  return true;
}

import type { Request, Response } from 'express';
import type { LabDoor } from '../http/origin-check.js';

// So long a browser may remember the answer to a preflight; Chromium takes no more.
const PREFLIGHT_S = 7_200;

// A Content-Security-Policy can name neither an IPv6 address nor an underscore (CSP Level 3 §2.3.1, host-source).
const NAMEABLE = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d{1,5})?$/;

/** The name in a `Host` header without the port, where a page of that host may be allowed to connect to its other ports. */
export const nameOf = (host = ''): string | undefined => NAMEABLE.exec(host.toLowerCase())?.[1];

/** What a page of `host` may connect to while there is a lab: its own origin, and every port of the same name. */
export function connectSources(host: string | undefined): string {
  const name = nameOf(host);
  // `http:` and `ws:` stand for the encrypted ones too (CSP Level 3 §6.7.2.8).
  return name === undefined ? "'self'" : `'self' http://${name}:* ws://${name}:*`;
}

/**
 * Lets the page that opened a session read what comes through its proxy, which to a browser is another origin (Fetch §3.2).
 * Returns true when the request was a preflight and is answered.
 */
export function answerLab(request: Request, response: Response, lab: LabDoor): boolean {
  const { host, origin } = request.headers;
  if (host === undefined || origin === undefined) return false;
  if (!lab.isOpener(host.toLowerCase(), origin.toLowerCase())) return false;
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

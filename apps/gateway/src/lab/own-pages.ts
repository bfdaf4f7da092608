import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { CODES, ProtocolError } from '@telewire/protocol';

const OWN = ['same-origin', 'none'];

/**
 * Lets no other site's page make the lab work without saying who it is: an image, a script or a link brings no `Origin` that
 * could be compared (PROTOCOL R23). A browser says in `Sec-Fetch-Site` that it comes from elsewhere, but only to loopback and
 * over TLS (Fetch Metadata §2: potentially trustworthy URLs). To any other address it sends a `Referer` at most, and a page
 * may have it send none: such a page gets through, as `curl` does. It can make the gateway answer a GET, and cannot read it.
 */
export class OwnPages implements CanActivate {
  /** @throws ProtocolError (4403) */
  canActivate(context: ExecutionContext): true {
    if (isOwn(context.switchToHttp().getRequest<Request>().headers)) return true;
    throw new ProtocolError(CODES.forbidden, 'forbidden', 'the lab is not there for pages of other sites');
  }
}

function isOwn({ host, origin, referer, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  // Has been compared before.
  if (origin !== undefined) return true;
  if (site !== undefined) return OWN.includes(String(site));
  if (referer === undefined) return true;
  return URL.canParse(referer) && new URL(referer).host === host?.toLowerCase();
}

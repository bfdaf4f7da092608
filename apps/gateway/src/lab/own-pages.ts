import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { CODES, ProtocolError } from '@telewire/protocol';

const OWN = ['same-origin', 'none'];

/**
 * Lets no other site's page make the lab work without saying who it is: an image, a script or a link brings no `Origin` that
 * could be compared (PROTOCOL R23), but a browser says in `Sec-Fetch-Site` that it comes from elsewhere (Fetch Metadata §2.3).
 */
export class OwnPages implements CanActivate {
  /** @throws ProtocolError (4403) */
  canActivate(context: ExecutionContext): true {
    const { origin, 'sec-fetch-site': site } = context.switchToHttp().getRequest<Request>().headers;
    if (origin !== undefined || site === undefined || OWN.includes(site)) return true;
    throw new ProtocolError(CODES.forbidden, 'forbidden', 'the lab is not there for pages of other sites');
  }
}

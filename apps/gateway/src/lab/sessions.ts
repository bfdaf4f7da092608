import { randomUUID } from 'node:crypto';
import type { SchedulerLike } from 'rxjs';
import { CODES, ProtocolError, SYSTEM_DEVICE } from '@telewire/protocol';
import type { Journal } from '../journal/journal.js';
import type { Registry } from '../registry/registry.js';
import { Generator } from './generator.js';
import type { GatewayAddress } from './proxy.js';
import { LabSession } from './session.js';

/** Sessions at a time; each has one of so many series, so that the journal does not gather names. */
export const MAX_SESSIONS = 4;

/** Where the proxies of the lab listen. */
export interface LabPlace {
  readonly host: string;
  /** 0: any free one for each session. Else all there is is one session. */
  readonly port: number;
}

/** The sessions of the lab that run. Without one nothing listens, ticks or counts. */
export class LabSessions {
  readonly #slots: (LabSession | 'opening' | undefined)[] = [];

  constructor(
    private readonly place: LabPlace,
    private readonly journal: Journal,
    private readonly registry: Registry,
    private readonly scheduler: SchedulerLike,
  ) {}

  /** Opens a session before the gateway that listens there. @throws ProtocolError (4503) when there are enough, or its port is taken */
  async open(gateway: GatewayAddress): Promise<LabSession> {
    const most = this.place.port === 0 ? MAX_SESSIONS : 1;
    let slot = 0;
    while (this.#slots[slot]) slot++;
    if (slot >= most) {
      throw new ProtocolError(CODES.unavailable, 'lab-full', `the lab has room for ${most} at a time; close another`);
    }
    this.#slots[slot] = 'opening';
    const { journal, registry, scheduler } = this;
    const generator = new Generator(`${SYSTEM_DEVICE}/lab-${slot + 1}`, journal, registry, scheduler);
    const session = new LabSession({ id: randomUUID(), generator, gateway, scheduler, random: Math.random });
    try {
      await session.start(this.place.port, this.place.host);
    } catch {
      // EADDRINUSE, EACCES …: whoever set LAB_PORT can mend it, the page cannot.
      this.#slots[slot] = undefined;
      throw new ProtocolError(CODES.unavailable, 'lab-port', `LAB_PORT ${this.place.port} cannot be had`);
    }
    this.#slots[slot] = session;
    return session;
  }

  /** Ends a session. */
  async close(session: LabSession): Promise<void> {
    const slot = this.#slots.indexOf(session);
    if (slot >= 0) this.#slots[slot] = undefined;
    await session.stop();
  }

  /** Ends all. */
  async closeAll(): Promise<void> {
    await Promise.all(this.#running.map((session) => this.close(session)));
  }

  /** The session of this id. @throws ProtocolError (4404) */
  find(id: string): LabSession {
    const found = this.#running.find((session) => session.id === id);
    if (!found) throw new ProtocolError(CODES.notFound, 'not-found', 'no such session');
    return found;
  }

  /**
   * True for a request of a page of this gateway that goes through a session's proxy (PROTOCOL R23): `Host` and `Origin` are of
   * the same loopback name, the one with the port of a session, the other with the gateway's own.
   */
  opensTo(host: string, origin: string): boolean {
    const [to, from] = [URL.parse(`http://${host}`), URL.parse(origin)];
    if (!to || from?.protocol !== 'http:' || from.origin !== origin || to.hostname !== from.hostname) return false;
    if (!['localhost', '127.0.0.1', '[::1]'].includes(to.hostname)) return false;
    return this.#running.some((each) => each.port === portOf(to) && each.gateway.port === portOf(from));
  }

  get #running(): LabSession[] {
    return this.#slots.filter((each) => each instanceof LabSession);
  }
}

const portOf = (url: URL): number => Number(url.port || 80);

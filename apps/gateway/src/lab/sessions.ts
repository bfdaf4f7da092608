import { randomUUID } from 'node:crypto';
import type { SchedulerLike, Subscription } from 'rxjs';
import { CODES, type LabSettings, ProtocolError, SYSTEM_DEVICE } from '@telewire/protocol';
import type { LabDoor } from '../http/origin-check.js';
import type { Journal } from '../journal/journal.js';
import type { Registry } from '../registry/registry.js';
import { Generator } from './generator.js';
import type { GatewayAddress } from './proxy.js';
import { LabSession, type Opener } from './session.js';

/** Sessions at a time; each has one of so many series, so that the journal does not gather names. */
export const MAX_SESSIONS = 4;

/** A session ends by itself after so long, whoever still listens. */
export const MAX_SESSION_MS = 2 * 60 * 60_000;
/**
 * Readings a second that all sessions make together: one race at its full pace, and some beside it. They share the journal
 * with all others, and evict them.
 */
export const MAX_READINGS_HZ = 600;

const TOO_LONG = 'a session lasts two hours at most; start another';
const STOPPING = 'the gateway is stopping';

/** Where the proxies of the lab listen. */
export interface LabPlace {
  readonly host: string;
  /** Of the first, the others beside it; 0: any free one for each. */
  readonly port: number;
}

/** The sessions of the lab that run. Without one nothing listens, ticks or counts. */
export class LabSessions implements LabDoor {
  readonly #slots: (LabSession | 'busy' | undefined)[] = [];
  readonly #limits = new Map<LabSession, Subscription>();

  constructor(
    private readonly place: LabPlace,
    private readonly journal: Journal,
    private readonly registry: Registry,
    private readonly scheduler: SchedulerLike,
  ) {}

  /** Opens a session before the gateway that listens there. @throws ProtocolError (4503) when there are enough, or its port is taken */
  async open(gateway: GatewayAddress, opener: Opener): Promise<LabSession> {
    let slot = 0;
    while (this.#slots[slot]) slot++;
    if (slot >= MAX_SESSIONS) {
      const room = `the lab has room for ${MAX_SESSIONS} sessions at a time; close a page of it`;
      throw new ProtocolError(CODES.unavailable, 'lab-full', room);
    }
    const port = this.place.port && this.place.port + slot;
    this.#slots[slot] = 'busy';
    const { journal, registry, scheduler } = this;
    const generator = new Generator(`${SYSTEM_DEVICE}/lab-${slot + 1}`, journal, registry, scheduler);
    const session = new LabSession({ id: randomUUID(), generator, gateway, opener, scheduler, random: Math.random });
    try {
      await session.start(port, this.place.host);
    } catch {
      // EADDRINUSE, EACCES …: whoever set LAB_PORT can mend it, the page cannot.
      this.#slots[slot] = undefined;
      throw new ProtocolError(CODES.unavailable, 'lab-port', `port ${port} of the lab cannot be had; see LAB_PORT`);
    }
    this.#slots[slot] = session;
    this.#limits.set(
      session,
      scheduler.schedule(() => void this.close(session, TOO_LONG), MAX_SESSION_MS),
    );
    return session;
  }

  /** Changes settings of the session of this id. @throws ProtocolError (4404, 4503) when there is none, or too many readings are made */
  change(id: string, settings: LabSettings): void {
    const session = this.find(id);
    const others = this.#running.reduce((sum, each) => sum + (each === session ? 0 : each.rateHz), 0);
    if (others + (settings.rateHz ?? 0) > MAX_READINGS_HZ) {
      const message = `all sessions together make ${MAX_READINGS_HZ} readings a second at most, others make ${others} now`;
      throw new ProtocolError(CODES.unavailable, 'lab-busy', message);
    }
    session.change(settings);
  }

  /** Ends a session; says why where its opener does not know. */
  async close(session: LabSession, why?: string): Promise<void> {
    this.#limits.get(session)?.unsubscribe();
    this.#limits.delete(session);
    const slot = this.#slots.indexOf(session);
    // The next one may have the slot only once its port is free.
    if (slot >= 0) this.#slots[slot] = 'busy';
    await session.stop(why);
    if (slot >= 0) this.#slots[slot] = undefined;
  }

  /** Ends all. */
  async closeAll(): Promise<void> {
    await Promise.all(this.#running.map((session) => this.close(session, STOPPING)));
  }

  /** The session of this id. @throws ProtocolError (4404) */
  find(id: string): LabSession {
    const found = this.#running.find((session) => session.id === id);
    if (!found) throw new ProtocolError(CODES.notFound, 'no-session', 'no such session');
    return found;
  }

  isProxy(host: string): boolean {
    return this.#running.some((each) => proxyOf(each) === host);
  }

  isOpener(host: string, origin: string): boolean {
    return this.#running.some((each) => proxyOf(each) === host && each.opener.origin === origin);
  }

  get #running(): LabSession[] {
    return this.#slots.filter((each) => each instanceof LabSession);
  }
}

/** The `Host` of requests through its proxy. */
const proxyOf = ({ opener, port }: LabSession): string => (port === 80 ? opener.name : `${opener.name}:${port}`);

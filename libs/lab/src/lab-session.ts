import { concat, defer, of, Subject, type Observable } from 'rxjs';
import type { ConnectOptions } from '@telewire/client';
import { LabEventSchema, type LabAct, type LabEvent, type LabSettings, type LabWeather } from '@telewire/protocol';
import { environmentOf, type Environment } from './environment.js';
import { LabError } from './lab-error.js';
import { linesOf } from './lines.js';

const SESSIONS = '/api/v1/lab/sessions';

/** Where the lab is: `url` is the origin of the gateway. */
export type LabOptions = Pick<ConnectOptions, 'url' | 'fetch'>;

/** What can be set while a session runs; of a weather that is given, what is left out is calm. */
export type LabChange = Omit<LabSettings, 'weather'> & { readonly weather?: Partial<LabWeather> };

/** A measuring proxy of one's own at the gateway; it lives as long as the request that made it. */
export class LabSession {
  /**
   * What the session says: first `open`, then the last tally, then whatever comes. Completes after {@link close}; a
   * {@link LabError} when the session ends otherwise.
   */
  readonly events: Observable<LabEvent>;
  /** The origin that clients of the race connect to: the host that the gateway was reached at, and the proxy's port. */
  readonly url: string;

  readonly #happened = new Subject<LabEvent>();
  #tally: LabEvent | undefined;
  #closed = false;
  /** Requests go one after the other, so that the last setting is the one that holds. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly opened: Extract<LabEvent, { type: 'open' }>,
    private readonly environment: Environment,
    private readonly abort: AbortController,
    lines: AsyncIterator<string, void>,
  ) {
    const url = environment.address('/');
    url.port = String(opened.port);
    this.url = url.origin;
    this.events = defer(() => {
      const known = this.#tally ? [opened, this.#tally] : [opened];
      return concat(of(...known), this.#happened);
    });
    void this.#read(lines);
  }

  /** Opens a session. @throws LabError when there is no lab, too many sessions run, or nothing answers */
  static async open(options: LabOptions): Promise<LabSession> {
    const environment = environmentOf(options);
    const abort = new AbortController();
    const response = await request(environment, SESSIONS, { method: 'POST', signal: abort.signal });
    if (!response.body) throw new LabError('refused', 'the gateway opened no session');
    const lines = linesOf(response.body);
    try {
      const first = await nextEvent(lines);
      if (first?.type !== 'open') throw new LabError('refused', 'what answers is not a lab');
      return new LabSession(first, environment, abort, lines);
    } catch (cause) {
      abort.abort();
      throw cause instanceof LabError ? cause : new LabError('unreachable', 'the line to the lab is lost');
    }
  }

  get id(): string {
    return this.opened.id;
  }

  /** The proxy's port. */
  get port(): number {
    return this.opened.port;
  }

  /** The lab's own series, of the rate that {@link set} sets. */
  get series(): string {
    return this.opened.series;
  }

  /** Changes weather, rate or the lane that is watched; what is left out stays. @throws LabError */
  set(settings: LabChange): Promise<void> {
    return this.#say('PUT', `${SESSIONS}/${encodeURIComponent(this.id)}`, settings);
  }

  /** Does something to one connection. @throws LabError */
  act(act: LabAct): Promise<void> {
    return this.#say('POST', `${SESSIONS}/${encodeURIComponent(this.id)}/acts`, act);
  }

  /** Ends the session, and every connection through its proxy. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.abort.abort();
    this.#happened.complete();
  }

  #say(method: string, path: string, body: LabChange | LabAct): Promise<void> {
    const said = this.#last.then(async () => {
      if (this.#closed) throw new LabError('ended', 'the session is over');
      const headers = { 'content-type': 'application/json' };
      const response = await request(this.environment, path, { method, headers, body: JSON.stringify(body) });
      await response.body?.cancel();
    });
    this.#last = said.catch(() => undefined); // whoever said it hears of it
    return said;
  }

  async #read(lines: AsyncIterator<string, void>): Promise<void> {
    try {
      for (;;) {
        const event = await nextEvent(lines);
        if (!event) break;
        if (event.type === 'end') throw new LabError('ended', event.message);
        if (event.type === 'tally') this.#tally = event;
        this.#happened.next(event);
      }
    } catch (cause) {
      if (this.#closed) return;
      this.#closed = true;
      this.abort.abort();
      this.#happened.error(cause instanceof LabError ? cause : new LabError('ended', 'the line to the lab is lost'));
      return;
    }
    if (this.#closed) return;
    this.#closed = true;
    this.#happened.error(new LabError('ended', 'the gateway has ended the session'));
  }
}

/** An answer of the 200s. @throws LabError */
async function request({ fetch, address }: Environment, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address(path), { cache: 'no-store', ...init });
  } catch {
    throw new LabError('unreachable', 'the gateway does not answer');
  }
  if (!response.ok) throw await LabError.of(response);
  return response;
}

/** The next event, `undefined` at the end. @throws LabError for what is not an event */
async function nextEvent(lines: AsyncIterator<string, void>): Promise<LabEvent | undefined> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done) return undefined;
    if (value === '') continue;
    const result = await LabEventSchema['~standard'].validate(parsed(value));
    if (result.issues) throw new LabError('refused', 'what answers is not a lab');
    return result.value;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says so
  }
}

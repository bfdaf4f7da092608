import { of, type SchedulerLike, type Subscription } from 'rxjs';
import { TRANSPORTS, type TransportName } from '@telewire/client';
import { NEGOTIATION, type Frame, type FrameWriter } from '@telewire/protocol';
import { Race, type LaneReport, type RaceOptions } from '../src/index.js';

/** A question of a loop of the lab's own. */
export interface OwnQuestion {
  readonly path: string;
  readonly at: number;
  readonly after: string | null;
  readonly maxHz: number;
}

/** What a race needs of the SDK's scripted gateway; a spec brings it, as a lib is entered by its index alone. */
export interface Gateway {
  readonly clock: SchedulerLike;
  readonly fetch: typeof globalThis.fetch;
  readonly WebSocket: typeof globalThis.WebSocket;
  /** Speaks this format too, to who asks for it. */
  readonly binary: FrameWriter | undefined;
  append(series: string): void;
  pass(ms: number): Promise<void>;
}

const ofLanes = <T>(of: (name: TransportName) => T) =>
  Object.fromEntries(TRANSPORTS.map((name) => [name, of(name)])) as Record<TransportName, T>;

/** The same for each lane, to compare with {@link ScriptedRace.each}. */
export const all = <T>(value: T): Record<TransportName, T> => ofLanes(() => value);

/** A race against a gateway in memory, in virtual time. */
export class ScriptedRace<G extends Gateway> {
  readonly race: Race;
  /** Questions of the lab's own loops, which ask by plain GET. */
  readonly own: OwnQuestion[] = [];
  /** Everything in an answer to a loop of the lab's own comes twice. */
  stammers = false;
  /** How long an answer to a loop of the lab's own is on its way. */
  slowMs = 0;
  reports: (readonly LaneReport[])[] = [];
  #running: Subscription | undefined;

  constructor(
    readonly gateway: G,
    options: Partial<RaceOptions> = {},
  ) {
    this.race = new Race({
      url: 'http://gateway.test',
      fetch: (input, init) => this.#fetch(input as URL, init),
      WebSocket: gateway.WebSocket,
      random: () => 0.5,
      scheduler: gateway.clock,
      clock: of({ offsetMs: 0, boundMs: 0 }),
      filters: ['lab/x'],
      ...options,
    });
  }

  start(): void {
    this.#running = this.race.lanes.subscribe((reports) => this.reports.push(reports));
  }

  stop(): void {
    this.#running?.unsubscribe();
  }

  /** A lane as it stands now. */
  lane(name: TransportName): LaneReport {
    return this.race.reports().find(({ lane }) => lane === name)!;
  }

  /** What is read of each lane. */
  each<T>(read: (report: LaneReport) => T): Record<TransportName, T> {
    return ofLanes((name) => read(this.lane(name)));
  }

  /** `count` readings, one each `everyMs`. */
  async readings(count: number, everyMs: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.gateway.append('lab/x');
      await this.gateway.pass(everyMs);
    }
  }

  /** The scripted gateway knows only POST: a plain GET is handed to it as the POST of one subscription. */
  async #fetch(url: URL, init: RequestInit | undefined): Promise<Response> {
    if (!url.searchParams.has('filter')) return this.gateway.fetch(url, init);
    const query = url.searchParams;
    const maxHz = Number(query.get('maxHz') ?? 60);
    this.own.push({ path: url.pathname, at: this.gateway.clock.now(), after: query.get('after'), maxHz });
    const subscription = {
      id: '1',
      filters: query.getAll('filter'),
      policy: query.get('policy') ?? 'every',
      maxHz,
      after: query.get('after') ?? undefined,
    };
    const wait = query.get('wait');
    const response = await this.gateway.fetch(new URL(`/api/v1/readings${wait === null ? '' : `?wait=${wait}`}`, url), {
      method: 'POST',
      signal: init?.signal ?? null,
      body: JSON.stringify({ subscriptions: [subscription] }),
    });
    if (this.slowMs > 0) await new Promise<void>((come) => this.gateway.clock.schedule(() => come(), this.slowMs));
    if (response.status !== 200) return response;
    const { frames } = (await response.json()) as { frames: Frame[] };
    const last = frames.at(-1)!;
    if (last.type === 'heartbeat' && last.cursors?.['1']) last.cursor = last.cursors['1'];
    return this.#answer(this.stammers ? [...frames.slice(0, -1), ...frames] : frames, init);
  }

  #answer(frames: readonly Frame[], init: RequestInit | undefined): Response {
    const { binary } = this.gateway;
    if (!binary || new Headers(init?.headers).get('accept') !== NEGOTIATION[binary.format].answer)
      return Response.json({ frames });
    return new Response(Buffer.from(binary.answer(frames.map((frame) => binary.frame(frame)))));
  }
}

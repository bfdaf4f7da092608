import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { Subject } from 'rxjs';
import { Listener } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { isStream } from './auto.js';
import { BASE_MS, CAP_MS, FLOOR_MS } from './backoff.js';
import { TRANSPORTS, type TransportChoice, type TransportName } from './index.js';

const RUNS = Number(process.env['RUNS'] ?? 200);
const SEED = Number(process.env['SEED'] ?? 20_261);
// Of a busy machine it is much.
jest.setTimeout(120_000);

const RETRY_AFTER_S = 7;

type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'down' | 'up' | 'cut' | 'leave' | 'stall'; readonly on: TransportName }
  | { readonly do: 'listen' | 'use'; readonly choice: TransportChoice; readonly at: number }
  | { readonly do: 'stop' | 'start'; readonly at: number }
  | { readonly do: 'wake' | 'inventory' | 'page' | 'full' | 'append' };

const transport = fc.constantFrom(...TRANSPORTS);
const choice = fc.constantFrom<TransportChoice>('auto', ...TRANSPORTS);
const at = fc.nat({ max: 3 });
/** What may happen to a client whose feeds take one of these choices. */
const stepOf = (choice: fc.Arbitrary<TransportChoice>): fc.Arbitrary<Step> =>
  fc.oneof(
    { arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4_000 }) }), weight: 3 },
    {
      arbitrary: fc.record({ do: fc.constantFrom('down' as const, 'up', 'cut', 'leave', 'stall'), on: transport }),
      weight: 3,
    },
    { arbitrary: fc.record({ do: fc.constantFrom('listen' as const, 'use'), choice, at }), weight: 2 },
    { arbitrary: fc.record({ do: fc.constantFrom('stop' as const, 'start'), at }), weight: 3 },
    {
      arbitrary: fc.record({ do: fc.constantFrom('wake' as const, 'inventory', 'page', 'full', 'append') }),
      weight: 4,
    },
  );
const step = stepOf(choice);

/** A client in a world that goes wrong as it is told to, and when which attempts were made, and may be made again. */
class World {
  readonly gateway = new ScriptedGateway();
  readonly #wakes = new Subject<void>();
  readonly #listeners: Listener[] = [];
  /** No attempt on a transport may be made before. */
  readonly #notBefore = new Map<TransportName, number>();
  readonly attempts: { readonly transport: TransportName; readonly at: number }[] = [];
  readonly tooEarly: string[] = [];
  readonly #client;

  constructor(private readonly random: number) {
    const { gateway } = this;
    const attempted = (name: TransportName) => this.#attempted(name);
    this.#client = gateway.client({
      wakes: this.#wakes,
      random: () => random,
      WebSocket: class extends gateway.WebSocket {
        constructor(...given: ConstructorParameters<typeof WebSocket>) {
          attempted('websocket');
          super(...given);
        }
      },
      fetch: async (...given) => {
        const asked = gateway.fetch(...given);
        const name = gateway.requests.at(-1)?.transport;
        if (name) attempted(name);
        const answer = await asked.catch((cause: unknown) => {
          if (name && !given[1]?.signal?.aborted) this.#failed(name, 0);
          throw cause;
        });
        if (name && answer.status !== 200) this.#failed(name, Number(answer.headers.get('retry-after')) * 1_000);
        return answer;
      },
    });
  }

  async take(step: Step): Promise<void> {
    const { gateway } = this;
    // Who leaves and comes again before it has heard of a failure does not know of it.
    if ('at' in step) await gateway.clock.pass(0);
    switch (step.do) {
      case 'wait':
        return gateway.pass(step.ms);
      case 'down':
        return void gateway.down.add(step.on);
      case 'stall':
        // A poll that hangs would not hear either that the gateway leaves.
        return void (isStream(step.on) && gateway.stalling.add(step.on));
      case 'up':
        return [gateway.down, gateway.stalling].forEach((set) => set.delete(step.on));
      case 'cut':
        if (gateway.of(step.on).length > 0) this.#failed(step.on, 0);
        return gateway.of(step.on).forEach((line) => line.cut());
      case 'leave':
        if (gateway.of(step.on).length > 0) this.#failed(step.on, RETRY_AFTER_S * 1_000);
        return gateway
          .of(step.on)
          .forEach((line) => line.send({ type: 'bye', reason: 'stopping', retryAfterMs: RETRY_AFTER_S * 1_000 }));
      case 'listen':
        if (this.#listeners.length < 4)
          this.#listeners.push(new Listener(this.#client.feed({ filters: ['a/#'], transport: step.choice })));
        return;
      case 'use':
        return this.#listeners[step.at]?.feed.use(step.choice);
      case 'stop':
        return this.#listeners[step.at]?.stop();
      case 'start':
        this.#listeners[step.at]?.stop();
        return this.#listeners[step.at]?.start();
      case 'wake':
        return this.#wakes.next();
      case 'inventory':
        return void (await this.#client.inventory().catch(() => undefined));
      case 'page':
        return void gateway.answers.push(() => new Response('<html>', { status: 502 }));
      case 'full':
        return void gateway.answers.push(
          () => new Response('', { status: 503, headers: { 'retry-after': String(RETRY_AFTER_S) } }),
        );
      case 'append':
        return gateway.append('a/x');
    }
  }

  /** Nothing answers from here on. */
  async lose(): Promise<void> {
    for (const on of TRANSPORTS) {
      await this.take({ do: 'down', on });
      await this.take({ do: 'cut', on });
    }
  }

  /** How many attempts are made in the next `ms`. */
  async attemptsWithin(ms: number): Promise<number> {
    const before = this.attempts.length;
    await this.gateway.clock.pass(ms);
    return this.attempts.length - before;
  }

  /** Feeds that there are. */
  get feeds(): number {
    return this.#listeners.length;
  }

  async end(): Promise<void> {
    this.#client.close();
    await this.gateway.clock.pass(0);
    expect(this.gateway.clock.pending).toBe(0);
    expect(this.gateway.lines.size).toBe(0);
  }

  #attempted(name: TransportName): void {
    const now = this.gateway.clock.now();
    this.attempts.push({ transport: name, at: now });
    const notBefore = this.#notBefore.get(name) ?? 0;
    // Times that were added up differ by what a floating-point number cannot say.
    if (now < notBefore - 0.01) this.tooEarly.push(`${name} ${notBefore - now} ms too early`);
    // A socket that is refused says so at once.
    const { down } = this.gateway;
    if (name === 'websocket' && down.has(name)) this.#failed(name, 0);
  }

  #failed(name: TransportName, askedMs: number): void {
    // The first pause, and one that is cut short, are drawn from this and more.
    const leastMs = Math.max(FLOOR_MS, this.random * BASE_MS);
    this.#notBefore.set(name, this.gateway.clock.now() + askedMs + leastMs);
  }
}

const parameters = { numRuns: RUNS, seed: SEED };

describe('whatever befalls a client', () => {
  it('leads to no attempt on a transport that has failed but through the pause of its backoff', async () => {
    let attempts = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 0.5, 0.999),
        fc.array(step, { maxLength: 60, size: 'max' }),
        async (random, steps) => {
          const world = new World(random);
          for (const each of [{ do: 'listen', choice: 'auto', at: 0 } as const, ...steps]) await world.take(each);
          await world.end();
          attempts += world.attempts.length;
          expect(world.tooEarly).toEqual([]);
        },
      ),
      parameters,
    );
    expect(attempts).toBeGreaterThan(RUNS);
  });

  it('is followed, while nothing works, by no more attempts than the backoff allows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const world = new World(0.5);
        for (const each of [{ do: 'listen', choice: 'auto', at: 0 } as const, ...steps]) await world.take(each);
        await world.lose();
        await world.gateway.clock.pass(60_000);
        // In the mean half of the cap, on each of five; a round of `auto` draws a pause of its own.
        expect(await world.attemptsWithin(120_000)).toBeLessThanOrEqual(5 * (120_000 / (CAP_MS / 2)) + 5);
        await world.end();
      }),
      { ...parameters, numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('is followed, while nothing works, by one attempt of each feed on auto in each window, also where nothing ever has', async () => {
    const autoOnly = fc.array(stepOf(fc.constant('auto')), { maxLength: 40, size: 'max' });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), autoOnly, async (isAwayFirst, steps) => {
        const world = new World(0.5);
        if (isAwayFirst) await world.lose();
        const meanwhile = isAwayFirst ? steps.filter((each) => each.do !== 'up') : steps;
        for (const each of [{ do: 'listen', choice: 'auto', at: 0 } as const, ...meanwhile]) await world.take(each);
        await world.lose();
        await world.gateway.clock.pass(60_000);
        expect(await world.attemptsWithin(120_000)).toBeLessThanOrEqual(world.feeds * (120_000 / CAP_MS + 1));
        await world.end();
      }),
      { ...parameters, numRuns: Math.ceil(RUNS / 4) },
    );
  });
});

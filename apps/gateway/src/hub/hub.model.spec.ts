import { describe, expect, it } from '@jest/globals';
import { LADDER_TICK_MS, type SoleSubscription } from '@telewire/protocol';
import { HubBench } from '../testing/hub-bench.js';
import { type Fact, keyOf, Truth } from '../testing/hub-truth.js';
import { ModelClient } from '../testing/model-client.js';
import { randomOf, type SeededRandom } from '../testing/seeded-random.js';
import { WaveBlocks } from '../testing/wave-blocks.js';

const SERIES = [
  'icu/bed-1/hr',
  'icu/bed-1/rr',
  'icu/bed-1/ecg',
  'icu/bed-2/hr',
  'a9/s1/flow',
  'a9/s1/speed',
  'x',
  'turns',
];
const FILTERS = ['#', 'icu/#', 'icu/+/hr', 'a9/s1/+', 'x', '+', 'icu/bed-1/ecg', 'turns', 'nobody/#'];

function subscriptionOf(random: SeededRandom): SoleSubscription {
  return {
    filters: Array.from({ length: 1 + random.upTo(2) }, () => random.pick(FILTERS)),
    policy: random.pick(['every', 'latest', 'extremes']),
    maxHz: random.pick([0.5, 10, 60]),
    ...(random.chance(0.2) ? { onSlow: random.pick(['lag', 'degrade']) } : {}),
    ...(random.chance(0.2) ? { after: 'earliest' } : {}),
  };
}

/** Clients that were served less. */
let slow = 0;

function run(seed: number): void {
  const random = randomOf(seed);
  const small = random.chance(0.6);
  const maxWaveformBytes = random.pick([1, 4, 12, 20]) * 1024;
  // So tiny that what is missed comes in many frames; one turn still passes over much that does not match.
  const bounds = {
    maxBytes: random.pick([100, 400]),
    maxScanned: 20 + random.upTo(40),
    maxThinned: 20 + random.upTo(40),
  };
  const bench = new HubBench(
    small ? { maxBytes: 24 * 1024, maxWaveformBytes, segmentSize: 1 + random.upTo(8) } : {},
    random.chance(0.3) ? { bounds } : {},
  );
  const history: Fact[] = [];
  const truths: Truth[] = [];
  bench.journal.committed.subscribe((entries) => {
    for (const entry of entries) {
      const fact = { entry, key: keyOf(entry) };
      history.push(fact);
      for (const truth of truths) truth.add(fact);
    }
  });
  const clients: { client: ModelClient; lazy: boolean }[] = [];
  const watch = (subscription: SoleSubscription) => {
    const truth = new Truth(subscription, history);
    truths.push(truth);
    return truth;
  };
  const change = (client: ModelClient) => {
    if (client.id === undefined) return;
    const subscription = { ...subscriptionOf(random), filters: client.filters };
    client.change(subscription, watch(subscription));
  };
  const known = 1 + random.upTo(SERIES.length);
  const blocks = new WaveBlocks(random);
  const append = (series: readonly string[]) =>
    bench.appendAll(
      Array.from({ length: 1 + random.upTo(random.chance(0.1) ? 60 : 6) }, () => {
        const name = random.pick(series);
        const isWaveform = name.endsWith('ecg') || (name === 'turns' && random.chance(0.5));
        return isWaveform
          ? blocks.next(name)
          : ([
              name,
              random.upTo(1000),
              random.chance(0.1) ? bench.clock.now() - random.pick([1_000, 60_000]) : undefined,
            ] as const);
      }),
    );
  for (let step = 0; step < 120; step++) {
    // Some series appear only later.
    if (random.chance(0.7)) append(step < 40 ? SERIES.slice(0, known) : SERIES);
    if (random.chance(0.3)) bench.clock.advance(random.pick([1, 20, 100, 3000]));
    if (random.chance(0.01)) bench.clock.set(random.pick([-3_600_000, 3_600_000]));
    if (clients.length < 6 && random.chance(0.15)) {
      const id = random.chance(0.5) ? undefined : random.pick(['a', '!a', 'b']);
      const subscription = subscriptionOf(random);
      const client = new ModelClient(bench, watch(subscription), subscription, id, random.chance(0.5));
      clients.push({ client, lazy: random.chance(0.3) });
    }
    for (const { client, lazy } of clients) {
      if (random.chance(lazy ? 0.03 : 0.5)) client.pull(1 + random.upTo(lazy ? 3 : 8));
      if (random.chance(0.1)) client.beat();
      if (random.chance(0.04)) client.reconnect();
      if (random.chance(0.04)) change(client);
    }
  }
  bench.clock.advance(10_000);
  // Who is slow no more is served in full again: three steps, each after a minute at most.
  for (let ticks = 0, quiet = 0; ticks < 1_000 && quiet < 2; ticks++) {
    const taken = clients.map(({ client }) => client.pull(Infinity));
    quiet = clients.some(({ client }, i) => client.isServedLess || taken[i]! > 0) ? 0 : quiet + 1;
    bench.clock.advance(LADDER_TICK_MS);
  }
  slow += clients.filter(({ client }) => client.wasSlow).length;
  for (const { client } of clients) {
    client.pull(Infinity);
    expect(client.isServedLess).toBe(false);
    client.beat();
    client.finish();
    client.close();
  }
  bench.clock.advance(20_000);
  expect([bench.hub.groupCount, bench.hub.readerCount, bench.clock.timers]).toEqual([0, 0, 0]);
}

describe('every subscriber of the hub', () => {
  it('gets exactly what its contract says, whatever it does and whatever is evicted', () => {
    for (let seed = 1; seed <= 500; seed++) {
      try {
        run(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
    expect(slow).toBeGreaterThan(100);
  });
});

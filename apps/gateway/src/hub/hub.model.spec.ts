import { describe, expect, it } from '@jest/globals';
import { type DeliveredReading, type Frame, parseCursor, RowReader, type SoleSubscription } from '@telewire/protocol';
import { isEnvelope, isSamples } from '@telewire/telemetry';
import { frameOf, HubBench } from '../testing/hub-bench.js';
import { checkEnvelopes, type Fact, keyOf, keysOf, same, Truth } from '../testing/hub-truth.js';
import { randomOf, type SeededRandom } from '../testing/seeded-random.js';
import { WaveDevice } from '../testing/wave-device.js';
import type { Reader } from './reader.js';

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

/** One client: keeps what a client keeps, and checks what it is told against the truth. */
class Client {
  #reader: Reader;
  #rows = new RowReader();
  #resumeFrom: string | undefined;
  #position: number;
  #owesSnapshot: number | undefined;
  /** What was owed by the contract before, until the gateway has said that it has another. */
  #before: Truth | undefined;
  /** Since when it has had this contract. */
  #since = 0;
  readonly #lastN = new Map<string, number>();

  constructor(
    private readonly bench: HubBench,
    private truth: Truth,
    private subscription: SoleSubscription,
    readonly id: string | undefined,
  ) {
    this.#position = bench.journal.head;
    this.#owesSnapshot = subscription.after === undefined ? bench.journal.head : truth.tail(bench.journal);
    if (subscription.after !== undefined) this.#position = this.#owesSnapshot;
    this.#reader = bench.reader(subscription, id);
  }

  get filters(): string[] {
    return this.subscription.filters;
  }

  /** Reads up to `frames` frames. */
  pull(frames: number): number {
    for (let taken = 0; taken < frames; taken++) {
      const frame = this.#reader.take();
      if (!frame) return taken;
      this.#take(frameOf(frame));
      if (frame.cursor !== undefined) same([parseCursor(frame.cursor).seq], [this.#position]);
    }
    return frames;
  }

  /** Loses the connection and comes back with what it has. */
  reconnect(): void {
    this.#reader.close();
    this.#rows = new RowReader();
    const after = this.#resumeFrom ?? this.subscription.after;
    this.#goOn();
    this.#before = undefined;
    this.#reader = this.bench.reader({ ...this.subscription, after }, this.id);
  }

  /** Asks for the same series under another contract, on the same connection (PROTOCOL R25). */
  change({ after: _, ...terms }: SoleSubscription, truth: Truth): void {
    this.#reader.change(this.id!, terms);
    this.#before ??= this.truth;
    this.truth = truth;
    this.subscription = { ...this.subscription, ...terms };
    this.#goOn();
  }

  /** Stands where it resumes from, or begins. */
  #goOn(): void {
    if (this.#resumeFrom === undefined) {
      const { journal } = this.bench;
      this.#position = this.subscription.after === undefined ? journal.head : this.truth.tail(journal);
      this.#owesSnapshot = this.#position;
    } else {
      this.#owesSnapshot = undefined;
      this.#position = parseCursor(this.#resumeFrom).seq;
    }
  }

  /** Notes a heartbeat's cursor as the place to resume from (PROTOCOL R15). */
  beat(): void {
    const frame = frameOf(this.#reader.heartbeat());
    if (frame.type !== 'heartbeat') return;
    const cursor = this.id === undefined ? frame.cursor : frame.cursors?.[this.id];
    if (cursor === undefined) return;
    const { seq } = parseCursor(cursor);
    // Never behind what was delivered, and with nothing owed in between (PROTOCOL R7).
    expect(seq).toBeGreaterThanOrEqual(this.#position);
    same(keysOf(this.truth.between(this.#position, seq)), []);
    this.#position = seq;
    this.#resumeFrom = cursor;
  }

  /** Checks that nothing is owed any more. */
  finish(): void {
    const { head } = this.bench.journal;
    same(keysOf(this.truth.between(this.#position, head)), []);
    for (const { entry } of this.truth.newest(this.#since, head))
      same([entry.series, this.#lastN.get(entry.series)], [entry.series, entry.n]);
  }

  close(): void {
    this.#reader.close();
  }

  #take(frame: Frame): void {
    if ('id' in frame) expect(frame.id).toBe(this.id);
    switch (frame.type) {
      case 'series':
        return this.#rows.learn(frame.names);
      case 'subscribed':
        return this.#begin(frame.cursor);
      case 'gap':
        this.#skipTo(parseCursor(frame.from).seq);
        expect(['slow', 'evicted']).toContain(frame.reason);
        expect(parseCursor(frame.to).seq).toBeGreaterThan(this.#position);
        // Not further than it must: nothing that matches is skipped of which the like is held.
        expect(parseCursor(frame.to).seq).toBeLessThanOrEqual(this.truth.tail(this.bench.journal));
        this.#position = parseCursor(frame.to).seq;
        this.#owesSnapshot = this.#position;
        return;
      case 'snapshot': {
        expect(parseCursor(frame.to).seq).toBe(this.#owesSnapshot);
        const readings = frame.rows.map((row) => this.#rows.read(row, this.id));
        same(readings.map(keyOf).sort(), keysOf(this.truth.present(this.#owesSnapshot!)).sort());
        for (const { series, n } of readings) this.#lastN.set(series, Math.max(n, this.#lastN.get(series) ?? 0));
        this.#owesSnapshot = undefined;
        this.#resumeFrom = frame.to;
        return;
      }
      case 'readings':
        return this.#takeReadings(frame);
      default:
        throw new Error(`unexpected ${frame.type}`);
    }
  }

  #begin(cursor: string): void {
    const before = this.#before;
    this.#before = undefined;
    if (this.#resumeFrom === undefined) return;
    if (!before) return void expect(cursor).toBe(this.#resumeFrom);
    const { seq } = parseCursor(cursor);
    expect(seq).toBeGreaterThanOrEqual(this.#position);
    same(keysOf(before.between(this.#position, seq)), []);
    this.#since = this.#position = seq;
    this.#resumeFrom = cursor;
  }

  /** Moves on, or back over what does not match; what is skipped must not concern this subscription. */
  #skipTo(seq: number): void {
    const [from, to] = [Math.min(this.#position, seq), Math.max(this.#position, seq)];
    same(keysOf(this.truth.between(from, to)), []);
    this.#position = seq;
  }

  #takeReadings(frame: Extract<Frame, { type: 'readings' }>): void {
    expect(this.#owesSnapshot).toBeUndefined();
    const [from, to] = [parseCursor(frame.from).seq, parseCursor(frame.to).seq];
    expect(to).toBeGreaterThan(from);
    expect(frame.rows).not.toHaveLength(0);
    this.#skipTo(from);
    const readings = frame.rows.map((row) => this.#rows.read(row, this.id));
    const { policy, maxHz } = this.subscription;
    const owed = { every: 'between', latest: 'newest', extremes: 'extremes' } as const;
    const ofWaves = ({ value }: DeliveredReading) => policy === 'extremes' && (isSamples(value) || isEnvelope(value));
    same(readings.filter((each) => !ofWaves(each)).map(keyOf), keysOf(this.truth[owed[policy]](this.#position, to)));
    if (policy === 'extremes') {
      const blocks = this.truth.blocks(this.#position, to);
      const waves = readings.filter(ofWaves);
      for (const series of new Set([...blocks.keys(), ...waves.map((each) => each.series)])) {
        const alike = waves.filter((each) => each.series === series);
        checkEnvelopes(alike, blocks.get(series) ?? [], 1000 / maxHz);
      }
    }
    for (const { series, n } of readings) {
      if (n <= (this.#lastN.get(series) ?? 0)) throw new Error(`${series} ${n} came again`);
      this.#lastN.set(series, n);
    }
    this.#position = to;
    this.#resumeFrom = frame.to;
  }
}

function subscriptionOf(random: SeededRandom): SoleSubscription {
  return {
    filters: Array.from({ length: 1 + random.upTo(2) }, () => random.pick(FILTERS)),
    policy: random.pick(['every', 'latest', 'extremes']),
    maxHz: random.pick([0.5, 10, 60]),
    ...(random.chance(0.2) ? { after: 'earliest' } : {}),
  };
}

function run(seed: number): void {
  const random = randomOf(seed);
  const small = random.chance(0.6);
  const maxWaveformBytes = random.pick([1, 4, 12, 20]) * 1024;
  const bench = new HubBench(small ? { maxBytes: 24 * 1024, maxWaveformBytes, segmentSize: 1 + random.upTo(8) } : {});
  const history: Fact[] = [];
  const truths: Truth[] = [];
  bench.journal.committed.subscribe((entries) => {
    for (const entry of entries) {
      const fact = { entry, key: keyOf(entry) };
      history.push(fact);
      for (const truth of truths) truth.add(fact);
    }
  });
  const clients: { client: Client; lazy: boolean }[] = [];
  const watch = (subscription: SoleSubscription) => {
    const truth = new Truth(subscription, history);
    truths.push(truth);
    return truth;
  };
  const change = (client: Client) => {
    if (client.id === undefined) return;
    const subscription = { ...subscriptionOf(random), filters: client.filters };
    client.change(subscription, watch(subscription));
  };
  const known = 1 + random.upTo(SERIES.length);
  const device = new WaveDevice(random);
  const append = (series: readonly string[]) =>
    bench.appendAll(
      Array.from({ length: 1 + random.upTo(random.chance(0.1) ? 60 : 6) }, () => {
        const name = random.pick(series);
        const isWaveform = name.endsWith('ecg') || (name === 'turns' && random.chance(0.5));
        return isWaveform
          ? device.block(name)
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
      const client = new Client(bench, watch(subscription), subscription, id);
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
  for (const { client } of clients) {
    client.pull(Infinity);
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
  });
});

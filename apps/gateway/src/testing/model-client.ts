import { expect } from '@jest/globals';
import {
  type DeliveredReading,
  type Frame,
  type FrameOf,
  parseCursor,
  type Policy,
  RowReader,
  type Service,
  type SoleSubscription,
} from '@telewire/protocol';
import { isEnvelope, isSamples } from '@telewire/telemetry';
import type { Reader } from '../hub/reader.js';
import { frameOf, type HubBench } from './hub-bench.js';
import { checkEnvelopes, type Fact, keyOf, keysOf, same, type Truth } from './hub-truth.js';
import { polled, type PulledFrames, StreamedFrames } from './pulled-frames.js';

// How long a column of a waveform is at least that is thinned because its client is slow (hub/member).
const SLOW_COLUMN_MS = 250;

/** One client: keeps what a client keeps, and checks what it is told against the truth. */
export class ModelClient {
  #reader!: Reader;
  #frames!: PulledFrames;
  /** How it is served, as far as it was told. */
  service!: Service;
  /** It has been served less than it asked for. */
  wasSlow = false;
  #rows = new RowReader();
  #resumeFrom: string | undefined;
  #position: number;
  #owesSnapshot: number | undefined;
  /** What was owed by the contract before, until the gateway has said that it has another. */
  #before: ((from: number, to: number) => Fact[]) | undefined;
  /** Since when it has had this contract. */
  #since = 0;
  readonly #lastN = new Map<string, number>();
  /** What has come, besides waveforms, in frames of its own: from where each led on, and its readings. */
  #thinned: { readonly from: number; readonly keys: readonly string[] }[] = [];
  /** The last of them was not yet the end of what was thinned at once. */
  #awaitsMore = false;

  constructor(
    private readonly bench: HubBench,
    private truth: Truth,
    private subscription: SoleSubscription,
    readonly id: string | undefined,
    private readonly streams: boolean,
  ) {
    this.#position = bench.journal.head;
    this.#owesSnapshot = subscription.after === undefined ? bench.journal.head : truth.tail(bench.journal);
    if (subscription.after !== undefined) this.#position = this.#owesSnapshot;
    this.#open(subscription);
  }

  get filters(): string[] {
    return this.subscription.filters;
  }

  get isServedLess(): boolean {
    return this.service !== this.subscription.policy;
  }

  /** Reads up to `frames` frames. */
  pull(frames: number): number {
    for (let taken = 0; taken < frames; taken++) {
      const frame = this.#frames.take();
      if (!frame) return taken;
      this.#take(frameOf(frame));
      if (frame.type !== 'heartbeat' && frame.cursor !== undefined)
        same([parseCursor(frame.cursor).seq], [this.#position]);
    }
    return frames;
  }

  /** Loses the connection and comes back with what it has. */
  reconnect(): void {
    this.#frames.close();
    this.#forget();
    this.#rows = new RowReader();
    const after = this.#resumeFrom ?? this.subscription.after;
    this.#goOn();
    this.#before = undefined;
    this.#open({ ...this.subscription, after });
  }

  #open(subscription: SoleSubscription): void {
    this.#reader = this.bench.reader(subscription, this.id);
    this.#frames = this.streams ? new StreamedFrames(this.#reader) : polled(this.#reader);
    this.service = subscription.policy;
  }

  /** Asks for the same series under another contract, on the same connection (PROTOCOL R25). */
  change({ after: _, ...terms }: SoleSubscription, truth: Truth): void {
    this.pull(this.#frames.waiting);
    this.#reader.change(this.id!, terms);
    const { truth: owedBefore, service, isServedLess } = this;
    this.#before ??= (from, to) => owed(owedBefore, isServedLess ? service : undefined, from, to);
    this.service = terms.policy;
    this.#forget();
    this.truth = truth;
    this.subscription = { ...this.subscription, onSlow: undefined, ...terms };
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
    this.pull(this.#frames.waiting);
    this.#hear(frameOf(this.#reader.heartbeat()) as FrameOf<'heartbeat'>);
  }

  #hear(frame: FrameOf<'heartbeat'>): void {
    const cursor = this.id === undefined ? frame.cursor : frame.cursors?.[this.id];
    if (cursor === undefined) return;
    const { seq } = parseCursor(cursor);
    // Never behind what was delivered, and with nothing owed in between (PROTOCOL R7).
    expect(seq).toBeGreaterThanOrEqual(this.#position);
    same(keysOf(this.#owed(this.#position, seq)), []);
    this.#position = seq;
    this.#resumeFrom = cursor;
  }

  /** Checks that nothing is owed any more. */
  finish(): void {
    const { head } = this.bench.journal;
    expect(this.#awaitsMore).toBe(false);
    same(keysOf(this.truth.between(this.#position, head)), []);
    // What was left out last does not come any more.
    if (this.wasSlow) return;
    for (const { entry } of this.truth.newest(this.#since, head))
      same([entry.series, this.#lastN.get(entry.series)], [entry.series, entry.n]);
  }

  close(): void {
    this.#frames.close();
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
      case 'heartbeat':
        return this.#hear(frame);
      case 'degraded':
        same([this.streams, this.subscription.onSlow ?? 'degrade'], [true, 'degrade']);
        expect(frame.policy).not.toBe(this.service);
        this.#skipTo(parseCursor(frame.cursor).seq);
        this.#resumeFrom = frame.cursor;
        this.service = frame.policy;
        this.#forget();
        this.wasSlow = true;
        return;
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
    same(keysOf(before(this.#position, seq)), []);
    this.#since = this.#position = seq;
    this.#resumeFrom = cursor;
  }

  /** What of `after from up to to` must come to it as it is served now. */
  #owed(from: number, to: number): Fact[] {
    return owed(this.truth, this.isServedLess ? this.service : undefined, from, to);
  }

  /** Moves on, or back over what does not match; what is skipped must not concern this subscription. */
  #skipTo(seq: number): void {
    const [from, to] = [Math.min(this.#position, seq), Math.max(this.#position, seq)];
    same(keysOf(this.#owed(from, to)), []);
    this.#position = seq;
  }

  /** What a frame, or several, hold besides waveforms. */
  #plain(policy: Policy, from: number, to: number, count: number): string[] {
    if (policy === 'every') return keysOf(this.truth.between(from, to));
    if (policy === 'latest') return keysOf(this.truth.latest(from, to));
    const ofAll = this.truth.extremes(from, to);
    // One frame made as readings came is of one interval, also where the clock was set meanwhile; what was missed is of several.
    if (!this.isServedLess && count !== ofAll.length)
      return keysOf(this.truth.extremes(from, to, 1000 / this.subscription.maxHz));
    return keysOf(ofAll);
  }

  /**
   * Checks what comes in frames of its own, of which several may be one stretch of the journal that was thinned at once: together
   * they hold what one frame would, and each of them nothing else.
   */
  #checkThinned(policy: Policy, to: number, keys: readonly string[]): void {
    this.#thinned.push({ from: this.#position, keys });
    let together: readonly string[] = [];
    this.#awaitsMore = !this.#thinned.toReversed().some((part) => {
      together = [...part.keys, ...together];
      const whole = this.#plain(policy, part.from, to, together.length);
      return whole.length === together.length && whole.every((key, i) => key === together[i]);
    });
    const most = new Set(this.#plain(policy, this.#position, to, keys.length));
    if (this.#awaitsMore)
      same(
        [...keys].filter((key) => !most.has(key)),
        [],
      );
  }

  /** What was thinned and has not come is thinned anew. */
  #forget(): void {
    this.#thinned = [];
    this.#awaitsMore = false;
  }

  #takeReadings(frame: Extract<Frame, { type: 'readings' }>): void {
    expect(this.#owesSnapshot).toBeUndefined();
    const [from, to] = [parseCursor(frame.from).seq, parseCursor(frame.to).seq];
    expect(to).toBeGreaterThan(from);
    expect(frame.rows).not.toHaveLength(0);
    this.#skipTo(from);
    const readings = frame.rows.map((row) => this.#rows.read(row, this.id));
    const { policy: asked, maxHz } = this.subscription;
    const policy = this.service as Policy;
    const columnMs = policy === asked ? 1000 / maxHz : Math.max(1000 / maxHz, SLOW_COLUMN_MS);
    const ofWaves = ({ value }: DeliveredReading) => policy === 'extremes' && (isSamples(value) || isEnvelope(value));
    const plain = readings.filter((each) => !ofWaves(each)).map(keyOf);
    if (this.isServedLess || policy === 'latest') this.#checkThinned(policy, to, plain);
    else same(plain, this.#plain(policy, this.#position, to, plain.length));
    if (policy === 'extremes') {
      const blocks = this.truth.blocks(this.#position, to);
      const waves = readings.filter(ofWaves);
      for (const series of new Set([...blocks.keys(), ...waves.map((each) => each.series)])) {
        const alike = waves.filter((each) => each.series === series);
        checkEnvelopes(alike, blocks.get(series) ?? [], columnMs);
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

/** What of `after from up to to` must come to who is served less, where `service` says so. */
function owed(truth: Truth, service: Service | undefined, from: number, to: number): Fact[] {
  const facts = truth.between(from, to);
  if (service === undefined || service === 'paused') return facts;
  return facts.filter(({ entry }) => !entry.late && !(service === 'latest' && isSamples(entry.value)));
}

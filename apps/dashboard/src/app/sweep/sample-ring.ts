import { columnOf, type Envelope, isEnvelope, isSamples, type Samples } from '@telewire/telemetry';
import type { DeliveredReading } from '@telewire/protocol';

const CAPACITY = 8192; // half a minute at 250 Hz: more than the widest sweep shows

/** What stands at a position: a sample, or the smallest and the largest of a column, at its middle. */
interface Kept {
  readonly at: number;
  readonly low: number;
  readonly high: number;
  /** What the column covers; of a sample 0. */
  readonly columnMs: number;
}

/**
 * The newest samples of one wave, in time order; where they come thinned, the columns of their envelope, of which parts are joined.
 * Times and values live in typed arrays of fixed size, so that hours of waves leave nothing to collect. A hole is a value of
 * NaN, or a step in time.
 */
export class SampleRing {
  private readonly times: Float64Array;
  private readonly lows: Float32Array;
  private readonly highs: Float32Array;
  private readonly columns: Float32Array;
  private first = 0;
  private count = 0;
  /** Position behind the newest sample; positions go up by one for each sample, and repeat only for what was let go of. */
  end = 0;
  /** Goes up when samples were put in before others, or a part was joined to a column. */
  revision = 0;
  /** From which position on it was, the last time: what has been drawn from there on is then not all there is. */
  revisedFrom = 0;
  /** Time between two samples, as the newest block said. */
  periodMs = 0;

  constructor(readonly capacity = CAPACITY) {
    this.times = new Float64Array(capacity);
    this.lows = new Float32Array(capacity);
    this.highs = new Float32Array(capacity);
    this.columns = new Float32Array(capacity);
  }

  /** Position of the oldest sample kept. */
  get start(): number {
    return this.end - this.count;
  }

  /** Time of the newest sample; `undefined` when there is none. */
  get newestAt(): number | undefined {
    return this.count === 0 ? undefined : this.timeAt(this.end - 1);
  }

  timeAt(position: number): number {
    return this.times[this.slot(position)] ?? NaN;
  }

  /** The sample at a position, or the smallest of a column. */
  lowAt(position: number): number {
    return this.lows[this.slot(position)] ?? NaN;
  }

  /** The sample at a position, or the largest of a column. */
  highAt(position: number): number {
    return this.highs[this.slot(position)] ?? NaN;
  }

  /** Time from a position to where the next sample or column should be. */
  spanAt(position: number): number {
    return this.columns[this.slot(position)] || this.periodMs;
  }

  /** Takes what a reading holds of the wave; `placedAt` is its `at` in the time of the sweep. What must not be used is a hole. */
  take({ at, value, quality }: DeliveredReading, placedAt: number): void {
    const bad = quality === 'bad';
    if (isSamples(value)) this.push(placedAt, bad ? { ...value, values: value.values.map(() => null) } : value);
    else if (isEnvelope(value)) this.join(at, placedAt - at, value, bad);
  }

  /** Takes a block whose first sample is of `at`. A block that came before is left out; a late one is put in its place. */
  push(at: number, { periodMs, values }: Samples): void {
    this.periodMs = periodMs;
    const newest = this.newestAt;
    if (newest !== undefined && at < newest + periodMs / 2) {
      if (this.isTaken(at - periodMs / 2, at + (values.length - 0.5) * periodMs)) return;
      const sample = (value: number) => ({ low: value, high: value, columnMs: 0 });
      this.insert(values.map((value, i) => ({ at: at + i * periodMs, ...sample(value ?? NaN) })));
      return;
    }
    for (let i = 0; i < values.length; i++) this.append(at + i * periodMs, values[i] ?? NaN, values[i] ?? NaN, 0);
  }

  /** Lets go of everything from `at` on. */
  forgetFrom(at: number): void {
    for (; this.count > 0 && this.timeAt(this.end - 1) >= at; this.count--) this.end--;
    this.revised(-Infinity);
  }

  /** First position whose sample is later than `at`. */
  after(at: number): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      if (this.timeAt(middle) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Columns are numbered by device time, whatever the sweep's time is: so parts of one column meet.
  private join(at: number, shiftMs: number, { columnMs, min, max }: Envelope, bad: boolean): void {
    const first = columnOf(at, columnMs);
    const late: Kept[] = [];
    for (let i = 0; i < min.length; i++) {
      const middle = (first + i + 0.5) * columnMs + shiftMs;
      const low = (bad ? null : min[i]) ?? NaN;
      const high = (bad ? null : max[i]) ?? NaN;
      const newest = this.newestAt;
      if (newest === undefined || middle > newest + columnMs / 4) this.append(middle, low, high, columnMs);
      else if (!this.joinTo(middle, low, high, columnMs)) late.push({ at: middle, low, high, columnMs });
    }
    if (late.length > 0) this.insert(late);
  }

  /** Joins a part to its column; false when that is not there. */
  private joinTo(at: number, low: number, high: number, columnMs: number): boolean {
    const length = Math.fround(columnMs);
    for (let i = this.after(at - columnMs / 4); i < this.end && this.timeAt(i) < at + columnMs / 4; i++) {
      const slot = this.slot(i);
      if (this.columns[slot] !== length) continue;
      if (Number.isNaN(low)) return true;
      // A comparison with a hole is false.
      if (!((this.lows[slot] ?? NaN) <= low)) this.lows[slot] = low;
      if (!((this.highs[slot] ?? NaN) >= high)) this.highs[slot] = high;
      this.revised(i);
      return true;
    }
    return false;
  }

  /** True when there is a sample between the two instants already. */
  private isTaken(from: number, to: number): boolean {
    for (let i = this.after(from); i < this.end && this.timeAt(i) < to; i++)
      if (this.columns[this.slot(i)] === 0) return true;
    return false;
  }

  private append(at: number, low: number, high: number, columnMs: number): void {
    if (this.count === this.capacity) this.first = (this.first + 1) % this.capacity;
    else this.count++;
    this.end++;
    const slot = this.slot(this.end - 1);
    this.times[slot] = at;
    this.lows[slot] = low;
    this.highs[slot] = high;
    this.columns[slot] = columnMs;
  }

  // Readings come in order save after trouble at the device, or under another contract, so this may cost a rebuild.
  private insert(late: readonly Kept[]): void {
    const kept: Kept[] = [...late];
    for (let i = this.start; i < this.end; i++)
      kept.push({
        at: this.timeAt(i),
        low: this.lowAt(i),
        high: this.highAt(i),
        columnMs: this.columns[this.slot(i)] ?? 0,
      });
    kept.sort((a, b) => a.at - b.at);
    this.first = 0;
    this.count = 0;
    for (const { at, low, high, columnMs } of kept) this.append(at, low, high, columnMs);
    this.revised(-Infinity);
  }

  private revised(from: number): void {
    this.revision++;
    this.revisedFrom = from;
  }

  private slot(position: number): number {
    return (this.first + (position - this.start)) % this.capacity;
  }
}

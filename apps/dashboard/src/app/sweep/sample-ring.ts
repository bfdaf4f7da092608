import type { Samples } from '@telewire/telemetry';

const CAPACITY = 8192; // half a minute at 250 Hz: more than the widest sweep shows

/**
 * The newest samples of one wave, in time order. Times and values live in typed arrays of fixed size, so that hours of
 * waves leave nothing to collect. A hole is a value of NaN, or a step in time.
 */
export class SampleRing {
  private readonly times: Float64Array;
  private readonly values: Float32Array;
  private first = 0;
  private count = 0;
  /** Position behind the newest sample; positions go up by one for each sample and never repeat. */
  end = 0;
  /** Goes up when samples were put in before others: what has been drawn is then not all there is. */
  revision = 0;
  /** Time between two samples, as the newest block said. */
  periodMs = 0;

  constructor(readonly capacity = CAPACITY) {
    this.times = new Float64Array(capacity);
    this.values = new Float32Array(capacity);
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

  valueAt(position: number): number {
    return this.values[this.slot(position)] ?? NaN;
  }

  /** Takes a block whose first sample is of `at`. A block that came before is left out; a late one is put in its place. */
  push(at: number, block: Samples): void {
    const { periodMs, values } = block;
    this.periodMs = periodMs;
    const newest = this.newestAt;
    if (newest !== undefined && at < newest + periodMs / 2) {
      this.insert(at, block);
      return;
    }
    for (let i = 0; i < values.length; i++) this.append(at + i * periodMs, values[i] ?? NaN);
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

  private append(at: number, value: number): void {
    if (this.count === this.capacity) this.first = (this.first + 1) % this.capacity;
    else this.count++;
    this.end++;
    const slot = this.slot(this.end - 1);
    this.times[slot] = at;
    this.values[slot] = value;
  }

  // Blocks come in order save after trouble at the device, so this may cost a rebuild.
  private insert(at: number, { periodMs, values }: Samples): void {
    const kept: [number, number][] = [];
    for (let i = this.start; i < this.end; i++) kept.push([this.timeAt(i), this.valueAt(i)]);
    const end = at + (values.length - 1) * periodMs;
    const position = this.after(at - periodMs / 2) - this.start;
    const next = kept[position];
    if (next !== undefined && next[0] < end + periodMs / 2) return; // its place is taken: it came before
    kept.splice(position, 0, ...values.map((value, i): [number, number] => [at + i * periodMs, value ?? NaN]));
    this.first = 0;
    this.count = 0;
    for (const [time, value] of kept) this.append(time, value);
    this.revision++;
  }

  private slot(position: number): number {
    return (this.first + (position - this.start)) % this.capacity;
  }
}

const CAPACITY = 4096;
// Readings further apart than this many intervals are not joined: what was not measured is not drawn.
const JOINED_INTERVALS = 3;

/** A trend ready to be drawn: times and values of one length; `null` breaks the line. */
export interface TrendColumns {
  readonly times: number[];
  readonly values: (number | null)[];
}

/** The newest numbers of one series in time order, in typed arrays of fixed size. NaN stands for a hole. */
export class TrendRing {
  private readonly times: Float64Array;
  private readonly values: Float64Array;
  private readonly paces: Float32Array;
  private first = 0;
  private count = 0;
  /** Goes up with everything that comes. */
  revision = 0;

  constructor(readonly capacity = CAPACITY) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.paces = new Float32Array(capacity);
  }

  /**
   * Takes a reading; one that comes late is put in its place, and one of a time that is there already replaces it.
   * @param paceMs the interval of which a thinned series keeps this reading; 0 where every one comes
   */
  push(at: number, value: number | null, paceMs = 0): void {
    this.revision++;
    let position = this.count;
    while (position > 0 && this.timeAt(position - 1) > at) position--;
    if (position > 0 && this.timeAt(position - 1) === at) {
      this.values[this.slot(position - 1)] = value ?? NaN;
      return;
    }
    if (this.count === this.capacity) {
      if (position === 0) return; // Older than everything that is kept.
      this.first = (this.first + 1) % this.capacity;
      position--;
    } else this.count++;
    for (let i = this.count - 1; i > position; i--)
      this.put(i, this.timeAt(i - 1), this.valueAt(i - 1), this.paceAt(i - 1));
    this.put(position, at, value ?? NaN, paceMs);
  }

  /** Lets go of everything from `at` on. */
  forgetFrom(at: number): void {
    while (this.count > 0 && this.timeAt(this.count - 1) >= at) this.count--;
    this.revision++;
  }

  /**
   * Everything since `from`, with one reading before it so that the line enters from the edge, and breaks at gaps. A gap is
   * held against the pace that its two sides came at: what came before the pace was changed is no more broken than before.
   */
  columns(from: number, intervalMs: number | null): TrendColumns {
    const times: number[] = [];
    const values: (number | null)[] = [];
    let start = this.count;
    while (start > 0 && this.timeAt(start - 1) >= from) start--;
    start = Math.max(0, start - 1);
    for (let i = start; i < this.count; i++) {
      const at = this.timeAt(i);
      const before = times.at(-1);
      const dueMs = Math.max(intervalMs ?? Infinity, this.paceAt(i - 1), this.paceAt(i));
      if (before !== undefined && at - before > dueMs * JOINED_INTERVALS) {
        times.push(before + (at - before) / 2);
        values.push(null);
      }
      const value = this.valueAt(i);
      times.push(at);
      values.push(Number.isNaN(value) ? null : value);
    }
    return { times, values };
  }

  /** Lowest and highest number since `from`; `undefined` when there is none. */
  extent(from: number): { readonly low: number; readonly high: number } | undefined {
    let low = Infinity;
    let high = -Infinity;
    for (let i = this.count - 1; i >= 0 && this.timeAt(i) >= from; i--) {
      const value = this.valueAt(i);
      if (Number.isNaN(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return low <= high ? { low, high } : undefined;
  }

  private timeAt(position: number): number {
    return this.times[this.slot(position)] ?? NaN;
  }

  private valueAt(position: number): number {
    return this.values[this.slot(position)] ?? NaN;
  }

  private paceAt(position: number): number {
    return this.paces[this.slot(position)] ?? 0;
  }

  private put(position: number, at: number, value: number, paceMs: number): void {
    this.times[this.slot(position)] = at;
    this.values[this.slot(position)] = value;
    this.paces[this.slot(position)] = paceMs;
  }

  private slot(position: number): number {
    return (this.first + position) % this.capacity;
  }
}

/** What a station measures of a lane. */
export const MEASURES = ['flow', 'occupancy', 'speed'] as const;
/** What a station measures of a lane. */
export type Measure = (typeof MEASURES)[number];

/** One interval of one lane; NaN where nothing was measured. */
export interface LaneCell {
  flow: number;
  occupancy: number;
  speed: number;
}

/**
 * The last half hour of one station, an interval a cell. Readings of one interval carry the same time; the cell that they
 * belong to is counted from the station's first reading, so that a station out of step with the others has no holes.
 */
export class StationHistory {
  private readonly cells: number;
  private readonly numbers: Float64Array;
  private readonly values: Float32Array;
  private phaseMs: number | undefined;
  /** Number of the newest cell. */
  newest = -Infinity;
  /** Number of the oldest cell that was ever filled. */
  oldest = Infinity;

  constructor(
    readonly lanes: number,
    readonly intervalMs: number,
    keptMs: number,
  ) {
    this.cells = Math.ceil(keptMs / intervalMs) + 1;
    this.numbers = new Float64Array(this.cells).fill(-Infinity);
    this.values = new Float32Array(this.cells * lanes * MEASURES.length).fill(NaN);
  }

  /** Takes one value of one lane (from 0); `null` for "measured nothing". */
  put(at: number, lane: number, measure: Measure, value: number | null): void {
    this.phaseMs ??= at % this.intervalMs;
    const number = Math.round((at - this.phaseMs) / this.intervalMs);
    if (lane < 0 || lane >= this.lanes || number <= this.newest - this.cells) return;
    const slot = ((number % this.cells) + this.cells) % this.cells;
    if (this.numbers[slot] !== number) {
      this.numbers[slot] = number;
      this.values.fill(NaN, slot * this.stride, (slot + 1) * this.stride);
    }
    this.values[slot * this.stride + lane * MEASURES.length + MEASURES.indexOf(measure)] = value ?? NaN;
    this.newest = Math.max(this.newest, number);
    this.oldest = Math.min(this.oldest, number);
  }

  /** The stretch of time that a cell stands for: the interval before its readings' time. */
  endOf(number: number): number {
    return number * this.intervalMs + (this.phaseMs ?? 0);
  }

  /** The number of the cell whose stretch holds `at`. */
  cellAt(at: number): number {
    return Math.ceil((at - (this.phaseMs ?? 0)) / this.intervalMs);
  }

  /** The lanes of one cell; `undefined` when nothing came for it. */
  lanesOf(number: number): LaneCell[] | undefined {
    const slot = ((number % this.cells) + this.cells) % this.cells;
    if (this.numbers[slot] !== number) return undefined;
    return Array.from({ length: this.lanes }, (_, lane) => {
      const from = slot * this.stride + lane * MEASURES.length;
      return {
        flow: this.values[from] ?? NaN,
        occupancy: this.values[from + 1] ?? NaN,
        speed: this.values[from + 2] ?? NaN,
      };
    });
  }

  /** Mean speed of a cell, weighted by flow; NaN when no vehicle was measured. */
  speedOf(number: number): number {
    const slot = ((number % this.cells) + this.cells) % this.cells;
    if (this.numbers[slot] !== number) return NaN;
    let weight = 0;
    let sum = 0;
    for (let from = slot * this.stride; from < (slot + 1) * this.stride; from += MEASURES.length) {
      const flow = this.values[from] ?? NaN;
      const speed = this.values[from + 2] ?? NaN;
      if (!(speed >= 0)) continue;
      const share = flow > 0 ? flow : 1;
      weight += share;
      sum += share * speed;
    }
    return weight === 0 ? NaN : sum / weight;
  }

  private get stride(): number {
    return this.lanes * MEASURES.length;
  }
}

import type { DeviceInfo, Samples } from '@telewire/telemetry';

/** One value that a device has to say. */
export interface Measurement {
  /** Name below the device: `hr`, `lane-1/flow`. */
  readonly name: string;
  /** SenML unit symbol; left out where SenML has none. */
  readonly unit?: string;
  readonly value: number | string | boolean | Samples;
  /** The grid of {@link Samples}, in their unit: the resolution of the converter. */
  readonly resolution?: number;
  /** Elapsed milliseconds since the fleet started; for {@link Samples} of the first one. */
  readonly elapsedMs: number;
}

/** Something a device does again and again. Times are elapsed milliseconds since the fleet started. */
export interface Task {
  /** When it is to run next. */
  readonly dueMs: number;
  /** What it says at `dueMs`, nothing when empty; moves `dueMs` on. */
  run(): Measurement[];
  /** Leaves out what was due before `elapsedMs`. */
  skipTo(elapsedMs: number): void;
}

/** A device as the fleet plays it. */
export interface Device {
  readonly info: DeviceInfo;
  readonly tasks: readonly Task[];
}

/**
 * A task at equal intervals: it first runs at `firstMs` and is told the interval that ends then. The ends are computed
 * from the count and not added up, so that fractional periods do not drift.
 */
export function every(periodMs: number, firstMs: number, run: (fromMs: number, toMs: number) => Measurement[]): Task {
  let count = 0;
  const endOf = (index: number): number => firstMs + index * periodMs;
  return {
    get dueMs() {
      return endOf(count);
    },
    run() {
      count += 1;
      return run(endOf(count - 2), endOf(count - 1));
    },
    skipTo(elapsedMs) {
      count = Math.max(count, Math.ceil((elapsedMs - firstMs) / periodMs));
    },
  };
}

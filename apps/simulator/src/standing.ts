import type { DeviceInfo } from '@telewire/telemetry';
import type { Measurement } from './device.js';
import { encodePack } from './senml.js';

// What comes more often than this is known again soon enough by itself.
const RARE_MS = 20_000;

/** What of a device still holds though it was said a while ago: series that are told on change or rarely. */
export class Standing {
  readonly #device: string;
  readonly #prefix: string;
  readonly #rare: ReadonlySet<string>;
  /** By name; their times are epoch milliseconds, for elapsed zero may move. */
  readonly #last = new Map<string, Measurement>();

  constructor({ device, series }: DeviceInfo) {
    this.#device = device;
    this.#prefix = `${device}/`;
    const rare = series.filter(({ intervalMs }) => intervalMs === null || intervalMs >= RARE_MS);
    this.#rare = new Set(rare.map((each) => each.series));
  }

  /** Notes what the device says. @param originAt epoch milliseconds of elapsed zero */
  note(measurements: readonly Measurement[], originAt: number): void {
    for (const each of measurements)
      if (this.#rare.has(this.#prefix + each.name))
        this.#last.set(each.name, { ...each, elapsedMs: originAt + each.elapsedMs });
  }

  /** All of it again, each value of its own time; `undefined` when there is nothing. */
  pack(): string | undefined {
    return this.#last.size === 0 ? undefined : encodePack(this.#device, 0, [...this.#last.values()]);
  }
}

import type { SchedulerLike, Subscription } from 'rxjs';
import type { SeriesInfo } from '@telewire/telemetry';
import type { Journal } from '../journal/journal.js';
import type { Registry } from '../registry/registry.js';

// After a machine slept, what it missed is not made up for.
const MAX_BEHIND_MS = 2_000;
const WAVE_MS = 10_000;

/** Makes the readings of a session's own series: evenly spaced, and never one too few or too many. */
export class Generator {
  #timer: Subscription | undefined;
  /** Not a number until it runs. */
  #rateHz = NaN;
  #startedAt = 0;
  #made = 0;

  constructor(
    /** The name of the series, and of the device that it belongs to. */
    readonly series: string,
    private readonly journal: Journal,
    private readonly registry: Registry,
    private readonly scheduler: SchedulerLike,
  ) {}

  /** Readings a second that it makes. */
  get rateHz(): number {
    return this.#rateHz || 0;
  }

  /** Makes so many readings a second from now on; 0 is none. The same rate again goes on as it is. */
  run(rateHz: number): void {
    if (rateHz === this.#rateHz) return;
    this.#timer?.unsubscribe();
    this.#rateHz = rateHz;
    this.#startedAt = this.scheduler.now();
    this.#made = 0;
    this.registry.announce({
      device: this.series,
      label: 'Transport lab',
      type: 'lab',
      simulated: true,
      series: [this.#info(rateHz)],
    });
    this.registry.setOnline(this.series, true);
    if (rateHz > 0) this.#rest();
  }

  /** Ends, and leaves nothing behind but what is in the journal. */
  stop(): void {
    this.#timer?.unsubscribe();
    this.#rateHz = NaN;
    this.registry.forget(this.series);
  }

  #info(rateHz: number): SeriesInfo {
    return {
      series: this.series,
      label: 'Lab',
      kind: 'number',
      unit: '%',
      intervalMs: rateHz === 0 ? null : 1000 / rateHz,
      range: { low: 0, high: 100 },
    };
  }

  #dueAt(count: number): number {
    return this.#startedAt + (count * 1000) / this.#rateHz;
  }

  #rest(): void {
    const leftMs = Math.max(0, this.#dueAt(this.#made + 1) - this.scheduler.now());
    this.#timer = this.scheduler.schedule(() => {
      this.#make();
      this.#rest();
    }, leftMs);
  }

  #make(): void {
    const at = this.scheduler.now();
    const behindMs = at - this.#dueAt(this.#made + 1);
    // The clock was set, or the machine slept: go on from here.
    if (behindMs > MAX_BEHIND_MS || behindMs < -MAX_BEHIND_MS - 1000 / this.#rateHz) {
      this.#startedAt = at;
      this.#made = 0;
      return;
    }
    const readings = [];
    for (; this.#dueAt(this.#made + 1) <= at; this.#made++) {
      const turn = (this.#dueAt(this.#made + 1) % WAVE_MS) / WAVE_MS;
      const value = Number((50 + 50 * Math.sin(2 * Math.PI * turn)).toFixed(2));
      readings.push({ series: this.series, at, receivedAt: at, value, quality: 'good' as const });
    }
    // A journal that takes nothing says so itself.
    if (readings.length > 0) this.journal.append(readings).catch(() => undefined);
  }
}

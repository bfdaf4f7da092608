import { Injectable, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Subject, asyncScheduler, defer, repeat, retry, startWith, switchMap, throttleTime, timer } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import type { DeviceEntry, Inventory, SeriesEntry, StoredReading } from '@telewire/protocol';
import type { SeriesInfo, Value } from '@telewire/telemetry';

const REFRESH_MS = 20_000;
const ASK_AGAIN_MS = 2_000;
const LONGEST_RETRY_MS = 10_000;

/** Why the gateway could not be asked, and when it is asked again (local clock). */
export interface DirectoryFailure {
  readonly reason: string;
  readonly retryAt: number;
}

/** Which devices and series there are. What appears later appears here by itself. */
@Injectable({ providedIn: 'root' })
export class DeviceDirectory {
  private readonly telewire = inject(TELEWIRE);
  private readonly asked = new Subject<void>();
  private readonly deviceList = signal<readonly DeviceEntry[]>([]);
  private readonly seriesMap = signal<ReadonlyMap<string, SeriesInfo>>(new Map());
  private readonly known = signal(false);
  private readonly trouble = signal<DirectoryFailure | undefined>(undefined);
  private readonly latest = new Map<string, StoredReading>();
  private seen = '';

  readonly devices = this.deviceList.asReadonly();
  readonly series = this.seriesMap.asReadonly();
  /** True once the gateway has answered. */
  readonly ready = this.known.asReadonly();
  readonly failure = this.trouble.asReadonly();

  constructor() {
    this.asked
      .pipe(
        startWith(undefined),
        throttleTime(ASK_AGAIN_MS, asyncScheduler, { leading: true, trailing: true }),
        switchMap(() =>
          defer(() => this.telewire.inventory()).pipe(
            retry({ delay: (error, count) => timer(this.failed(error, count)) }),
            repeat({ delay: REFRESH_MS }),
          ),
        ),
        takeUntilDestroyed(),
      )
      .subscribe((inventory) => this.learn(inventory));
  }

  /** To be called when a series arrives that is not in {@link series}: the gateway is asked anew, soon and not too often. */
  missing(series: string): void {
    if (!this.seriesMap().has(series)) this.asked.next();
  }

  /** The latest reading of a series when the gateway was asked last; the journal may not hold it any more. */
  latestOf(series: string): StoredReading | undefined {
    return this.latest.get(series);
  }

  // A gateway that has just begun anew learns of its devices one by one. What was known stays, so that no bed moves.
  private learn(inventory: Inventory): void {
    this.known.set(true);
    this.trouble.set(undefined);
    const devices = new Map(this.deviceList().map((device) => [device.device, device]));
    const series = new Map(this.seriesMap());
    // Latest readings and states change with every answer; only what a device says of itself makes widgets anew.
    for (const device of inventory.devices) devices.set(device.device, { ...device, online: null });
    for (const { latest, device: _device, ...info } of inventory.series) {
      series.set(info.series, info);
      if (isPlain(latest)) this.latest.set(info.series, { ...latest, series: info.series });
    }
    const text = JSON.stringify([[...devices.values()], [...series.values()]]);
    if (text === this.seen) return;
    this.seen = text;
    this.deviceList.set([...devices.values()].sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true })));
    this.seriesMap.set(series);
  }

  private failed(error: unknown, count: number): number {
    const delay = Math.min(LONGEST_RETRY_MS, 1000 * 2 ** Math.min(count - 1, 4));
    // A TypeError is how fetch says that nobody answered; its words differ from browser to browser.
    const told = error instanceof Error && !(error instanceof TypeError) && error.message !== '';
    const reason = told ? error.message : 'There is no answer';
    this.trouble.set({ reason, retryAt: Date.now() + delay });
    return delay;
  }
}

type Latest = NonNullable<SeriesEntry['latest']>;

/** True for a latest reading that stands for itself: a block of a wave does not. */
const isPlain = (latest: Latest | null): latest is Latest & { value: Exclude<Value, object> | null } =>
  latest !== null && (latest.value === null || ['number', 'string', 'boolean'].includes(typeof latest.value));

import { Component, DestroyRef, computed, inject, input, type OnInit } from '@angular/core';
import { GATEWAY_CLOCK, type WidgetFeed } from '@telewire/angular';
import { judgeAge, type TransportChoice } from '@telewire/client';
import type { DeviceEntry } from '@telewire/protocol';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { AgeLine, AgeWords } from '../widget/age-line.js';
import { clockTime, skewWords } from '../widget/format.js';
import { TransportMenu } from '../widget/transport-menu.js';
import { verdictInWords } from '../widget/verdict-words.js';
import { Plot, type Drawing } from '../widget/plot.js';
import { drawRings, type RingPicture } from './ring-barrier.js';
import { SignalReadings } from './signal-readings.js';

const GUESSED_CYCLE_S = 120;

/** One signal controller: its rings, its barrier and the second of its cycle. */
@Component({
  selector: 'tw-signal',
  imports: [AgeLine, AgeWords, Plot, TransportMenu],
  templateUrl: './signal.html',
  host: { class: 'w', role: 'region', '[attr.aria-label]': "'Signal ' + device().label" },
})
export class Signal implements OnInit {
  readonly device = input.required<DeviceEntry>();
  private readonly directory = inject(DeviceDirectory);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly feeds = inject(FeedsInUse);
  private readonly destroyRef = inject(DestroyRef);
  private readonly readings = new SignalReadings();
  protected feed!: WidgetFeed;

  protected readonly age = computed(() => {
    const interval = this.directory.series().get(`${this.device().device}/cycle`)?.intervalMs ?? 1_000;
    return judgeAge(this.readings.heard, interval, this.clock.present());
  });
  private readonly freshness = computed(() => this.age().freshness);
  protected readonly picture = computed<RingPicture | undefined>(() => {
    const now = this.clock.present();
    const second = this.readings.second(now);
    if (second === undefined || this.freshness() === 'stale' || this.freshness() === 'none') return undefined;
    const known = this.readings.lengthS;
    const lengthS = known ?? Math.max(GUESSED_CYCLE_S, second);
    return { phases: this.readings.phases, second, lengthS, lengthKnown: known !== undefined, now };
  });
  protected readonly drawing = computed<Drawing | undefined>(() => {
    const picture = this.picture();
    return picture === undefined ? undefined : drawRings(picture);
  });
  /** The length of the cycle, or what is wrong with the time it is counted in. */
  protected readonly cycle = computed(() => {
    this.clock.present();
    const skew = skewWords(this.readings.clock.skewMs);
    if (skew !== undefined) return skew;
    const length = this.picture() === undefined ? undefined : this.readings.lengthS;
    return length === undefined ? 'first cycle not over yet' : `cycle ${Math.round(length)} s`;
  });
  protected readonly words = computed(() => {
    const shown = (this.picture()?.phases ?? []).filter(({ shows }) => shows !== undefined && shows !== 'red');
    return `Ring and barrier: ${shown.map(({ phase, shows }) => `phase ${phase} ${shows}`).join(', ') || 'all red'}`;
  });
  protected readonly silence = computed(() => {
    const { freshness, at } = this.age();
    if (freshness !== 'stale' || at === undefined) return undefined;
    const chain = {
      ...this.feeds.wayOf(this.feed),
      broker: this.readings.broker,
      status: this.readings.status,
    };
    return { since: clockTime(at), sentence: verdictInWords(chain, 'devices', Date.now()).sentence };
  });

  ngOnInit(): void {
    const { device } = this.device();
    this.feed = this.feeds.open(
      {
        widget: device,
        filters: [`${device}/#`],
        after: 'earliest',
        take: (readings) => this.readings.take(readings),
        freshness: this.freshness,
      },
      this.destroyRef,
    );
  }

  protected choose(transport: TransportChoice): void {
    this.feeds.choose(this.device().device, this.feed, transport);
  }
}

import { Component, DestroyRef, computed, effect, inject, input, type OnInit } from '@angular/core';
import { GATEWAY_CLOCK, type WidgetFeed } from '@telewire/angular';
import { MEDICAL } from '@telewire/telemetry';
import type { DeviceEntry, DeliveredReading } from '@telewire/protocol';
import type { TransportChoice } from '@telewire/client';
import { Announcer } from '../frame/announcer.js';
import { metricOf } from '../series-names.js';
import { Wave } from '../sweep/wave.js';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { AgeLine, AgeWords } from '../widget/age-line.js';
import { skewWords } from '../widget/format.js';
import { lateWords, lossWords } from '../widget/loss.js';
import { slowWords } from '../widget/slow.js';
import { TransportMenu } from '../widget/transport-menu.js';
import { BedNumber } from './bed-number.js';
import { BedReadings } from './bed-readings.js';
import { NONE_YET, lookAtBed, type BedView, type NumberView } from './bed-view.js';

const WAVES = [
  { metric: MEDICAL.ecgII.metric, ink: '--p-hr', slow: false },
  { metric: MEDICAL.pleth.metric, ink: '--p-spo2', slow: false },
  { metric: MEDICAL.respiration.metric, ink: '--p-resp', slow: true },
];
const NUMBERS = [
  { metric: MEDICAL.heartRate.metric, class: 'hr a' },
  { metric: MEDICAL.spo2.metric, class: 'spo2 b' },
  { metric: MEDICAL.respirationRate.metric, class: 'rr' },
];

/** One bed of the ward: waves, numbers, how old they are, and why when they are not there. */
@Component({
  selector: 'tw-bed',
  imports: [AgeLine, AgeWords, BedNumber, TransportMenu, Wave],
  templateUrl: './bed.html',
  host: { class: 'bed', role: 'article', '[attr.aria-label]': "'Bed ' + device().label" },
})
export class Bed implements OnInit {
  readonly device = input.required<DeviceEntry>();
  private readonly directory = inject(DeviceDirectory);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly feeds = inject(FeedsInUse);
  private readonly destroyRef = inject(DestroyRef);
  private readonly announcer = inject(Announcer);

  protected readonly readings = new BedReadings();
  protected feed!: WidgetFeed;
  private readonly series = computed(() => {
    const prefix = `${this.device().device}/`;
    const own = [...this.directory.series().values()].filter((info) => info.series.startsWith(prefix));
    return new Map(own.map((info) => [metricOf(info.series), info]));
  });
  protected readonly view = computed<BedView>(() =>
    lookAtBed(this.readings, this.series(), this.feeds.wayOf(this.feed), this.clock.present(), Date.now()),
  );
  private readonly freshness = computed(() => this.view().age.freshness);
  protected readonly waves = computed(() => this.present(WAVES));
  protected readonly numbers = computed(() => this.present(NUMBERS));
  protected readonly nibp = computed(() => this.series().get(MEDICAL.nibpSystolic.metric));
  protected readonly temperature = computed(() => this.series().get(MEDICAL.temperature.metric));
  protected readonly said = computed(() => {
    const { arrivals, clock } = this.readings;
    const late = lateWords(arrivals.late, this.clock.present());
    return slowWords(this.feed.state()) ?? lossWords(this.feed.loss(), Date.now()) ?? skewWords(clock.skewMs) ?? late;
  });

  constructor() {
    let before = 'none';
    effect(() => {
      const now = this.freshness();
      if (now === before) return;
      const bed = `Bed ${this.device().label}`;
      if (now === 'stale') this.announcer.say(`${bed} is stale`);
      if (now === 'fresh' && before === 'stale') this.announcer.say(`${bed} arrives again`);
      // Late is too short and too often to be spoken.
      if (now !== 'late') before = now;
    });
  }

  ngOnInit(): void {
    const { device } = this.device();
    this.feed = this.feeds.open(
      {
        widget: device,
        filters: [`${device}/#`],
        take: (readings) => this.take(readings),
        freshness: this.freshness,
      },
      this.destroyRef,
    );
  }

  protected numberOf(metric: string): NumberView {
    return this.view().numbers.get(metric) ?? NONE_YET;
  }

  protected choose(transport: TransportChoice): void {
    this.feeds.choose(this.device().device, this.feed, transport);
  }

  private take(readings: readonly DeliveredReading[]): void {
    for (const { series } of readings) this.directory.missing(series);
    this.readings.take(readings, this.clock.now());
  }

  private present<T extends { metric: string }>(wanted: readonly T[]) {
    const series = this.series();
    return wanted.flatMap((each) => {
      const info = series.get(each.metric);
      return info === undefined ? [] : [{ ...each, info }];
    });
  }
}

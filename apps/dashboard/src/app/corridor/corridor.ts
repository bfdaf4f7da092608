import { Component, DestroyRef, computed, effect, inject, linkedSignal, signal } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { type Age, type Level, NO_AGE, type TransportChoice } from '@telewire/client';
import type { DeliveredReading } from '@telewire/protocol';
import { DirectoryNotice } from '../frame/directory-notice.js';
import { PageTitle } from '../frame/page-title.js';
import { STATUS_METRIC } from '../series-names.js';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { AgeLine, AgeWords } from '../widget/age-line.js';
import { clockMinute, clockTime, skewWords } from '../widget/format.js';
import { lossWords } from '../widget/loss.js';
import { slowWords } from '../widget/slow.js';
import { TransportMenu } from '../widget/transport-menu.js';
import { verdictInWords } from '../widget/verdict-words.js';
import { drawContour, type Span } from './contour.js';
import { drawFlowOccupancy } from './flow-occupancy.js';
import { Plot, type Drawing } from '../widget/plot.js';
import { drawRoadMap } from './road-map.js';
import { RoadReadings, WINDOW_MS, stationsOf } from './road-readings.js';
import { lookAtStation, type RowView } from './road-view.js';
import { Ruler } from './ruler.js';
import { Signal } from './signal.js';
import { MEASURES } from './station-history.js';
import { StationRow } from './station-row.js';

const WIDGET = 'corridor';
const LEAST_SPAN_MS = 3 * 60_000;

const firstOf = (said: readonly string[]): string | undefined =>
  said.length < 2 ? said[0] : `${said[0]}, and ${said.length - 1} more`;

/** The road: where it is slow, since when, and how fast it is now, on one ruler. */
@Component({
  selector: 'tw-corridor',
  imports: [AgeLine, AgeWords, DirectoryNotice, Plot, Signal, StationRow, TransportMenu],
  templateUrl: './corridor.html',
  host: { class: 'corridor', '[class.empty]': 'stations().length === 0' },
})
export class Corridor {
  private readonly directory = inject(DeviceDirectory);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly feeds = inject(FeedsInUse);
  private readonly road = new RoadReadings();

  protected readonly stations = computed(() => stationsOf(this.directory.devices(), this.directory.series()));
  protected readonly signals = computed(() =>
    this.directory.devices().filter((device) => device.type === 'signal-controller'),
  );
  protected readonly ruler = computed(() => new Ruler(this.stations()));
  protected readonly rows = computed<readonly RowView[]>(() => {
    const now = this.clock.present();
    return this.stations().map((station) => lookAtStation(station, this.road, now));
  });
  /** The road is as fresh as its newest station; each row says its own age. */
  protected readonly age = computed<Age>(() =>
    this.rows()
      .map((row) => row.age)
      .filter(({ freshness }) => freshness !== 'none')
      .reduce((newest, age) => (newest.freshness === 'none' || age.ageMs < newest.ageMs ? age : newest), NO_AGE),
  );
  private readonly freshness = computed(() => this.age().freshness);
  protected readonly feed = this.feeds.open(
    {
      widget: WIDGET,
      filters: [...MEASURES.map((measure) => `+/+/+/${measure}`), `+/+/${STATUS_METRIC}`],
      after: 'earliest',
      take: (readings) => this.take(readings),
      freshness: this.freshness,
    },
    inject(DestroyRef),
  );
  // Pictures change when readings have come, four times a second at most.
  private readonly revision = computed(() => {
    this.clock.present();
    return this.road.revision;
  });
  protected readonly span = computed<Span>(
    () => {
      this.revision();
      const histories = this.stations().flatMap((station) => this.road.history(station.device) ?? []);
      const slowest = Math.max(10_000, ...this.stations().map((station) => station.intervalMs));
      const now = Math.floor(this.clock.present() / slowest) * slowest;
      const to = Math.max(now, ...histories.map((history) => history.endOf(history.newest)));
      const first = Math.min(to, ...histories.map((history) => history.endOf(history.oldest - 1)));
      return { from: Math.max(to - WINDOW_MS, Math.min(first, to - LEAST_SPAN_MS)), to };
    },
    { equal: (a, b) => a.from === b.from && a.to === b.to },
  );
  protected readonly contour = computed<Drawing>(() => {
    this.revision();
    return drawContour(this.stations(), this.road, this.ruler(), this.span());
  });
  protected readonly map = computed<Drawing>(() => {
    this.revision();
    const signals = this.signals().flatMap(({ km, label }) => (km === undefined ? [] : [{ km, label }]));
    return drawRoadMap(this.stations(), this.rows(), signals, this.ruler());
  });
  private readonly chosen = signal<string | undefined>(undefined);
  /** The station that is looked at; until one is chosen, the one that was slowest when the page was opened. */
  protected readonly station = computed(() => {
    const stations = this.stations();
    return stations.find(({ device }) => device === (this.chosen() ?? this.slowestAtFirst())) ?? stations[0];
  });
  private readonly slowestAtFirst = linkedSignal<string | undefined, string | undefined>({
    source: () => this.slowestRow()?.station.device,
    computation: (slowest, previous) => previous?.value ?? slowest,
  });
  private readonly slowestRow = computed(() => {
    const measured = this.rows().filter((row) => row.speed >= 0 && row.age.freshness !== 'stale');
    return measured.reduce<RowView | undefined>((a, b) => (a === undefined || b.speed < a.speed ? b : a), undefined);
  });
  protected readonly stationAge = computed(
    () => this.rows().find(({ station }) => station === this.station())?.age ?? NO_AGE,
  );
  protected readonly diagram = computed<Drawing>(() => {
    this.revision();
    return drawFlowOccupancy(this.road.history(this.station()?.device ?? ''));
  });
  protected readonly spanWords = computed(() => `${clockMinute(this.span().from)} to now`);
  protected readonly minutes = computed(() => Math.round((this.span().to - this.span().from) / 60_000));
  protected readonly slowest = computed(() => {
    const row = this.slowestRow();
    return row === undefined
      ? 'nothing measured yet'
      : `slowest now ${row.station.label}, ${Math.round(row.speed)} km/h`;
  });
  protected readonly silence = computed(() => {
    const { freshness, at } = this.age();
    if (freshness !== 'stale' || at === undefined) return undefined;
    const chain = {
      ...this.feeds.wayOf(this.feed),
      broker: this.road.broker,
      status: this.allOffline(),
    };
    const { sentence } = verdictInWords(chain, 'devices', Date.now());
    return `Nothing since ${clockTime(at)}. ${sentence.replace('The device is', 'All stations are')}`;
  });
  // The last one that went, when every station has gone.
  private allOffline(): Level | undefined {
    const since = this.rows().map((row) => row.offlineSince);
    if (since.length === 0 || since.includes(undefined)) return undefined;
    return { value: 'offline', at: Math.max(...since.map((at) => at ?? 0)) };
  }

  protected readonly said = computed(() => {
    this.clock.present();
    return (
      this.silence() ??
      slowWords(this.feed.state()) ??
      lossWords(this.feed.loss(), Date.now()) ??
      this.offline() ??
      this.skew()
    );
  });
  private readonly offline = computed(() => {
    const gone = this.rows().flatMap(({ station, offlineSince }) =>
      offlineSince === undefined ? [] : [`${station.label} offline since ${clockTime(offlineSince)}`],
    );
    return firstOf(gone);
  });
  private readonly skew = computed(() => {
    this.clock.present();
    const wrong = this.stations().flatMap(({ device, label }) => {
      const words = skewWords(this.road.skewMs(device));
      return words === undefined ? [] : [`${label}: ${words}`];
    });
    return firstOf(wrong);
  });

  constructor() {
    effect(() => this.road.know(this.stations()));
    inject(PageTitle).show(() => {
      const stations = this.stations();
      const [first, last] = [stations[0], stations.at(-1)];
      if (first === undefined || last === undefined) return '';
      const site = this.directory.devices().find(({ device }) => device === first.device)?.site;
      return `${site === undefined ? '' : `${site}, `}km ${Math.floor(first.km)} to ${Math.ceil(last.km)}`;
    });
  }

  protected choose(transport: TransportChoice): void {
    this.feeds.choose(WIDGET, this.feed, transport);
  }

  protected show(device: string): void {
    this.chosen.set(device);
  }

  private take(readings: readonly DeliveredReading[]): void {
    for (const { series } of readings) this.directory.missing(series);
    this.road.take(readings);
  }
}

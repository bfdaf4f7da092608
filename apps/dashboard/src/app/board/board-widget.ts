import {
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  type OnInit,
} from '@angular/core';
import { GATEWAY_CLOCK, type WidgetFeed } from '@telewire/angular';
import { type Age, type Chain, judgeAge, NO_AGE, type TransportChoice } from '@telewire/client';
import type { DeliveredReading } from '@telewire/protocol';
import { matches, type SeriesInfo } from '@telewire/telemetry';
import { Announcer } from '../frame/announcer.js';
import { metricOf } from '../series-names.js';
import { Wave } from '../sweep/wave.js';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import { FeedsInUse } from '../telemetry/feeds-in-use.js';
import { AgeLine, AgeWords } from '../widget/age-line.js';
import { clockTime, skewWords } from '../widget/format.js';
import { Icon } from '../widget/icon.js';
import { lateWords, lossWords } from '../widget/loss.js';
import { slowWords } from '../widget/slow.js';
import { TransportMenu } from '../widget/transport-menu.js';
import { unitText } from '../widget/units.js';
import { verdictInWords } from '../widget/verdict-words.js';
import { transportKey } from './board-keeper.js';
import type { BoardWidget as Kept, WidgetKind } from './board-layout.js';
import { BigNumber } from './big-number.js';
import { LogBody } from './log-body.js';
import { contractOf, keptEveryMs, ownHz, settledHz } from './own-pace.js';
import { inkOf, isSlow } from './parameter-ink.js';
import { isPattern, valueText, whereOf } from './series-search.js';
import { TableBody } from './table-body.js';
import { Trend } from './trend.js';
import { noticeOf, OTHERS } from './widget-notice.js';
import { WidgetReadings, statusFilters } from './widget-readings.js';
import { WidgetSettings } from './widget-settings.js';

/** What has a past and shows it; a wave begins now. */
const READS_BACK: readonly WidgetKind[] = ['number', 'trend', 'log'];

// While a widget is being sized its pace stays.
const RESIZED_MS = 500;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** One widget of a board: what it shows, how old that is, how it comes, and why when it is not there. */
@Component({
  selector: 'tw-board-widget',
  imports: [AgeLine, AgeWords, BigNumber, Icon, LogBody, TableBody, TransportMenu, Trend, Wave, WidgetSettings],
  templateUrl: './board-widget.html',
  host: { class: 'w', role: 'article', '[attr.aria-label]': 'called()' },
})
export class BoardWidget implements OnInit {
  readonly widget = input.required<Kept>();
  readonly arranging = input(false);

  private readonly directory = inject(DeviceDirectory);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly feeds = inject(FeedsInUse);
  private readonly destroyRef = inject(DestroyRef);
  private readonly announcer = inject(Announcer);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected readings!: WidgetReadings;
  protected feed!: WidgetFeed;
  protected readonly editing = signal(false);
  /** Its own pace, as it was when its size last changed by much. */
  protected readonly own = signal<number | undefined>(undefined);
  protected readonly contract = computed(() => contractOf(this.widget(), this.own()));
  protected readonly frameMs = computed(() => 1000 / this.contract().maxHz);
  /** False while it is scrolled out of sight: then nothing is drawn. */
  protected readonly visible = signal(true);
  /** The series that is shown; of a table the first that matches. */
  protected readonly info = computed<SeriesInfo | undefined>(() => {
    const { shows } = this.widget();
    const series = this.directory.series();
    return series.get(shows) ?? [...series.values()].find((info) => matches(shows, info.series));
  });
  protected readonly name = computed(() => {
    const { kind, shows } = this.widget();
    // Series that a filter matches may differ in their labels; what they share is the metric.
    const metric = /[+#]/.test(metricOf(shows)) ? 'All readings' : capital(metricOf(shows));
    const name = isPattern(shows) ? metric : (this.info()?.label ?? metric);
    return kind === 'trend' ? `${name} trend` : name;
  });
  protected readonly where = computed(() => {
    const { kind, shows } = this.widget();
    const where = isPattern(shows) ? shows : whereOf(shows, this.directory.devices());
    this.clock.present();
    const periodMs = kind === 'wave' ? (this.readings.ring?.periodMs ?? 0) : 0;
    return periodMs === 0 ? where : `${where}, ${Math.round(1000 / periodMs)} Hz`;
  });
  protected readonly called = computed(() => `${this.name()}, ${this.where()}`);
  protected readonly ink = computed(() => inkOf(this.widget().shows));
  protected readonly slow = computed(() => isSlow(this.widget().shows));
  protected readonly age = computed<Age>(() => {
    const now = this.clock.present();
    // A table is as fresh as its newest row; each row says its own age.
    const newest = [...this.readings.newest.values()];
    if (newest.length === 0) return NO_AGE;
    const last = newest.reduce((a, b) => (b.receivedAt > a.receivedAt ? b : a));
    return judgeAge(last, this.info()?.intervalMs ?? null, now, this.frameMs());
  });
  private readonly freshness = computed(() => this.age().freshness);
  private readonly chain = computed<Chain>(() => ({
    ...this.feeds.wayOf(this.feed),
    broker: this.readings.broker,
    status: this.readings.status,
  }));
  /** When the newest thing was measured, once nothing has come for too long. */
  protected readonly silentSince = computed(() => {
    const { freshness, at } = this.age();
    return freshness === 'stale' ? at : undefined;
  });
  protected readonly verdict = computed(() => {
    const since = this.silentSince();
    this.clock.present();
    return since === undefined
      ? undefined
      : { since: clockTime(since), sentence: verdictInWords(this.chain(), OTHERS, Date.now()).sentence };
  });
  protected readonly notice = computed(() => {
    this.clock.present();
    const { kind, shows } = this.widget();
    return noticeOf(
      {
        kind,
        shows,
        known: this.info(),
        directoryReady: this.directory.ready(),
        anythingCame: this.readings.newest.size > 0,
        age: this.age(),
        chain: this.chain(),
      },
      Date.now(),
    );
  });
  /** Trouble that numbers within their contract, and states that are sent on change, do not show by their age. */
  protected readonly trouble = computed(() => {
    this.clock.present();
    const { phase, since } = this.feed.state();
    const { broker, status } = this.readings;
    const { kind, shows } = this.widget();
    // What is stale says its verdict in its body; logs and tables have the header alone.
    if (this.silentSince() !== undefined && kind !== 'log' && kind !== 'table') return this.lost();
    if (phase === 'resuming') return `link lost at ${clockTime(since)}`;
    if (broker?.value === 'lost') return `broker lost at ${clockTime(broker.at)}`;
    if (status?.value === 'offline' && !isPattern(shows)) return `device offline since ${clockTime(status.at)}`;
    return this.lost();
  });
  private readonly lost = computed(() => {
    const late = lateWords(this.readings.arrivals.late, this.clock.present());
    return (
      slowWords(this.feed.state()) ?? lossWords(this.feed.loss(), Date.now()) ?? skewWords(this.readings.skewMs) ?? late
    );
  });
  /** What a canvas says to those who do not see it. */
  protected readonly words = computed(() => {
    const since = this.silentSince();
    return since === undefined ? ', running' : `, nothing since ${clockTime(since)}`;
  });
  protected readonly trendWords = computed(() => {
    this.clock.present();
    const newest = this.readings.newest.get(this.widget().shows);
    const value = `${valueText(newest?.value, this.info())} ${unitText(this.info()?.unit ?? '')}`;
    return `${this.called()}, last 5 minutes, newest ${value}${this.words()}`;
  });

  constructor() {
    let before = 'none';
    effect(() => {
      const now = this.freshness();
      if (now === before) return;
      if (now === 'stale') this.announcer.say(`${this.called()} is stale`);
      if (now === 'fresh' && before === 'stale') this.announcer.say(`${this.called()} arrives again`);
      // Late is too short and too often to be spoken.
      if (now !== 'late') before = now;
    });
    let asked = '';
    effect(() => {
      const contract = this.contract();
      const next = JSON.stringify(contract);
      this.readings.paceMs = keptEveryMs(contract);
      if (asked !== '' && next !== asked) this.feed.change(contract);
      asked = next;
    });
    effect(() => {
      const { kind, shows } = this.widget();
      if (!this.directory.series().has(shows) || !READS_BACK.includes(kind)) return;
      const latest = this.directory.latestOf(shows);
      if (latest !== undefined) this.readings.startWith(latest, this.clock.now());
    });
    afterNextRender(() => {
      const seen = new IntersectionObserver(([entry]) => this.visible.set(entry?.isIntersecting ?? true));
      let settled: ReturnType<typeof setTimeout> | undefined;
      const sized = new ResizeObserver(() => {
        clearTimeout(settled);
        settled = setTimeout(() => this.measure(), RESIZED_MS);
      });
      for (const observer of [seen, sized]) observer.observe(this.host.nativeElement);
      this.destroyRef.onDestroy(() => {
        for (const observer of [seen, sized]) observer.disconnect();
        clearTimeout(settled);
      });
    });
  }

  ngOnInit(): void {
    const { id, kind, shows } = this.widget();
    this.measure();
    this.readings = new WidgetReadings(kind, shows);
    this.feed = this.feeds.open(
      {
        widget: transportKey(id),
        filters: [shows, ...statusFilters(shows)],
        ...(READS_BACK.includes(kind) ? { after: 'earliest' } : {}),
        ...this.contract(),
        take: (readings) => this.take(readings),
        freshness: this.freshness,
      },
      this.destroyRef,
    );
  }

  protected choose(transport: TransportChoice): void {
    this.feeds.choose(transportKey(this.widget().id), this.feed, transport);
  }

  private measure(): void {
    const now = ownHz(this.widget().kind, this.host.nativeElement.clientWidth, this.slow());
    this.own.update((before) => settledHz(before, now));
  }

  private take(readings: readonly DeliveredReading[]): void {
    for (const { series } of readings) this.directory.missing(series);
    this.readings.take(readings, this.clock.now());
  }
}

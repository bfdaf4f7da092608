import { BehaviorSubject, Observable, Subject, filter, of } from 'rxjs';
import type {
  Batch,
  Contract,
  Feed,
  FeedOptions,
  FeedState,
  Telewire,
  TransportChoice,
  TransportName,
} from '@telewire/client';
import type { Inventory, DeliveredReading } from '@telewire/protocol';
import { durationMs, isSamples, matches, type SeriesInfo, type Value } from '@telewire/telemetry';
import { PATIENTS, WAVE_BLOCK_MS, deviceOf, numberAt, seriesOf, waveBlock } from './fake-bed.js';
import * as road from './fake-road.js';

const DELAY_MS: Readonly<Record<TransportName, number>> = {
  websocket: 18,
  'http-stream': 22,
  sse: 26,
  'long-poll': 90,
  poll: 900,
};
const HISTORY_MS = 25 * 60_000;

/** What goes wrong, from a query string: `?silent=06&late=07&offline=03&null=05&link=lost&broker=lost&gap=04`. */
export class Faults {
  constructor(private readonly query: URLSearchParams) {}
  is(fault: string, which: string): boolean {
    return (this.query.get(fault) ?? '').split(',').includes(which);
  }
}

/** A gateway that is not there: beds and a road from closed forms, for the design of pages and for specs. */
export class FakeTelewire implements Telewire {
  readonly clock = of({ offsetMs: 38, boundMs: 4 });
  private readonly out = new Subject<DeliveredReading>();
  private readonly linkLive = new BehaviorSubject(true);
  private readonly ordinals = new Map<string, number>();
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly startedAt = this.now();
  private doneTo = this.startedAt;

  constructor(private readonly faults = new Faults(new URLSearchParams())) {
    this.timer = setInterval(() => this.run(), 50);
    if (faults.is('link', 'lost')) {
      setTimeout(() => this.linkLive.next(false), 9_000);
      setTimeout(() => this.linkLive.next(true), 31_000);
    }
  }

  feed(options: FeedOptions): Feed {
    return new FakeFeed(options, this.out, this.linkLive, (filters, since) => this.latest(filters, since));
  }

  async inventory(): Promise<Inventory> {
    if (this.faults.is('inventory', 'fails')) throw new TypeError('Failed to fetch');
    if (this.faults.is('inventory', 'waits')) return new Promise(() => undefined);
    if (this.faults.is('inventory', 'empty')) return { at: this.now(), asOf: 'fake.0', devices: [], series: [] };
    const entry = (info: SeriesInfo, device: string) => ({ ...info, device, latest: null });
    return {
      at: this.now(),
      asOf: 'fake.0',
      devices: [
        ...PATIENTS.map((patient) => ({
          device: deviceOf(patient),
          label: patient.bed,
          type: 'patient-monitor',
          site: 'ICU 3',
          detail: patient.detail,
          simulated: true,
          online: true,
        })),
        ...road.STATIONS.map(({ label, detail, km }) => ({
          device: road.stationDevice(label),
          label,
          detail,
          km,
          type: 'detector-station',
          site: 'A9 northbound',
          simulated: true,
          online: true,
        })),
        {
          device: road.SIGNAL,
          label: '214',
          detail: 'Nordkreuz',
          type: 'signal-controller',
          site: 'A9 northbound',
          simulated: true,
          online: true,
        },
      ],
      series: [
        ...PATIENTS.flatMap((patient) => seriesOf(patient).map((info) => entry(info, deviceOf(patient)))),
        ...road.STATIONS.flatMap(({ label }) =>
          road.stationSeries(label).map((info) => entry(info, road.stationDevice(label))),
        ),
        ...road.signalSeries().map((info) => entry(info, road.SIGNAL)),
      ],
    };
  }

  close(): void {
    clearInterval(this.timer);
    this.out.complete();
  }

  private now(): number {
    return Date.now() + 38;
  }

  private reading(series: string, at: number, value: Value): DeliveredReading {
    const n = (this.ordinals.get(series) ?? 0) + 1;
    this.ordinals.set(series, n);
    return { series, at, value, quality: 'good', n, receivedAt: this.receivedAt(at, value) };
  }

  private receivedAt(at: number, value: Value): number {
    return at + (isSamples(value) ? durationMs(value) : 0) + 3;
  }

  // Everything that falls due between two runs, each series at its own pace.
  private run(): void {
    const now = this.now();
    for (const reading of this.between(this.doneTo, now, true)) this.out.next(reading);
    this.doneTo = now;
  }

  private *between(from: number, to: number, live: boolean): Generator<DeliveredReading> {
    for (const patient of live ? PATIENTS : []) {
      const past = from - this.startedAt;
      if (this.faults.is('silent', patient.bed) && past > 4000) continue;
      if (this.faults.is('offline', patient.bed) && past > 4000) {
        if (live && past < 4050) yield this.reading(`${deviceOf(patient)}/status`, to, 'offline');
        continue;
      }
      if (this.faults.is('late', patient.bed) && past > 4000 && Math.floor(past / 1000) % 3 !== 0) continue;
      for (const info of seriesOf(patient)) {
        const metric = info.series.slice(deviceOf(patient).length + 1);
        const interval = info.intervalMs ?? 1000;
        for (const at of ticks(from, to, interval)) {
          if (info.kind === 'samples') {
            const block = waveBlock(patient, metric, at - WAVE_BLOCK_MS);
            if (block !== undefined) yield this.reading(info.series, at - WAVE_BLOCK_MS, block);
          } else {
            const value = numberAt(patient, metric, at) ?? null;
            yield this.reading(info.series, at, this.faults.is('null', patient.bed) && metric === 'hr' ? null : value);
          }
        }
      }
    }
    for (const { label, km } of road.STATIONS) {
      if (this.faults.is('silent', label) && live) continue;
      for (const at of ticks(from, to, road.STATION_MS))
        for (const number of road.LANES) {
          if (this.faults.is('silent', label) && at > this.startedAt - 4 * 60_000) continue;
          const of = road.lane(km, number, at / 60_000);
          const lane = `${road.stationDevice(label)}/lane-${number}`;
          const empty = label === 'S01' && number === 3 && live;
          yield this.reading(`${lane}/flow`, at, empty ? 0 : Math.round(of.flow / 10) * 10);
          yield this.reading(`${lane}/occupancy`, at, empty ? 0 : Math.round(of.occupancy * 10) / 10);
          yield this.reading(`${lane}/speed`, at, empty ? null : Math.round(of.speed));
        }
    }
    for (const at of ticks(from, to, 1000)) {
      yield this.reading(`${road.SIGNAL}/cycle`, at, (at / 1000) % road.CYCLE_S);
      for (const phase of road.PHASES) {
        const now = road.indicationAt(phase, at);
        if (road.indicationAt(phase, at - 1000) !== now)
          yield this.reading(`${road.SIGNAL}/phase-${phase.phase}/indication`, at, now);
      }
    }
  }

  // A snapshot of the present, or with `earliest` what the journal would still hold.
  private latest(filters: readonly string[], after: string | undefined): DeliveredReading[] {
    const wanted = (series: string) => filters.some((each) => matches(each, series));
    const held: DeliveredReading[] = [];
    const now = this.now();
    const since = after === 'earliest' ? now - HISTORY_MS : now - 1000;
    if (after === 'earliest') {
      for (let at = since; at < this.doneTo; at += 1000)
        for (const reading of this.between(at, Math.min(at + 1000, this.doneTo), false))
          if (!reading.series.startsWith('icu') && wanted(reading.series)) held.push(reading);
      return held;
    }
    for (const patient of PATIENTS)
      for (const metric of ['nibp-sys', 'nibp-dia', 'nibp-mean', 'temp'])
        held.push(this.reading(`${deviceOf(patient)}/${metric}`, now - 7000, numberAt(patient, metric, now) ?? null));
    return held.filter((reading) => wanted(reading.series));
  }
}

const ticks = (from: number, to: number, step: number): number[] => {
  const due: number[] = [];
  for (let at = Math.ceil((from + 1) / step) * step; at <= to; at += step) due.push(at);
  return due;
};

const takenFor = (choice: TransportChoice): TransportName => (choice === 'auto' ? 'sse' : choice);

class FakeFeed implements Feed {
  private readonly stateNow: BehaviorSubject<FeedState>;
  readonly state: Observable<FeedState>;
  readonly batches: Observable<Batch>;

  constructor(
    private readonly options: FeedOptions,
    source: Observable<DeliveredReading>,
    live: BehaviorSubject<boolean>,
    latest: (filters: readonly string[], after: string | undefined) => DeliveredReading[],
  ) {
    const choice = options.transport ?? 'websocket';
    const transport = takenFor(choice);
    this.stateNow = new BehaviorSubject<FeedState>({ phase: 'connecting', choice, transport, since: Date.now() });
    this.state = this.stateNow;
    this.batches = new Observable<Batch>((observer) => {
      let missed: DeliveredReading[] = [];
      const delivering = () => this.stateNow.value.transport;
      const opened = setTimeout(() => {
        const transport = delivering();
        this.stateNow.next({ ...this.stateNow.value, phase: 'live', delivering: transport, since: Date.now() });
        observer.next({ kind: 'snapshot', readings: latest(options.filters, options.after), transport });
      }, 80);
      const flow = source
        .pipe(filter((reading) => options.filters.some((each) => matches(each, reading.series))))
        .subscribe((reading) => {
          missed.push(reading);
          if (!live.value || missed.length > 1) return;
          setTimeout(() => {
            if (missed.length > 0 && live.value)
              observer.next({ kind: 'readings', readings: missed, transport: delivering() });
            if (live.value) missed = [];
          }, DELAY_MS[delivering()]);
        });
      const link = live.subscribe((isLive) => {
        const transport = delivering();
        if (!isLive)
          this.stateNow.next({
            ...this.stateNow.value,
            phase: 'resuming',
            since: Date.now(),
            reason: 'the connection was cut',
            retryAt: Date.now() + 4000,
          });
        else if (missed.length > 0) {
          const { choice } = this.stateNow.value;
          this.stateNow.next({ phase: 'live', choice, transport, delivering: transport, since: Date.now() });
          observer.next({ kind: 'readings', readings: missed, transport });
          missed = [];
        }
      });
      return () => {
        clearTimeout(opened);
        flow.unsubscribe();
        link.unsubscribe();
      };
    });
  }

  use(choice: TransportChoice): void {
    const before = this.stateNow.value;
    const transport = takenFor(choice);
    this.stateNow.next({ ...before, choice, transport, since: Date.now() });
    setTimeout(
      () => this.stateNow.next({ ...this.stateNow.value, phase: 'live', delivering: transport, since: Date.now() }),
      400,
    );
  }

  change(_contract: Contract): void {
    // Every reading comes, whatever was asked for.
  }

  ledger() {
    return new Map();
  }
}

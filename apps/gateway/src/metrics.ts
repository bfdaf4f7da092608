import { collectDefaultMetrics, Counter, Gauge, Registry as MetricsRegistry } from 'prom-client';
import type { Hub } from './hub/hub.js';
import type { Refusals } from './ingest/refusals.js';
import type { Repetitions } from './ingest/repetitions.js';
import type { Journal } from './journal/journal.js';
import { type Kind, KINDS } from './journal/kind.js';

/** What the gateway says of itself to Prometheus. */
export class Metrics {
  readonly #registry = new MetricsRegistry();
  readonly #connections = new Gauge({
    name: 'telewire_connections',
    help: 'Open connections and held requests',
    labelNames: ['transport'],
    registers: [this.#registry],
  });
  // Added up here and told when somebody asks: looking up a label for each frame costs as much as a tenth of its write.
  readonly #sent = new Map<string, { frames: number; bytes: number }>();

  constructor(journal: Journal, hub: Hub, refusals: Refusals, repetitions: Repetitions) {
    const registers = [this.#registry];
    // Every 10 ms, its default, wakes a gateway at rest a hundred times a second.
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 100 });
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge('telewire_journal_head', 'Readings taken since the journal began', () => journal.head);
    const gaugeByKind = (name: string, help: string, value: (kind: Kind) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['kind'],
        registers,
        collect() {
          for (const kind of KINDS) this.set({ kind }, value(kind));
        },
      });
    gaugeByKind('telewire_journal_readings', 'Readings held in the journal', (kind) => journal.sizeOf(kind).entries);
    gaugeByKind('telewire_journal_bytes', 'Estimated bytes held in the journal', (kind) => journal.sizeOf(kind).bytes);
    gauge('telewire_series', 'Series that have sent a reading', () => journal.seriesCount);
    gauge('telewire_groups', 'Distinct combinations of filter and contract', () => hub.groupCount);
    new Gauge({
      name: 'telewire_degraded_subscriptions',
      help: 'Subscriptions that are served less than they asked for, as their clients cannot keep up',
      labelNames: ['service'],
      registers,
      collect() {
        this.reset();
        for (const [service, count] of hub.degraded) this.set({ service }, count);
      },
    });
    this.#counterOfSent('telewire_frames_total', 'Frames (long-poll: answers) sent', 'frames');
    this.#counterOfSent('telewire_sent_bytes_total', 'Bytes of JSON sent in frames', 'bytes');
    const late = new Counter({
      name: 'telewire_late_readings_total',
      help: 'Readings that were measured well before what their series had shown',
      registers,
    });
    journal.committed.subscribe((entries) => late.inc(entries.filter((entry) => entry.late).length));
    new Counter({
      name: 'telewire_duplicates_total',
      help: 'Readings that came again and were left out',
      registers,
      collect() {
        this.reset();
        this.inc(repetitions.count);
      },
    });
    new Counter({
      name: 'telewire_refused_total',
      help: 'Messages and records that could not be taken',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const [reason, count] of refusals.counts) this.inc({ reason }, count);
      },
    });
  }

  /** Counts a connection until the returned function is called. */
  connected(transport: string): () => void {
    this.#connections.inc({ transport });
    return () => this.#connections.dec({ transport });
  }

  /** Counts a frame of so many bytes. */
  sent(transport: string, bytes: number): void {
    const sent = this.#sent.get(transport) ?? { frames: 0, bytes: 0 };
    if (sent.frames++ === 0) this.#sent.set(transport, sent);
    sent.bytes += bytes;
  }

  /** The Prometheus text format and its content type. */
  async text(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #counterOfSent(name: string, help: string, what: 'frames' | 'bytes'): void {
    const sent = this.#sent;
    new Counter({
      name,
      help,
      labelNames: ['transport'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [transport, counts] of sent) this.inc({ transport }, counts[what]);
      },
    });
  }
}

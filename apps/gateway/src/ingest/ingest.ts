import {
  factorTo,
  isName,
  isSamples,
  parseDeviceInfo,
  parseTopic,
  type Samples,
  type Value,
} from '@telewire/telemetry';
import { BROKER_SERIES, STATUS_METRIC, SYSTEM_DEVICE } from '@telewire/protocol';
import type { ReceivedReading } from '../journal/journal.js';
import type { Registry } from '../registry/registry.js';
import type { BrokerState, Message } from './broker.js';
import { fits } from './kind.js';
import { textOf } from './payload.js';
import type { Refusals } from './refusals.js';
import type { Appends } from './repetitions.js';
import { decodeSenml, SenmlError, type SenmlReading } from './senml.js';

const DONE = Promise.resolve();

/** Turns MQTT messages into readings in the journal. What cannot be decoded is counted and harms nothing else. */
export class Ingest {
  constructor(
    private readonly journal: Appends,
    private readonly registry: Registry,
    private readonly refusals: Refusals,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes one message; resolves once what it holds is in the journal. Rejects only when the journal fails. */
  take(message: Message): Promise<void> {
    const { topic } = message;
    const place = parseTopic(topic);
    if (!place) return this.#refuse('unknown-topic', topic, 'not telewire/data|info|status/<device>');
    const { kind, device } = place;
    if (device === SYSTEM_DEVICE || device.startsWith(`${SYSTEM_DEVICE}/`)) {
      return this.#refuse('reserved-name', topic, `${SYSTEM_DEVICE} is the gateway itself`);
    }
    const text = textOf(message, this.refusals);
    if (text === undefined) return DONE;
    if (kind === 'info') return this.#takeInfo(topic, device, text);
    if (kind === 'status') return this.#takeStatus(topic, device, text);
    return this.#takeData(topic, device, text);
  }

  /** Journals how the link to the broker stands, so that every client sees it among the readings. */
  async takeBrokerState({ connected }: BrokerState): Promise<void> {
    const at = this.now();
    const value = connected ? 'connected' : 'lost';
    await this.journal.append([{ series: BROKER_SERIES, at, receivedAt: at, value, quality: 'good' }]);
  }

  /**
   * Journals that every device is offline: of a broker that has just started, to which nobody can be connected yet. Who comes
   * back says so.
   */
  async takeFreshBroker(): Promise<void> {
    await Promise.all(this.registry.online.map((device) => this.#noteStatus(device, 'offline')));
  }

  async #takeInfo(topic: string, device: string, text: string): Promise<void> {
    if (text === '') this.registry.forget(device);
    else this.#announce(topic, device, text);
    // The registry has made a note of it, which is safe once this is.
    await this.journal.append([]);
  }

  #announce(topic: string, device: string, text: string): void {
    try {
      const info = parseDeviceInfo(JSON.parse(text));
      if (info.device !== device) return this.refusals.add('foreign-name', topic, `it describes ${info.device}`);
      const foreign = info.series.find(({ series }) =>
        (this.registry.ownerOf(series) ?? device).startsWith(`${device}/`),
      );
      if (foreign) return this.refusals.add('foreign-name', topic, `${foreign.series} belongs to another device`);
      if (!this.registry.hasRoom(device, info.series.length - this.registry.countOf(device))) {
        return this.refusals.add('too-many-series', topic, `${info.series.length} series`);
      }
      this.registry.announce(info);
    } catch (error) {
      this.refusals.add('bad-info', topic, error instanceof Error ? error.message : 'not a DeviceInfo');
    }
  }

  async #takeStatus(topic: string, device: string, text: string): Promise<void> {
    if (text === '') return;
    if (text !== 'online' && text !== 'offline') return this.refusals.add('bad-status', topic, text);
    await this.#noteStatus(device, text);
  }

  async #noteStatus(device: string, status: 'online' | 'offline'): Promise<void> {
    if (!this.registry.setOnline(device, status === 'online')) return;
    const at = this.now();
    try {
      await this.journal.append([
        { series: `${device}/${STATUS_METRIC}`, at, receivedAt: at, value: status, quality: 'good' },
      ]);
    } catch (error) {
      // It will be said again, and must be news then.
      this.registry.unsetOnline(device);
      throw error;
    }
  }

  // No async function, and none that it is called by: each would be three turns of the microtask queue for every message.
  #takeData(topic: string, device: string, text: string): Promise<void> {
    const receivedAt = this.now();
    const accepted: ReceivedReading[] = [];
    try {
      const { readings, refused } = decodeSenml(text, receivedAt);
      for (const each of refused) this.refusals.add(each.reason, topic, each.detail);
      for (const each of readings) {
        const value = this.#accept(topic, device, each);
        if (value === undefined) continue;
        const quality = value === null ? 'bad' : each.quality;
        // An event may well be told twice of one instant.
        const identified = each.timed && this.registry.infoOf(each.name)?.kind !== 'text';
        const reading = { series: each.name, at: each.at, receivedAt, value, quality, identified };
        accepted.push(each.id === undefined ? reading : { ...reading, id: each.id });
      }
    } catch (error) {
      // decodeSenml throws only SenmlError; anything else is a fault of ours and must be seen.
      if (!(error instanceof SenmlError))
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      return this.#refuse(error.reason, topic, error.message);
    }
    return this.journal.append(accepted);
  }

  #refuse(reason: string, topic: string, detail: string): Promise<void> {
    this.refusals.add(reason, topic, detail);
    return DONE;
  }

  /** The value in the unit of its series, or `undefined` when the reading was refused. */
  #accept(topic: string, device: string, reading: SenmlReading): Value | undefined {
    const { name, value, unit } = reading;
    const refuse = (reason: string, detail: string) => this.refusals.add(reason, topic, detail);
    if (!name.startsWith(`${device}/`)) return void refuse('foreign-name', `${name} is not below ${device}`);
    if (name === `${device}/${STATUS_METRIC}`) return void refuse('reserved-name', `${name} is made by the gateway`);
    if (!isName(name)) return void refuse('bad-name', name);
    const owner = this.registry.ownerOf(name);
    if (owner !== undefined && owner !== device) return void refuse('foreign-name', `${name} belongs to ${owner}`);
    const info = this.registry.infoOf(name);
    if (!info) {
      if (!this.registry.hasRoom(device)) return void refuse('too-many-series', name);
      this.registry.discover(device, name, value, unit);
      return value;
    }
    if (!fits(info.kind, value)) return void refuse('wrong-kind', `${name} is announced as ${info.kind}`);
    // `bu` holds for words too, of which a unit says nothing.
    const measures = typeof value === 'number' || isSamples(value);
    const factor = unit === undefined || !measures ? 1 : factorTo(unit, info.unit);
    if (factor === undefined) return void refuse('wrong-unit', `${name} is in ${info.unit} and came in ${unit}`);
    return factor === 1 ? value : scaled(value, factor);
  }
}

function scaled(value: Value, factor: number): Value {
  if (typeof value === 'number') return times(value, factor);
  if (!isSamples(value)) return value;
  const samples: Samples = {
    periodMs: value.periodMs,
    values: value.values.map((each) => (each === null ? null : times(each, factor))),
  };
  return samples;
}

/** Without the binary dust of a product (0.29 × 100 = 28.999999999999996); `null` where it cannot be held (PROTOCOL R24). */
function times(value: number, factor: number): number | null {
  const product = Number((value * factor).toPrecision(12));
  return Number.isFinite(product) ? product : null;
}

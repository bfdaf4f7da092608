import mqtt, { type MqttClient } from 'mqtt';
import { Subscription, timer } from 'rxjs';
import { topicOf } from '@telewire/telemetry';

const PACKS_HZ = 100;
// PROTOCOL: what is sent again is known among the newest 64,000 readings.
const MAX_UNDER_WAY = 200;
const RETRY_MS = 50;
// Of a process that was busy for seconds much is due at once, and a message may be too large for a broker.
const MAX_READINGS_OF_PACK = 500;

/** A device that counts, and sends again what was not acknowledged, as it was, whenever it finds the broker anew. */
export class ResendingDevice {
  /** The last number it has measured. */
  measured = 0;
  // Packs that are not acknowledged, by number and in order, and which are under way on the present connection.
  readonly #owed = new Map<number, string>();
  readonly #underWay = new Set<number>();
  readonly #measuring: Subscription;
  readonly #retry = new Subscription();
  #packs = 0;
  #client: MqttClient;

  constructor(
    private readonly url: string,
    private readonly device: string,
    hz: number,
  ) {
    this.#client = this.#connect();
    const startedAt = Date.now();
    this.#measuring = timer(0, 1000 / PACKS_HZ).subscribe(() => {
      const due = Math.floor(((Date.now() - startedAt) / 1000) * hz);
      while (this.measured < due) this.#measure(Math.min(due - this.measured, MAX_READINGS_OF_PACK), hz);
    });
  }

  /** How many packs nobody has acknowledged. */
  get owed(): number {
    return this.#owed.size;
  }

  /** Measures nothing more; goes on sending what is owed. */
  hush(): void {
    this.#measuring.unsubscribe();
  }

  close(): void {
    this.hush();
    this.#retry.unsubscribe();
    this.#client.removeAllListeners('close').end(true);
  }

  #measure(count: number, hz: number): void {
    const bt = Date.now() / 1000;
    const records = Array.from({ length: count }, (_, i) => ({ n: 'x', t: i / hz, v: ++this.measured }));
    this.#owed.set(++this.#packs, JSON.stringify([{ bn: `${this.device}/`, bt, ...records[0] }, ...records.slice(1)]));
    this.#send();
  }

  #connect(): MqttClient {
    const client = mqtt.connect(this.url, { protocolVersion: 4, reconnectPeriod: 0 });
    client.on('connect', () => this.#send());
    // Nobody listens while the gateway is down; `close` follows.
    client.on('error', () => undefined);
    client.once('close', () => {
      client.end(true);
      this.#underWay.clear();
      this.#retry.add(timer(RETRY_MS).subscribe(() => (this.#client = this.#connect())));
    });
    return client;
  }

  #send(): void {
    const client = this.#client;
    if (!client.connected) return;
    for (const [number, pack] of this.#owed) {
      if (this.#underWay.size >= MAX_UNDER_WAY) return;
      if (this.#underWay.has(number)) continue;
      this.#underWay.add(number);
      client.publish(topicOf('data', this.device), pack, { qos: 1 }, (error) => {
        if (error || client !== this.#client) return;
        this.#underWay.delete(number);
        this.#owed.delete(number);
        this.#send();
      });
    }
  }
}

import mqtt, { type MqttClient } from 'mqtt';
import { Subscription, timer } from 'rxjs';
import { topicOf } from '@telewire/telemetry';

// PROTOCOL: a repetition is known among the newest 256 of a series, however long the gateway was away.
const MAX_UNDER_WAY = 200;
const RETRY_MS = 50;

/** A device that counts, and sends again what was not acknowledged, as it was, whenever it finds the broker anew. */
export class ResendingDevice {
  /** The last number it has measured. */
  measured = 0;
  /** Every number that the broker has acknowledged. */
  readonly acknowledged = new Set<number>();
  // What is not acknowledged, in order, and whether it is under way on the present connection.
  readonly #owed = new Map<number, string>();
  readonly #underWay = new Set<number>();
  readonly #measuring: Subscription;
  readonly #retry = new Subscription();
  #client: MqttClient;

  constructor(
    private readonly url: string,
    private readonly device: string,
    hz: number,
  ) {
    this.#client = this.#connect();
    this.#measuring = timer(0, 1000 / hz).subscribe(() => {
      const value = ++this.measured;
      this.#owed.set(value, JSON.stringify([{ bn: `${device}/`, n: 'x', t: Date.now() / 1000, v: value }]));
      this.#send();
    });
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
    for (const [value, pack] of this.#owed) {
      if (this.#underWay.size >= MAX_UNDER_WAY) return;
      if (this.#underWay.has(value)) continue;
      this.#underWay.add(value);
      client.publish(topicOf('data', this.device), pack, { qos: 1 }, (error) => {
        if (error || client !== this.#client) return;
        this.#underWay.delete(value);
        this.#owed.delete(value);
        this.acknowledged.add(value);
        this.#send();
      });
    }
  }
}

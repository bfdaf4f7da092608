/** Where the broker is and who we are. */
export interface BrokerAddress {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** A broker's address without user and password: fit for a log. */
export function brokerName({ url }: BrokerAddress): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** MQTT versions that are tried: 5, and 4, which is 3.1.1. */
export type MqttVersion = 4 | 5;

/**
 * What all devices know together of the broker: which MQTT version it speaks, and whether it is there. It says so once
 * for the fleet and not once a device.
 */
export class Broker {
  readonly address: BrokerAddress;
  readonly #name: string;
  readonly #say: (line: string) => void;
  #version: MqttVersion = 5;
  #connections = 0;
  #state: 'unknown' | 'there' | 'away' = 'unknown';

  constructor(address: BrokerAddress, say: (line: string) => void) {
    this.address = address;
    this.#name = brokerName(address);
    this.#say = say;
  }

  /** Whether at least one device is connected. */
  get connected(): boolean {
    return this.#connections > 0;
  }

  /** The version to connect with. */
  get version(): MqttVersion {
    return this.#version;
  }

  /** It did not like the version that was tried: the other one is next, for the whole fleet. */
  refused(tried: MqttVersion): void {
    if (tried === this.#version) this.#version = tried === 5 ? 4 : 5;
  }

  /** A device got its connection. */
  gained(): void {
    this.#connections += 1;
    if (this.#state === 'away') this.#say(`broker ${this.#name} is back`);
    this.#state = 'there';
  }

  /** A device lost its connection. */
  lost(reason: string): void {
    this.#connections -= 1;
    if (this.#connections === 0)
      this.#gone(`broker ${this.#name} is lost (${reason}): readings are kept until it is back`);
  }

  /** A device got no connection: nobody there, or not `welcome` with this user and password. */
  missed(reason: string, welcome = true): void {
    if (this.#connections > 0 || this.#state !== 'unknown') return;
    const advice = welcome ? 'start one or set MQTT_URL' : 'set MQTT_USERNAME and MQTT_PASSWORD';
    this.#gone(`no connection to a broker at ${this.#name} (${reason}): ${advice}; trying again`);
  }

  #gone(line: string): void {
    this.#state = 'away';
    this.#say(line);
  }
}

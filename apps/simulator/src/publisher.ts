import { Socket } from 'node:net';
import { connect, ErrorWithReasonCode, type IConnackPacket, type MqttClient } from 'mqtt';
import { topicOf, type DeviceInfo } from '@telewire/telemetry';
import type { Broker, MqttVersion } from './broker.js';
import { Outbox } from './outbox.js';

/** CONNACK: this MQTT version is not spoken here (OASIS MQTT 5.0 §3.2.2.2: 0x84; MQTT 3.1.1 §3.2.2.3: 1). */
const UNSUPPORTED_VERSION = [132, 1];
/** CONNACK: bad user name or password, not authorized (MQTT 5.0: 0x86, 0x87; MQTT 3.1.1: 4, 5). */
const UNAUTHORIZED = [134, 135, 4, 5];
/** Packs on the wire at once; a broker may allow less (Receive Maximum, OASIS MQTT 5.0 §3.2.2.3.3). */
const MOST_IN_FLIGHT = 16;
const KEEPALIVE_S = 10;
const CONNECT_TIMEOUT_MS = 10_000;

/** How long to wait before the next attempt; the first attempt after a loss is number 0. */
export type Backoff = (attempt: number) => number;

/** 0.5 to 5 s, more with every attempt, and jittered so that a fleet does not come back all at once. */
export const jitteredBackoff: Backoff = (attempt) => {
  const mostMs = Math.min(5_000, 1_000 * 2 ** attempt);
  return 500 + Math.random() * (mostMs - 500);
};

/**
 * One device's own connection to the broker, so that it has a Last Will of its own. mqtt.js is used for one connection
 * at a time: its own reconnecting has a fixed period and its store of unsent messages no bound.
 */
export class Publisher {
  readonly #info: DeviceInfo;
  readonly #clientId: string;
  readonly #broker: Broker;
  readonly #standing: () => string | undefined;
  readonly #backoff: Backoff;
  readonly #outbox = new Outbox();
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  /** Packs that may be on the wire; 0 until the device has announced itself. */
  #window = 0;
  #stopped = false;

  /** @param standing gives what was said before and still holds, as a pack: it is sent again on every connect */
  constructor(
    info: DeviceInfo,
    clientId: string,
    broker: Broker,
    standing: () => string | undefined = () => undefined,
    backoff: Backoff = jitteredBackoff,
  ) {
    this.#info = info;
    this.#clientId = clientId;
    this.#broker = broker;
    this.#standing = standing;
    this.#backoff = backoff;
  }

  /** Packs that the broker has not acknowledged yet. */
  get waiting(): number {
    return this.#outbox.size;
  }

  /** Connects; resolves when it is known how the first attempt ended. */
  start(): Promise<void> {
    return new Promise((resolve) => this.#connect(resolve));
  }

  /** Sends a pack now, or when the broker is there again. */
  send(pack: string): void {
    this.#outbox.push(pack);
    this.#pump();
  }

  /** Says `offline` and disconnects; gives up on saying it after `patienceMs`. */
  async stop(patienceMs = 1_500): Promise<void> {
    this.#stopped = true;
    this.#window = 0;
    clearTimeout(this.#timer);
    const client = this.#client;
    if (client === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    // A connection that dies meanwhile has said `offline` by its Last Will.
    if (client.connected) await Promise.race([this.#sayGoodbye(client).catch(() => undefined), patience]);
    clearTimeout(timer);
    client.end(true);
  }

  #connect(settled: () => void = () => undefined): void {
    const { address, version } = this.#broker;
    const client = connect(address.url, {
      clientId: this.#clientId,
      protocolVersion: version,
      reconnectPeriod: 0,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ...(address.username !== undefined && { username: address.username }),
      ...(address.password !== undefined && { password: address.password }),
      will: { topic: topicOf('status', this.#info.device), payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    this.#client = client;
    const socket = client.stream;
    if (socket instanceof Socket) socket.setNoDelay(true);

    const seen: Outcome = { reached: false, connected: false, error: undefined };
    socket.once('connect', () => (seen.reached = true));
    client.on('error', (error) => (seen.error = error));
    client.on('connect', (connack) => {
      seen.connected = true;
      this.#attempt = 0;
      this.#broker.gained();
      settled();
      void this.#announce(client, connack);
    });
    client.once('close', () => {
      this.#closed(seen, version);
      settled();
    });
  }

  #closed(seen: Outcome, version: MqttVersion): void {
    this.#client = undefined;
    this.#window = 0;
    this.#outbox.rewind();
    const reason = seen.error === undefined ? 'connection closed' : describe(seen.error);
    if (this.#stopped) return;
    if (seen.connected) this.#broker.lost(reason);
    const refused = !seen.connected && refusesVersion(seen);
    if (refused) this.#broker.refused(version);
    // 3.1.1 is tried at once after 5; a broker that refuses both is treated like one that is away.
    const downgraded = refused && version === 5;
    if (!seen.connected && !downgraded) this.#broker.missed(reason, !hasCode(seen.error, UNAUTHORIZED));
    const waitMs = downgraded ? 0 : this.#backoff(this.#attempt++);
    this.#timer = setTimeout(() => this.#connect(), waitMs);
  }

  /** Whoever is there may have forgotten everything, so on every connect: who we are, that we are here, then the data. */
  async #announce(client: MqttClient, connack: IConnackPacket): Promise<void> {
    const { device } = this.#info;
    try {
      await client.publishAsync(topicOf('info', device), JSON.stringify(this.#info), { qos: 1, retain: true });
      await client.publishAsync(topicOf('status', device), 'online', { qos: 1, retain: true });
    } catch {
      // The connection was lost meanwhile, or the broker lets this device not say so: the next one tries again.
      client.end(true);
      return;
    }
    if (this.#client !== client || this.#stopped) return;
    // Behind what was kept, which is older: a series must not seem to go back.
    const standing = this.#standing();
    if (standing !== undefined) this.#outbox.push(standing);
    this.#window = Math.min(MOST_IN_FLIGHT, connack.properties?.receiveMaximum ?? MOST_IN_FLIGHT);
    this.#pump();
  }

  #pump(): void {
    const client = this.#client;
    if (client === undefined) return;
    while (this.#outbox.inFlight < this.#window) {
      const item = this.#outbox.take();
      if (item === undefined) return;
      client.publish(topicOf('data', this.#info.device), item.pack, { qos: 1 }, (error) => {
        // What got lost is sent again on the next connection; what the broker refuses with a reason would be refused again.
        const lost = error instanceof Error && !(error instanceof ErrorWithReasonCode);
        if (this.#client !== client || lost) return;
        this.#outbox.acknowledge(item);
        this.#pump();
      });
    }
  }

  async #sayGoodbye(client: MqttClient): Promise<void> {
    await client.publishAsync(topicOf('status', this.#info.device), 'offline', { qos: 1, retain: true });
    await client.endAsync();
  }
}

interface Outcome {
  /** The TCP connection came about. */
  reached: boolean;
  /** The broker accepted. */
  connected: boolean;
  error: Error | undefined;
}

/** True when it said so, or when it hung up on the CONNECT without an answer, as brokers do that cannot read it. */
function refusesVersion({ reached, error }: Outcome): boolean {
  if (error instanceof ErrorWithReasonCode) return hasCode(error, UNSUPPORTED_VERSION);
  return reached && (error === undefined || isReset(error));
}

const hasCode = (error: Error | undefined, codes: readonly number[]): boolean =>
  error instanceof ErrorWithReasonCode && codes.includes(error.code);
const isReset = (error: Error): boolean => 'code' in error && error.code === 'ECONNRESET';
const describe = (error: Error): string =>
  // Node reports a refused `localhost` as an AggregateError without a message: one error for ::1, one for 127.0.0.1.
  error.message || ('code' in error && typeof error.code === 'string' ? error.code : error.name);

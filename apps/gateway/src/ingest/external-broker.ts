import { randomBytes } from 'node:crypto';
import mqtt, { type IClientOptions, MqttClient } from 'mqtt';
import { BehaviorSubject } from 'rxjs';
import { ALL_TOPICS } from '@telewire/telemetry';
import type { Broker, BrokerState, TakeMessage } from './broker.js';
import { Intake, MAX_UNDER_WAY } from './intake.js';
import { PacedSocket } from './paced-socket.js';

/** How to reach an external broker. */
export interface ExternalBrokerOptions {
  /** `mqtt://host:1883` or `mqtts://…` */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /**
   * Names our session at the broker: messages wait there under it while we are away. No two clients may share one. Without
   * it the name is random and the session ends soon after the connection, for nobody could come back to it.
   */
  readonly clientId?: string;
  /** The first pause before another attempt; it doubles up to {@link MAX_RETRY_MS}. */
  readonly firstRetryMs?: number;
}

// CONNACK: 3.1.1 return code 1, and MQTT 5 reason 132, both "unsupported protocol version".
const VERSION_REFUSED = new Set<unknown>([1, 132]);
// DISCONNECT reason of MQTT 5: another client connected with our name.
const SESSION_TAKEN_OVER = 142;
// A link that dies without a word is noticed after one and a half times this.
const KEEPALIVE_S = 5;
const SESSION_S = 24 * 3600;
const NAMELESS_SESSION_S = 300;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;
// As often as a subscriber gets a frame that wants 60 a second: what is read sooner would only wait there.
const READ_PACE_MS = 17;
// Acknowledged together they are half of what may be under way.
const MANY = MAX_UNDER_WAY / 2;
// mqtt.js acknowledges a message before it looks at the next one, unless the message has failed. Here nothing has failed.
const ACKNOWLEDGED_LATER = new Error('acknowledged once it is kept');

/**
 * Any MQTT broker, reached by URL: speaks MQTT 5, and 3.1.1 where that is refused. It keeps trying for ever. Many messages
 * are under way at once, and a QoS 1 message is acknowledged only once it has been taken; where one cannot be, the
 * connection is cut, so that it comes again. It is read at a pace (MQTT 5 over TCP or TLS). Its session outlives the
 * connection: what arrives while the link is cut waits at the broker, under a name of our own also while the gateway is down
 * (MQTT 5: for a day).
 */
export class ExternalBroker implements Broker {
  readonly #state = new BehaviorSubject<BrokerState>({ connected: false, reason: 'connecting' });
  readonly state = this.#state.asObservable();
  readonly #clientId: string;
  #protocolVersion: 4 | 5 = 5;
  /** 3.1.1 is in use because MQTT 5 was refused, and not only because somebody hung up. */
  #refusesFive = false;
  #client: MqttClient | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs: number;
  /** The last connection ended because a message could not be taken; so may the next. */
  #refusing = false;
  #stopped = false;

  constructor(private readonly options: ExternalBrokerOptions) {
    this.#clientId = options.clientId ?? `telewire-gateway-${randomBytes(4).toString('hex')}`;
    this.#retryMs = options.firstRetryMs ?? FIRST_RETRY_MS;
  }

  start(take: TakeMessage, filters: readonly string[] = [ALL_TOPICS]): Promise<void> {
    this.#connect(take, filters);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#client?.endAsync(true);
    this.#state.next({ connected: false, reason: 'stopped' });
  }

  #connect(take: TakeMessage, filters: readonly string[]): void {
    const options: IClientOptions = {
      clientId: this.#clientId,
      protocolVersion: this.#protocolVersion,
      ...this.#session(),
      keepalive: KEEPALIVE_S,
      // A new client for each attempt: the version may change between two.
      reconnectPeriod: 0,
      connectTimeout: 5_000,
      ...(this.options.username === undefined ? {} : { username: this.options.username }),
      ...(this.options.password === undefined ? {} : { password: this.options.password }),
    };
    const client = connect(this.options.url, options);
    this.#client = client;
    let reason = 'the broker closed the connection';
    let connected = false;
    const intake = new Intake(take, {
      acknowledge: (ids) => {
        this.#refusing = false;
        if (client.connected) client.stream.write(Buffer.concat(ids.map(puback)));
        // It may have sent all that it may before the first of them is acknowledged, and have more.
        if (ids.length >= MANY && client.stream instanceof PacedSocket) client.stream.hurry();
      },
      cut: (error) => {
        this.#refusing = true;
        reason = `cut, for what it sends cannot be taken: ${error.message}`;
        client.end(true);
      },
    });
    client.handleMessage = ({ qos, messageId, topic, payload }, done) => {
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      intake.take({ id: qos === 0 ? undefined : messageId, topic, payload: bytes }, () => done(ACKNOWLEDGED_LATER));
    };
    client.on('connect', () => {
      connected = true;
      client.subscribe([...filters], { qos: 1 }, (error, granted) => {
        const refused = granted?.some(({ qos }) => qos >= 128);
        if (error || refused) {
          reason = `the broker refuses a subscription to ${filters.join(', ')}`;
          return void client.end(true);
        }
        if (!this.#refusing) this.#retryMs = this.options.firstRetryMs ?? FIRST_RETRY_MS;
        this.#state.next({ connected: true });
      });
    });
    client.on('error', (error: Error & { code?: unknown }) => {
      if (this.#protocolVersion === 5 && VERSION_REFUSED.has(error.code)) {
        this.#protocolVersion = 4;
        this.#refusesFive = true;
      }
      reason = reasonOf(error);
    });
    client.on('disconnect', ({ reasonCode }) => {
      if (reasonCode === SESSION_TAKEN_OVER)
        reason = `another client calls itself ${this.#clientId}; give each gateway an MQTT_CLIENT_ID of its own`;
    });
    client.once('close', () => {
      // A 3.1.1 broker may also answer MQTT 5 by hanging up, without a word.
      if (!connected && reason.startsWith('the broker closed'))
        this.#protocolVersion = this.#protocolVersion === 5 ? 4 : 5;
      // Something on the way may have hung up, and not the broker.
      else if (connected && !this.#refusesFive) this.#protocolVersion = 5;
      client.end(true);
      // Not before all of it is settled: what the journal is still to take would come again and again.
      const settled = intake.close();
      if (this.#stopped) return;
      this.#state.next({ connected: false, reason });
      void settled.then(() => this.#retryWith(() => this.#connect(take, filters)));
    });
  }

  #retryWith(connect: () => void): void {
    if (this.#stopped) return;
    this.#retry = setTimeout(connect, this.#retryMs * (0.5 + Math.random()));
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  // A session of 3.1.1 has no end: only a name that comes back may leave one behind.
  #session(): Pick<IClientOptions, 'clean' | 'properties'> {
    const named = this.options.clientId !== undefined;
    if (this.#protocolVersion === 4) return { clean: !named };
    const sessionExpiryInterval = named ? SESSION_S : NAMELESS_SESSION_S;
    return { clean: false, properties: { sessionExpiryInterval, receiveMaximum: MAX_UNDER_WAY } };
  }
}

/**
 * A client of mqtt.js; over TCP, and TLS over it, it reads at a pace where the broker knows how much may be under way (MQTT 5). One
 * of 3.1.1 has a number of its own, often 20, and would send so many for each time that it is read.
 */
function connect(url: string, options: IClientOptions): MqttClient {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'mqtts:';
  if (!secure && protocol !== 'mqtt:') return mqtt.connect(url, options);
  const address = {
    // An IPv6 address stands in brackets there.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 8883 : 1883) : Number(port),
    secure,
  };
  const own = {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
  const paceMs = options.protocolVersion === 5 ? READ_PACE_MS : 0;
  return new MqttClient(() => new PacedSocket(address, paceMs), { ...own, ...options });
}

/** PUBACK in the form that 3.1.1 and MQTT 5 (3.4.2.1: without a reason code it is a success) share. */
function puback(id: number): Buffer {
  return Buffer.from([0x40, 2, id >> 8, id & 0xff]);
}

function reasonOf(error: Error & { code?: unknown }): string {
  // A connection attempt to several addresses fails with an AggregateError that has no message of its own.
  const text = error.message || (typeof error.code === 'string' ? error.code : error.name);
  if (error.code === 'ECONNREFUSED') return 'nothing listens at its address';
  if (error.code === 'ENOTFOUND') return 'its host name is not known';
  if (error.code === 4 || error.code === 5 || error.code === 134 || error.code === 135) {
    return 'it refuses the user name or password';
  }
  return text;
}
